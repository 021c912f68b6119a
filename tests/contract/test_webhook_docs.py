"""The programs of docs/api.md that check a webhook's signature run as they stand there, and the
page names every field."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, get_args, get_type_hints

import msgspec
import pytest

from tests.receiver import SECRET
from widget.domain.apis import WEBHOOK_EVENTS, Webhook
from widget.domain.webhooks import WEBHOOK_BODIES
from widget.runs.webhooks_attempt import headers_of

DOCS = Path(__file__).parents[2] / "docs"
PAGES = {"docs/api.md": "## Webhooks\n", "docs/api.zh-CN.md": "## Webhook\n"}
FORMER = "whsec_" + "QUJD" * 12
BODY = '{"type":"message.finished","data":{"text":"运费 €5"}}'.encode()

# Each is given one case a line on its input, and says true or false for each.
DRIVERS = {
    "python": (
        "verify.py",
        (sys.executable,),
        """
import json, sys
for line in sys.stdin:
    case = json.loads(line)
    print(json.dumps(is_from_chatdock(case["headers"], case["body"].encode())))
""",
    ),
    "js": (
        "verify.mjs",
        ("node",),
        """
import { createInterface } from "node:readline";
for await (const line of createInterface({ input: process.stdin })) {
  const { headers, body } = JSON.parse(line);
  console.log(JSON.stringify(isFromChatdock(headers, Buffer.from(body))));
}
""",
    ),
}


def section(page: str) -> str:
    _, _, rest = (DOCS.parent / page).read_text(encoding="utf-8").partition(f"\n{PAGES[page]}")
    assert rest, page
    return rest.split("\n## ")[0]


def program(page: str, language: str) -> str:
    (found,) = re.findall(rf"```{language}\n(.*?)```", section(page), re.DOTALL)
    return str(found)


def sent(
    *, secret: str = SECRET, former: str = "", age: timedelta = timedelta(), **headers: str
) -> dict[str, Any]:
    """A request of ours as a case; ``headers`` in place of the real ones, empty ones left out."""
    webhook = Webhook("https://shop.example/hook", secret, former)
    real = headers_of(webhook, "dlv_1", BODY, at=datetime.now(UTC) - age)
    changed = real | {name.replace("_", "-"): value for name, value in headers.items()}
    return {"headers": {n: v for n, v in changed.items() if v}, "body": BODY.decode()}


def cases() -> dict[str, tuple[dict[str, Any], bool]]:
    """Made when they are used: some are about the time."""
    return {
        "as sent": (sent(), True),
        "with both secrets, ours the new one": (sent(former=FORMER), True),
        "with both secrets, ours the old one": (sent(secret=FORMER, former=SECRET), True),
        "a little late": (sent(age=timedelta(minutes=4)), True),
        "of another secret": (sent(secret=FORMER), False),
        "too old": (sent(age=timedelta(minutes=6)), False),
        "from the future": (sent(age=-timedelta(minutes=6)), False),
        "another body": (sent() | {"body": BODY.decode().replace("5", "6")}, False),
        "another id": (sent(webhook_id="dlv_2"), False),
        "no id": (sent(webhook_id=""), False),
        "no time": (sent(webhook_timestamp=""), False),
        "no number for a time": (sent(webhook_timestamp="1e9"), False),
        "no signature": (sent(webhook_signature=""), False),
        "nonsense": (sent(webhook_signature="v1,é v1 ,"), False),
    }


@pytest.mark.parametrize("language", DRIVERS)
def test_program_knows_what_comes_from_us(language: str, tmp_path: Path) -> None:
    name, command, driver = DRIVERS[language]
    tried = cases()
    (tmp_path / name).write_text(program("docs/api.md", language) + driver, encoding="utf-8")

    done = subprocess.run(
        [*command, str(tmp_path / name)],
        input="".join(json.dumps(case) + "\n" for case, _ in tried.values()),
        env={**os.environ, "CHATDOCK_WEBHOOK_SECRET": SECRET},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    said = [json.loads(line) for line in done.stdout.splitlines()]
    assert dict(zip(tried, said, strict=True)) == {name: good for name, (_, good) in tried.items()}


@pytest.mark.parametrize("language", DRIVERS)
def test_both_pages_have_the_same_program(language: str) -> None:
    programs = {program(page, language) for page in PAGES}

    assert len(programs) == 1


@pytest.mark.parametrize("page", PAGES)
def test_page_names_every_event_and_field(page: str) -> None:
    text = section(page)
    names = {name for body in WEBHOOK_BODIES.values() for name in field_names(body)}

    missing = {name for name in {*names, *WEBHOOK_EVENTS} if not re.search(rf"\b{name}\b", text)}

    assert {"conversation", "is_skipped", "verdict", "version"} <= names
    assert missing == set()


def field_names(model: Any) -> Iterator[str]:
    """Of the struct and of those in it."""
    for name, hint in get_type_hints(model).items():
        yield name
        for inner in (hint, *get_args(hint)):
            if isinstance(inner, type) and issubclass(inner, msgspec.Struct):
                yield from field_names(inner)
