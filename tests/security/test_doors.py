"""Every door with every credential: what opens it, and in which words it stays shut.

The doors are those of the URL map, so that one which nobody has thought about fails here.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask

from tests.fakes.xpertai.platform import DEDICATED_KEY, XpertAI
from tests.security.door_rows import (
    CLIENT_SECRETS,
    CODES,
    FILES,
    FORMS,
    GUARDED,
    LINES,
    MINI_PROGRAMS,
    OPEN,
    RENEWAL,
    SAVED,
    SERVER_KEY,
    SOCKET,
    UPLOADS,
)
from tests.security.doorbells import Door, Knock, outcome, ring
from tests.security.house import DAY, HOUR, SITES, House, credentials, site
from tests.serving import Answer, Frames, Server
from tests.signing import user_token
from widget.domain.sites import Identity


def test_every_door_is_here(app: Flask) -> None:
    rules = {rule.rule for rule in app.url_map.iter_rules()}

    assert rules == OPEN | {SOCKET}.union(*GUARDED)


def test_every_described_door_is_guarded_or_open(app: Flask) -> None:
    described = {
        re.sub(r"{(\w+)}", r"<\1>", one.path)
        for one in app.extensions["chatdock_openapi"]._operations
    }

    assert described <= OPEN.union(*GUARDED)
    assert {rule for rule in OPEN.union(*GUARDED) if "/api/" in rule} - described == {
        "/sites/<site>/api/kefu/<path:spelling>",
        "/api/kefu/<path:spelling>",
    }


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with XpertAI() as platform:
        settings = platform.settings(api_key=DEDICATED_KEY)
        server = Server(
            tmp_path_factory.mktemp("doors"), "".join(site(key, settings) for key in SITES)
        )
        made = House(server, *credentials(server))
        server.command("site", "quiet", "pause")
        server.command("site", "eased", "rotate")
        server.command("site", "turned", "rotate", "--now")
        try:
            server.start()
            yield made
        finally:
            server.stop()


def tried(house: House, door: Door, knocks: dict[str, Knock]) -> dict[str, str]:
    return {name: outcome(door.ask(house.server, knock)) for name, knock in knocks.items()}


def pages(good: Knock) -> dict[str, Knock]:
    """The good credential, shown by pages that may not ask with it."""
    origins = {
        "strange page": "https://evil.example",
        "page like a listed one": "https://acme.example.evil.example",
        "listed one without TLS": "http://acme.example",
        "page without origin": "null",
    }
    return {name: replace(good, origin=origin) for name, origin in origins.items()}


# -- the server key


def test_server_key_alone_opens_the_owners_door(house: House) -> None:
    knocks = {**house.knocks(house.server_keys), **house.strange("server key")}
    expected = dict.fromkeys(knocks, "401 ours:unauthorized")
    expected |= {"good": "200 given", "former": "200 given"}
    expected |= {"of a paused site": "403 ours:site_paused"}

    assert {rule: tried(house, door, knocks) for rule, door in SERVER_KEY.items()} == dict.fromkeys(
        SERVER_KEY, expected
    )


# -- user tokens


def user_token_knocks(house: House) -> dict[str, Knock]:
    knocks = {**house.knocks(house.user_tokens), **house.strange("user token")}
    over = user_token(house.server, ends_in_s=-HOUR)
    return {**knocks, "over": Knock("acme", over), **pages(knocks["good"])}


@pytest.mark.parametrize("rule", CLIENT_SECRETS)
def test_client_secrets_are_for_listed_pages_and_never_for_a_doubtful_person(
    house: House, rule: str
) -> None:
    """Without any user token the visitor is anonymous; with a bad one it is nobody."""
    door, knocks = CLIENT_SECRETS[rule], user_token_knocks(house)
    words = {"api/v1": "ours:{}", "chatkit": "chatkit:{}", "create-session": "xpertai"}
    said = next(words[part] for part in words if part in rule)
    expected = dict.fromkeys(knocks, "401 " + said.format("user_token_refused"))
    expected |= dict.fromkeys(("good", "none", "former"), "200 given")
    expected |= {"of a paused site": "403 " + said.format("site_paused")}
    unclear, refused = "400 " + said.format("bad_input"), "403 " + said.format("forbidden")
    expected |= dict.fromkeys(pages(knocks["good"]), unclear if door.finds_site else refused)
    expected["no site's"] = unclear if door.finds_site else "404 " + said.format("not_found")

    assert tried(house, door, knocks) == expected


@pytest.mark.parametrize("rule", MINI_PROGRAMS)
def test_kefu_calls_are_for_members_alone(house: House, rule: str) -> None:
    door, knocks = MINI_PROGRAMS[rule], user_token_knocks(house)
    names_a_row = any("{named}" in text for _, text in door.fields)
    good = "404 kefu:404:conversation_not_found" if names_a_row else "200 given"
    expected = dict.fromkeys(knocks, "401 kefu:401:unauthorized")
    expected |= dict.fromkeys(("good", "former"), good)
    expected |= {"of a paused site": "403 kefu:403:site_paused"}
    unclear, refused = "400 kefu:400:bad_input", "403 kefu:403:origin_refused"
    expected |= dict.fromkeys(pages(knocks["good"]), unclear if door.finds_site else refused)
    expected["no site's"] = unclear if door.finds_site else "404 kefu:404:not_found"

    assert tried(house, door, knocks) == expected


@pytest.mark.parametrize("rule", [rule for rule in MINI_PROGRAMS if MINI_PROGRAMS[rule].fields])
def test_kefu_conversation_of_another_looks_like_none(house: House, rule: str) -> None:
    door, server = MINI_PROGRAMS[rule], house.server
    begin = MINI_PROGRAMS[rule.rpartition("/")[0] + "/createConversation"]
    ids = {}
    for name, where in (("other", "acme"), ("ada", "other")):
        token = user_token(server, name, site=where)
        made = begin.ask(server, Knock(where, token)).json["data"]["conversation_id"]
        ids[f"{name}'s at {where}"] = made.removeprefix("conv_")
    own = house.user_tokens["acme"]

    answers = {
        name: without_time(door.ask(server, Knock("acme", own, named=id_)))
        for name, id_ in {**ids, "nobody's": "none", "no id": "../x"}.items()
    }

    assert len(set(answers.values())) == 1, answers
    assert next(iter(answers.values()))[0] == 404
    theirs = Knock("acme", user_token(server, "other"), named=ids["other's at acme"])
    said = MINI_PROGRAMS["/sites/<site>/api/kefu/getHistory"].ask(server, theirs)
    assert said.json["data"]["total"] == 0


def without_time(answer: Answer) -> tuple[int, bytes]:
    return answer.status, re.sub(rb'"timestamp":\d+', b"", answer.body)


# -- embed tokens


def embed_token_knocks(house: House) -> dict[str, Knock]:
    identity = Identity("ada", ends_at=int(time.time()) - HOUR)
    return {
        **house.knocks(house.embed_tokens),
        **house.strange("embed token"),
        "an hour old": Knock("acme", house.embed_token("acme", age_s=HOUR)),
        "a month old": Knock("acme", house.embed_token("acme", age_s=31 * DAY)),
        "of tomorrow": Knock("acme", house.embed_token("acme", age_s=-DAY)),
        "of a later generation": Knock("acme", house.embed_token("acme", generation=2)),
        "of one whose sign-in is over": Knock("acme", house.embed_token("acme", identity=identity)),
    }


@pytest.mark.parametrize("rule", FORMS)
def test_forms_know_their_visitor_or_begin_anew(house: House, rule: str) -> None:
    """A token that is over is taken for thirty days: what was typed must not be lost."""
    door, knocks = FORMS[rule], embed_token_knocks(house)
    knocks |= {name: one for name, one in pages(knocks["good"]).items() if one.origin != "null"}
    good = {"{named}" in door.path: "404 page", "runs/{named}/follow" in door.path: "200 page"}
    taken = "422 page" if door.fields and not good.get(True) else good.get(True, "200 page")
    expected = dict.fromkeys(knocks, "401 page")
    expected |= dict.fromkeys(("good", "former", "an hour old"), taken)
    expected |= {"of a paused site": "403 page", "no site's": "404 ours:not_found"}
    expected |= dict.fromkeys(
        ("strange page", "page like a listed one", "listed one without TLS"), "403 ours:forbidden"
    )

    assert tried(house, door, knocks) == expected


def test_copy_of_a_conversation_is_its_visitors_alone(house: House) -> None:
    (door,) = SAVED.values()
    knocks = embed_token_knocks(house)
    knocks |= {name: one for name, one in pages(knocks["good"]).items() if one.origin != "null"}
    expected = dict.fromkeys(knocks, "401 ours:unauthorized")
    expected |= dict.fromkeys(("good", "former", "an hour old"), "404 ours:not_found")
    expected |= {"of a paused site": "403 ours:site_paused", "no site's": "404 ours:not_found"}
    expected |= dict.fromkeys(
        ("strange page", "page like a listed one", "listed one without TLS"), "403 ours:forbidden"
    )

    assert tried(house, door, knocks) == expected


@pytest.mark.parametrize("rule", UPLOADS)
def test_uploads_need_a_token_of_this_quarter_of_an_hour(house: House, rule: str) -> None:
    door, knocks = UPLOADS[rule], embed_token_knocks(house)
    knocks |= {name: one for name, one in pages(knocks["good"]).items() if one.origin != "null"}
    taken = "404 ours:not_found" if "{named}" in door.path else "422 ours:bad_input"
    expected = dict.fromkeys(knocks, "401 ours:unauthorized")
    expected |= dict.fromkeys(("good", "former"), taken)
    expected |= {"of a paused site": "403 ours:site_paused", "no site's": "404 ours:not_found"}
    expected |= {"of one whose sign-in is over": "401 ours:identity_ended"}
    expected |= dict.fromkeys(
        ("strange page", "page like a listed one", "listed one without TLS"), "403 ours:forbidden"
    )

    assert tried(house, door, knocks) == expected


@pytest.mark.parametrize("rule", LINES)
def test_lines_without_a_socket_need_a_token_of_this_quarter_of_an_hour(
    house: House, rule: str
) -> None:
    door, knocks = LINES[rule], embed_token_knocks(house)
    knocks |= pages(knocks["good"])
    taken = "200 text/event-stream" if door.is_endless else "200 given"
    expected = dict.fromkeys(knocks, "401 ours:unauthorized")
    expected |= dict.fromkeys(("good", "former"), taken)
    expected |= {"of a paused site": "403 ours:site_paused", "no site's": "404 ours:not_found"}
    expected |= {"of one whose sign-in is over": "401 ours:identity_ended"}
    expected |= dict.fromkeys(pages(knocks["good"]), "403 ours:forbidden")

    assert tried(house, door, knocks) == expected


def test_token_is_renewed_for_a_month(house: House) -> None:
    (door,) = RENEWAL.values()
    knocks = embed_token_knocks(house)
    knocks |= pages(knocks["good"])
    expected = dict.fromkeys(knocks, "401 ours:unauthorized")
    expected |= dict.fromkeys(("good", "former", "an hour old"), "200 given")
    expected |= {"of a paused site": "403 ours:site_paused", "no site's": "404 ours:not_found"}
    expected |= {"of one whose sign-in is over": "401 ours:identity_ended"}
    expected |= dict.fromkeys(pages(knocks["good"]), "403 ours:forbidden")

    assert tried(house, door, knocks) == expected


def test_user_token_signs_in_at_its_own_site_alone(house: House) -> None:
    """And so does an embed token that the owner's server got for somebody, but no anonymous one."""
    ada = Identity("ada", ends_at=int(time.time()) + HOUR)
    person = {key: house.embed_token(key, identity=ada) for key in SITES}
    expected_of = {
        "good": "200 given",
        "former": "200 given",
        "none": "401 ours:unauthorized",
        "of a paused site": "403 ours:site_paused",
        "no site's": "404 ours:not_found",
    }
    for kind in (house.user_tokens, person):
        knocks = {**house.knocks(kind), **house.strange("user token")}

        found = {
            name: outcome(sign_in(house.server, knock.site, knock.credential))
            for name, knock in knocks.items()
        }

        refused = dict.fromkeys(knocks, "401 ours:user_token_refused")
        assert found == refused | expected_of


def sign_in(server: Server, site: str, credential: str) -> Answer:
    body = json.dumps({"user_token": credential}).encode()
    return server.ask("POST", f"/frame/{site}/token", body)


def test_socket_serves_a_good_token_alone(house: House, connect: Frames) -> None:
    knocks = embed_token_knocks(house)

    found = {
        name: ring(connect(house.server, knock.site), knock.credential)
        for name, knock in knocks.items()
    }

    assert found == dict.fromkeys(knocks, "4401") | {"good": "ready", "former": "ready"}


# -- codes and signed addresses


def test_code_opens_the_chat_once(house: House) -> None:
    (door,) = CODES.values()
    used = house.code("acme")
    door.ask(house.server, Knock("acme", used))
    knocks = {
        **house.strange("chat code"),
        "good": Knock("acme", house.code("acme")),
        "used": Knock("acme", used),
        "over": Knock("acme", house.code("acme", ended=True)),
        "another site's": Knock("acme", house.code("other")),
        "of a paused site": Knock("quiet", house.code("quiet")),
        "of no site": Knock("nobody", house.code("acme")),
        "former": Knock("eased", house.code("eased")),
        "ended": Knock("turned", house.code("turned")),
        "nothing": Knock("acme"),
        "cut short": Knock("acme", house.code("acme")[:-1]),
    }
    expected = dict.fromkeys(knocks, "410 ours:code_spent")
    expected |= dict.fromkeys(("good", "former"), "200 page")
    expected |= {"of a paused site": "403 page", "of no site": "404 ours:not_found"}

    assert tried(house, door, knocks) == expected


def test_dead_codes_look_alike(house: House) -> None:
    (door,) = CODES.values()
    codes = [house.code("other"), house.code("acme", ended=True), "never-given", "x" * 200]

    assert len({door.ask(house.server, Knock("acme", code)).body for code in codes}) == 1


def test_address_of_a_file_is_good_for_five_minutes(house: House) -> None:
    (door,) = FILES.values()
    knocks = {
        **house.strange("file link"),
        "good, of a file that is not there": Knock("", house.link()),
        "over": Knock("", house.link(age_s=HOUR)),
        "of tomorrow": Knock("", house.link(age_s=-DAY)),
        "of a paused site": Knock("", house.link("quiet")),
        "of no site": Knock("", house.link("nobody")),
        "ended": Knock("", house.link("turned")),
        "cut short": Knock("", house.link()[:-1]),
    }
    expected = dict.fromkeys(knocks, "404 ours:not_found")
    expected |= dict.fromkeys(("over", "of tomorrow", "ended"), "404 ours:not_found")
    expected |= {"of a paused site": "403 ours:site_paused"}

    assert tried(house, door, knocks) == expected
