"""One long visit to a server, after which everything that can be seen of it has been seen.

A canary, which is no credential, is sent on purpose to every kind of place in every writing, so
that a search which finds nothing else is known to see.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from tests.fakes.openai.refusals import KEY
from tests.fakes.xpertai.platform import GENERAL_KEY, XpertAI
from tests.security import echo
from tests.security.echo import Echo
from tests.security.leaks import Evidence, shapes
from tests.security.platforms import PLATFORMS
from tests.security.tour import Tour, fill_forms, see_kefu, see_pages, see_tokens, try_socket
from tests.serving import Frames, Server, wait_until

CANARY = 'canary/"+é<=-77a1'
HOOK = "http://hook.example/"
ECHOES = len(echo.WRITINGS)
WRITINGS = tuple(shapes(CANARY).values())
SITES = (*PLATFORMS, *(f"echo-{kind}" for kind in PLATFORMS))


@dataclass
class Seen:
    """What is left of the visit. ``fakes`` by kind."""

    evidence: Evidence
    secrets: dict[str, str]
    fakes: dict[str, Any]
    echo: Echo
    answered: set[int] = field(default_factory=set)


def sites(fakes: dict[str, Any], repeating: Echo) -> str:
    """One for each platform, and one of each kind at a platform that repeats its key."""
    made = []
    for kind, platform in PLATFORMS.items():
        made.append(_site(kind, platform.settings(fakes[kind])))
        made.append(_site(f"echo-{kind}", platform.echoed(fakes[kind], repeating.upstream.url)))
    return "".join(made).replace(HOOK, f"{repeating.upstream.url}{echo.HOOK}")


def _site(key: str, settings: dict[str, Any]) -> str:
    head = f"""
[[sites]]
key = "{key}"
origins = ["https://www.acme.example"]
ui.chatBot.feedback.isNeedFeedback = true
limits = {{visitor_per_minute = 0, address_per_minute = 0}}
apis.kefu = {{enabled = true, anonymous = true}}
[sites.provider]
"""
    platform = "".join(f"{name} = {json.dumps(one)}\n" for name, one in settings.items())
    secrets = dict(zip(("secret", "previous_secret"), hook_secrets(key), strict=True))
    hook = "".join(f"{name} = '{one}'\n" for name, one in {"url": HOOK, **secrets}.items())
    return f"{head}{platform}[[sites.webhooks]]\n{hook}"


def hook_secrets(site: str) -> tuple[str, str]:
    """What signs the site's webhooks, and what did before."""
    digests = [hashlib.sha256(f"{site} {age}".encode()).digest() for age in ("new", "old")]
    new, old = (base64.b64encode(digest).decode() for digest in digests)
    return f"whsec_{new}", f"whsec_{old}"


def own_secrets(server: Server) -> dict[str, str]:
    """The keys of the platforms, of the server, and what it shows each owner once."""
    found = {kind: platform.key for kind, platform in PLATFORMS.items()} | {"echo": echo.KEY}
    found["secret key"] = (server.folder / "data" / "secret.key").read_text().strip()
    for site in SITES:
        told = server.command("site", site, "rotate")
        for name, secret in re.findall(r"(identity secret|server key) +(\S+)", told):
            found[f"{name} of {site}"] = secret
        new, old = hook_secrets(site)
        found |= {f"webhook of {site}": new, f"former webhook of {site}": old}
    assert len(found) == 2 + len(PLATFORMS) + 4 * len(SITES)
    return found


def visit(server: Server, made: Seen) -> None:
    frames = Frames()
    tour = Tour(server, made.evidence, frames)
    plant_in_commands(tour)
    server.start()
    plant_in_talk(tour)
    plant_in_answers(tour)
    keep_data(server, made)
    talk(tour)
    keep_data(server, made)
    with ThreadPoolExecutor(len(PLATFORMS)) as threads:
        list(threads.map(lambda kind: look_around(tour, kind), PLATFORMS))
    refuse_verdicts(tour, made.fakes["xpertai"])
    command(tour)
    frames.close()
    keep_files(server, made)
    made.answered |= tour.answered
    for kind, platform in PLATFORMS.items():
        given = enumerate(platform.secrets(made.fakes[kind]))
        made.secrets |= {f"secret {number} of {kind}": one for number, one in given}


def look_around(tour: Tour, kind: str) -> None:
    see_pages(tour, kind)
    see_tokens(tour, kind)
    try_socket(tour, kind, works=PLATFORMS[kind].works)
    fill_forms(tour, kind, fails=PLATFORMS[kind].fails)
    see_kefu(tour, kind, works=PLATFORMS[kind].works, fails=PLATFORMS[kind].fails)


def plant_in_commands(tour: Tour) -> None:
    """As names of sites, which stand in pages, scripts and lists; and in a refused origin."""
    entry = "[[sites]]\nkey = \"plant{}\"\nname = '''{}'''\nprovider.kind = \"demo\"\n"
    named = "".join(entry.format(number, one) for number, one in enumerate(WRITINGS))
    refused = f"[[sites]]\nkey = \"plant0\"\norigins = ['''{' '.join(WRITINGS)}''']\n"
    for name, text in (("named.toml", named), ("refused.toml", refused)):
        (tour.server.folder / name).write_text(text, encoding="utf-8")
        tour.run("apply", name)
    tour.run("sites")


def plant_in_talk(tour: Tour) -> None:
    """As a question, which is stored and shown, and as what a platform complains about."""
    tour.talk("openai", [" ".join(("plain\n", *WRITINGS))])
    tour.talk("openai", [f"complains\n{one}" for one in WRITINGS])


def plant_in_answers(tour: Tour) -> None:
    """As what a page, a script, a redirect and a refusal repeat."""
    for number, one in enumerate(WRITINGS):
        tour.ask("GET", f"/chat/plant{number}")
        tour.ask("GET", f"/embed/plant{number}.js")
        tour.redirect(f"/frame/openai?lang={quote(one)}")
        tour.ask("POST", "/frame/openai/token", json.dumps({one: 1}).encode())


def talk(tour: Tour) -> None:
    """Every named scenario of every platform, and each where the platform repeats its key."""
    asked = [(kind, one) for kind, platform in PLATFORMS.items() for one in platform.questions]
    again = [(f"echo-{kind}", f"question {n}") for kind in PLATFORMS for n in range(ECHOES)]
    tour.talk_all([*asked, *again])


def refuse_verdicts(tour: Tour, platform: XpertAI) -> None:
    """The platform refuses a verdict and quotes by what it was asked."""
    frame = tour.open("xpertai")
    frame.ask("plain")
    answer = frame.until("run.ended")["message"]
    quoted = " ".join((GENERAL_KEY, *platform.state.secrets))
    platform.answer_next("/feedbacks", 500, json.dumps({"message": quoted}))
    frame.send("feedback.give", message=answer, verdict="like")
    frame.until("feedback.saved")
    wait_until(lambda: "feedback was not passed on" in tour.server.log.read_text())
    tour.close(frame)


def command(tour: Tour) -> None:
    """The operator's own, right and wrong."""
    for number, text in enumerate(WRONG):
        file = tour.server.folder / f"wrong{number}.toml"
        file.write_text(f'[[sites]]\nkey = "wrong"\n[sites.provider]\n{text}', encoding="utf-8")
    with ThreadPoolExecutor(4) as threads:
        wrong = [("apply", f"wrong{number}.toml") for number, _ in enumerate(WRONG)]
        doctor = [("doctor", site) for site in (*SITES, "none")]
        token = ("token", "openai", "--user", "somebody")
        hooks = [("webhooks", site) for site in ("openai", "echo-openai", "none")]
        list(threads.map(lambda words: tour.run(*words), [*wrong, *doctor, token, *hooks]))
    tour.run("site", "openai", "pause")
    tour.ask("GET", "/chat/openai")
    tour.ask("GET", "/embed/openai.js")


OPENAIS_HOOK, _ = hook_secrets("openai")
WRONG = (
    f"kind = 'openai'\napi_key = '{KEY}'",
    f"kind = 'openai'\napi_kay = '{KEY}'\nmodel = 'm'\nbase_url = 'http://x'",
    f"kind = 'openai'\napi_key = ['{KEY}']\nmodel = 'm'\nbase_url = 'http://x'",
    f"kind = 'openai'\napi_key = '{KEY}é'\nmodel = 'm'\nbase_url = 'http://x'",
    f"kind = 'openai'\napi_key = '{KEY}'\nmodel = 'm'\nbase_url = 'x'",
    f"kind = 'openai'\napi_key = '{KEY}'\nmodel = 'm'\nbase_url = 'http://x'\nproxy = 'x'",
    f"kind = 'xpertai'\napi_key = '{GENERAL_KEY}'",
    f"kind = 'xpertai'\napi_key = '{GENERAL_KEY}\nassistant_id = 'a'",
    f"kind = 'none'\napi_key = '{KEY}'",
    f"kind = 'demo'\napi_key = '{KEY}'",
    f"api_key = '{KEY}'",
    f"kind = 'demo'\n[[sites.webhooks]]\nurl = 'x'\nsecret = '{OPENAIS_HOOK}'",
    f"kind = 'demo'\n[[sites.webhooks]]\nurl = 'http://x'\nsecret = '{OPENAIS_HOOK[:-1]}'",
    f"kind = 'demo'\n[[sites.webhooks]]\nurl = 'http://x'\nsekret = '{OPENAIS_HOOK}'",
)


def keep_files(server: Server, made: Seen) -> None:
    """The log, and the data folder while the server runs and after it. The write-ahead log is
    written again and again from its start, so it was kept before, too; at the end it is one with
    the database."""
    keep_data(server, made)
    server.stop()
    keep_data(server, made)
    made.evidence.add("log", server.log.read_bytes())


def keep_data(server: Server, made: Seen) -> None:
    for path in (server.folder / "data").rglob("*"):
        if path.is_file() and path.name != "secret.key":
            made.evidence.add(path.name, path.read_bytes())
