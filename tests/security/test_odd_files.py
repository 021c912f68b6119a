"""Files and settings of an owner that go wrong in odd ways: a sentence, and nothing changed."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy.exc import IntegrityError

from tests.factories import make_visitor
from widget.commands import chatdock
from widget.store.database import Store
from widget.store.sites import site_keys
from widget.store.visitors import ensure_visitor

SITE = '[[sites]]\nkey = "odd"\nprovider.kind = "{}"\n'
DEMO, OPENAI = SITE.format("demo"), SITE.format("openai") + 'provider.model = "m"\n'
ODD = {
    "nested lists": "x = " + "[" * 3_000 + "]" * 3_000,
    "nested tables": DEMO + "ui = " + "{a=" * 400 + "1" + "}" * 400,
    "nested names": DEMO + "ui." + ".".join("a" * 3_000) + " = 1",
    "infinity": DEMO + "limits = {visitor_per_minute = inf}",
    "no number": DEMO + "limits = {site_per_day = nan}",
    "a number too large": DEMO + "limits = {site_per_day = " + "9" * 400 + "}",
    "a date": DEMO + "ui.theme.accent = 2020-01-01",
    "a link that runs": DEMO + 'ui.footer.linkvars.a = {text = "x", link = "JavaScript:alert(1)"}',
    "a link of two lines": DEMO
    + r'ui.footer.linkvars.__proto__ = {text = "x", link = "https://x\njavascript:alert(1)"}',
    "a font that ends the rule": DEMO + 'ui.theme.font = "a;}body{display:none"',
    "a colour that ends the rule": DEMO + r'ui.theme.accent = "#fff\n}"',
    "a path for a key": '[[sites]]\nkey = "../odd"\nprovider.kind = "demo"',
    "an origin with a rule": DEMO + 'origins = ["https://a.example; script-src *"]',
    "an origin of two lines": DEMO + r'origins = ["https://a.example\nX: y"]',
    "an origin for all": DEMO + 'origins = ["https://*"]',
    "an address of two lines": OPENAI + r'provider.base_url = "http://x\r\nHost: y/v1"',
    "an address with a blank": OPENAI + 'provider.base_url = "http://x y/v1"',
    "a file for an address": OPENAI + 'provider.base_url = "file:///etc/passwd"',
    "bytes for a name": DEMO + 'name = "${ODD_BYTES}"',
}


@pytest.mark.parametrize("name", ODD)
def test_odd_file_is_refused_in_a_sentence(tmp_path: Path, name: str) -> None:
    (tmp_path / "odd.toml").write_text(ODD[name], encoding="utf-8")
    words = ["apply", str(tmp_path / "odd.toml"), "--data", str(tmp_path / "data")]

    done = CliRunner().invoke(chatdock, words, env={"ODD_BYTES": "\udcff\udcfe"})

    assert (done.exit_code, type(done.exception)) == (1, SystemExit)
    assert done.output.startswith("Error: ")
    assert keys(tmp_path / "data") in ([], None)


def keys(data: Path) -> list[str] | None:
    """The sites that there are; None where not even the folder was made."""
    if not data.exists():
        return None
    store = Store(f"sqlite:///{data / 'chatdock.db'}", secret_key=b"x" * 32)
    with store.read() as tx:
        found = site_keys(tx)
    store.close()
    return found


def test_error_of_the_database_repeats_nothing_stored(tmp_path: Path) -> None:
    """Such errors are logged, and what visitors wrote is nobody's business."""
    store = Store(f"sqlite:///{tmp_path / 'some.db'}", secret_key=b"x" * 32)
    store.migrate()
    with pytest.raises(IntegrityError) as caught, store.begin() as tx:
        ensure_visitor(tx, make_visitor(site="no-such-site", key_hash="what was written"))
    store.close()

    assert "what was written" not in str(caught.value)
