"""What the pasted tag loads: bytes, headers, and nothing that varies."""

from __future__ import annotations

import gzip
import json
import re
from pathlib import Path
from typing import Any

import brotli
import msgspec
import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.factories import make_site
from tests.serving import Server
from widget.domain.options import Options, parse_options
from widget.domain.sites import ProviderChoice
from widget.store.database import Store
from widget.store.sites import save_site, set_paused
from widget.web.loader import DRAWN, USUAL_LANGS, Loader, drawn
from widget.web.loader_pieces import PIECES
from widget.web.texts import Texts

DEFAULT_BUDGET = 3_000
FULL_BUDGET = 5_500
OPENING_SHARE = 8_080
ICON = "data:image/webp;base64,AAAA"  # its bytes are the owner's
WHEN = {"seconds": 30, "scroll": 50, "url": "/lamps/*"}
EVERYTHING: dict[str, Any] = {
    "ui": {
        "base": {"layout": "mobile", "lang": "zh-CN", "zIndex": 12_345},
        "asstBtn": {
            "isNeed": True,
            "position": "top-left",
            "offsetX": 123,
            "offsetY": 45,
            "text": "有问题?问问我们的灯具顾问吧",
            "badge": False,
            "titleHint": False,
            "icon": ICON,
            "draggable": True,
            "dragAxis": "y",
            "teaser": {"text": "要不要看看本周的新灯?", "after": WHEN},
            "openAfter": WHEN,
        },
        "header": {"isShow": False, "isNeedClose": False, "isNeedExpand": False},
        "chatBot": {
            "title": "暮光灯具的在线灯具顾问",
            "width": 512,
            "height": 768,
            "isResizable": True,
            "isNeedAudio": True,
            "el": "#help",
        },
        "theme": {
            "accent": "#0f766e",
            "surface": "#fffdf8",
            "darkSurface": "#102030",
            "scheme": "dark",
            "radius": "large",
        },
    }
}


@pytest.fixture(scope="module")
def loader() -> Loader:
    return Loader(Texts())


def _save(store: Store, **changes: Any) -> None:
    with store.begin() as tx:
        save_site(tx, make_site(**changes), store.cipher)


def _get(client: FlaskClient, path: str = "/embed/acme.js", **headers: str) -> TestResponse:
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    return client.get(path, headers={"Accept-Encoding": "gzip", **names})


def test_default_loader_keeps_its_budget(client: FlaskClient) -> None:
    answer = _get(client)

    assert answer.headers["Content-Encoding"] == "gzip"
    assert len(answer.data) <= DEFAULT_BUDGET


def test_loader_with_every_option_keeps_its_budget(client: FlaskClient, store: Store) -> None:
    _save(store, key="full", options=parse_options(EVERYTHING))

    answer = _get(client, "/embed/full.js")

    assert len(answer.data) <= FULL_BUDGET


def test_panel_leaves_room_for_the_chat_page(client: FlaskClient, loader: Loader) -> None:
    answer = _get(client, f"/embed/panel/{loader.version()}.js")

    assert len(answer.data) <= OPENING_SHARE


def test_any_page_may_load_it_and_asks_again_after_a_minute(client: FlaskClient) -> None:
    headers = _get(client).headers

    assert headers["Content-Type"] == "text/javascript; charset=utf-8"
    assert headers["Cache-Control"] == "public, max-age=60, must-revalidate"
    assert headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert headers["Access-Control-Allow-Origin"] == "*"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Vary"] == "Accept-Encoding"
    assert "Set-Cookie" not in headers


def test_known_version_is_not_sent_again(client: FlaskClient) -> None:
    etag = _get(client).headers["ETag"]

    answer = _get(client, If_None_Match=etag)

    assert answer.status_code == 304
    assert answer.data == b""


def test_version_changes_with_the_options(client: FlaskClient, loader: Loader) -> None:
    site = make_site()
    changed = make_site(options=parse_options({"ui": {"asstBtn": {"text": "Ask us"}}}))

    assert loader.script(site).etag == loader.script(make_site()).etag
    assert loader.script(changed).etag != loader.script(site).etag
    assert loader.script(make_site(name="Other")).etag != loader.script(site).etag


def test_same_version_is_made_once(loader: Loader) -> None:
    assert loader.script(make_site()) is loader.script(make_site())


@pytest.mark.parametrize(
    ("accepted", "decode"),
    [("gzip", gzip.decompress), ("br", brotli.decompress), ("identity", bytes)],
)
def test_every_encoding_is_the_same_script(
    client: FlaskClient, loader: Loader, accepted: str, decode: Any
) -> None:
    answer = _get(client, Accept_Encoding=accepted)

    assert decode(answer.data) == loader.script(make_site()).plain


def test_never_varies_by_language_or_visitor(client: FlaskClient) -> None:
    plain = _get(client)

    other = _get(
        client, Accept_Language="zh-CN", Cookie="a=b", User_Agent="x", Referer="https://x.y/"
    )

    assert other.data == plain.data
    assert other.headers["ETag"] == plain.headers["ETag"]


def test_carries_its_texts_in_both_usual_languages(client: FlaskClient, loader: Loader) -> None:
    texts = Texts()
    script = loader.script(make_site()).plain.decode() + loader.later().panel.plain.decode()
    script += loader.later().pieces.plain.decode()

    for lang in USUAL_LANGS:
        for text in texts.catalogue(lang, "loader.").values():
            assert json.dumps(text, ensure_ascii=False) in script


def test_carries_the_options_that_it_draws_from_and_no_other() -> None:
    ui = drawn(make_site(options=parse_options(EVERYTHING)))

    assert ui.pop("theme") == {**EVERYTHING["ui"]["theme"], "ink": "#ffffff"}
    assert ui == {name: group for name, group in EVERYTHING["ui"].items() if name != "theme"}


def test_drawn_options_are_declared() -> None:
    tree = msgspec.to_builtins(Options())["ui"]

    for group, leaves in DRAWN.items():
        assert set(leaves) <= set(tree[group])


def test_defaults_are_filled_in() -> None:
    ui = drawn(make_site(name="Dusk & Co."))

    assert ui["chatBot"]["title"] == "Dusk & Co."
    assert re.fullmatch("#[0-9a-f]{6}", ui["theme"]["accent"])
    assert re.fullmatch("#[0-9a-f]{6}", ui["theme"]["ink"])


def test_nothing_private_is_in_it(client: FlaskClient, store: Store) -> None:
    settings = {"delay_ms": 0, "note": "planted-secret"}
    greeting = parse_options({"greeting": "planted-greeting", "starters": ["planted-starter"]})
    site = make_site(
        provider=ProviderChoice("demo", settings), options=greeting, origins=("https://planted.x",)
    )
    assert "planted-secret" in json.dumps(site.provider.settings)
    _save(store, **{name: getattr(site, name) for name in ("provider", "options", "origins")})

    script = _get(client, Accept_Encoding="identity").data

    assert b"planted" not in script


def test_no_markup_no_script_address_no_style_text(loader: Loader) -> None:
    script = (
        loader.script(make_site()).plain + loader.later().panel.plain + loader.later().pieces.plain
    ).decode()

    for banned in (
        "innerHTML",
        "insertAdjacentHTML",
        "<style",
        "<div",
        "srcdoc",
        "eval(",
        "cookie",
    ):
        assert banned not in script
    assert '"style"' in script  # the attribute is read and removed, never written
    assert 'setAttribute("style"' not in script
    assert not re.search(r"https?://(?!www\.w3\.org/2000/svg)", script)


@pytest.mark.parametrize("is_paused", [True, False])
def test_silent_site_gets_a_script_that_says_why(
    client: FlaskClient, store: Store, is_paused: bool
) -> None:
    key = "resting" if is_paused else "nobody"
    if is_paused:
        _save(store, key=key)
        with store.begin() as tx:
            set_paused(tx, key, True)

    answer = _get(client, f"/embed/{key}.js", Accept_Encoding="identity")

    why = f'site "{key}" is paused' if is_paused else f'there is no site "{key}" here'
    assert answer.status_code == 200
    assert answer.data.decode() == f"console.warn({json.dumps(f'chatdock: {why}')})"
    assert answer.headers["Cache-Control"] == "public, max-age=60, must-revalidate"


@pytest.mark.parametrize("key", ["a b", "a%22b", "x" * 65, "<b>", "é"])
def test_name_that_no_site_can_have_is_not_found(client: FlaskClient, key: str) -> None:
    assert _get(client, f"/embed/{key}.js").status_code == 404


def test_default_that_the_panel_knows_is_not_sent() -> None:
    ui = drawn(make_site(options=parse_options({"ui": {"chatBot": {"width": 460, "height": 500}}})))

    assert (ui["chatBot"], set(ui)) == (
        {"title": "Acme", "height": 500},
        {"base", "asstBtn", "chatBot", "theme"},
    )


# What each piece has and no other; and the options that ask for it.
PIECES_USED: dict[str, tuple[bytes, dict[str, Any]]] = {
    "corner": (b"safe-area-inset-top", {"asstBtn": {"position": "top-left"}}),
    "drag": (b"setPointerCapture", {"asstBtn": {"draggable": True}}),
    "icon": (b"createImageBitmap", {"base": {"icon": ICON}}),
    "mount": (b"parentNode", {"chatBot": {"el": "#help"}}),
    "teaser": (b"text-overflow", {"asstBtn": {"teaser": {"text": "Hello"}}}),
    "trigger": (b"openAfter:{seconds:30", {"asstBtn": {"openAfter": WHEN}}),
    "voice": (b"microphone", {"chatBot": {"isNeedAudio": True}}),
}
# A page may ask for these; for an owner the server or the panel does what they do.
NEVER_IN_CORE = {"grip": b"grip", "tone": b"35450", "title": b"unread"}


def test_every_piece_is_told_by_something() -> None:
    assert {*PIECES_USED, *NEVER_IN_CORE} == set(PIECES)


@pytest.mark.parametrize("name", PIECES_USED)
def test_piece_comes_with_the_core_of_a_site_that_uses_it_and_no_other(
    loader: Loader, name: str
) -> None:
    sent = loader.script(make_site(options=parse_options({"ui": PIECES_USED[name][1]}))).plain

    found = {piece for piece, (sign, _) in PIECES_USED.items() if sign in sent}
    assert found == {name}


def test_pieces_of_no_owner_are_in_no_core(loader: Loader) -> None:
    everything = loader.script(make_site(options=parse_options(EVERYTHING))).plain

    for sign in NEVER_IN_CORE.values():
        assert sign not in everything
        assert sign in loader.later().pieces.plain


def test_default_core_has_no_piece(loader: Loader) -> None:
    plain = loader.script(make_site()).plain

    assert [name for name, (sign, _) in PIECES_USED.items() if sign in plain] == []


def test_one_picture_is_sent_where_there_are_two() -> None:
    both = {"base": {"icon": ICON}, "asstBtn": {"icon": ICON.replace("A", "B")}}

    ui = drawn(make_site(options=parse_options({"ui": both})))

    assert (ui["asstBtn"]["icon"], "icon" in ui["base"]) == (both["asstBtn"]["icon"], False)


def test_panel_is_kept_for_ever_under_its_version(client: FlaskClient, loader: Loader) -> None:
    current = _get(client, f"/embed/panel/{loader.version()}.js")
    former = _get(client, "/embed/panel/00000000.js")

    assert current.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert current.headers["Access-Control-Allow-Origin"] == "*"
    assert current.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert former.headers["Cache-Control"] == "no-store"
    assert former.data == current.data


def test_loader_names_the_panel_of_its_version(loader: Loader) -> None:
    assert f'version:"{loader.version()}"'.encode() in loader.script(make_site()).plain


def test_no_parent_process_loads_the_minifier(server: Server) -> None:
    """Its threads would be lost in the fork, and the worker would stop for ever."""
    assert server.process is not None
    parent, worker = server.process.pid, server.worker()

    assert "minify" in Path(f"/proc/{worker}/maps").read_text()
    assert "minify" not in Path(f"/proc/{parent}/maps").read_text()


ALL_LANGS = ("en", "zh-CN", "zh-TW", "ja", "ko")
EACH_LANG = 65


def test_every_language_more_costs_some_bytes(client: FlaskClient, store: Store) -> None:
    _save(store, key="all", languages=ALL_LANGS)

    answer = _get(client, "/embed/all.js")

    more = len(ALL_LANGS) - len(USUAL_LANGS)
    assert len(answer.data) <= DEFAULT_BUDGET + more * EACH_LANG


def test_site_says_its_loaders_words_in_its_languages(loader: Loader) -> None:
    texts = Texts()
    site = make_site(
        languages=("ja", "zh-TW"),
        options=parse_options({"ui": {"asstBtn": {"teaser": {"text": "?"}}}}),
        texts={"ja": {"loader.launcher": "相談する</script>", "loader.retry": "もう一度"}},
    )

    core = loader.script(site).plain.decode()
    panel = loader.later(site).panel.plain.decode()

    assert 'langs:"ja|zh"' in core
    assert '"相談する</script>"' in core
    assert json.dumps(texts.say("zh-TW", "loader.launcher"), ensure_ascii=False) in core
    assert json.dumps(texts.say("ja", "loader.dismiss"), ensure_ascii=False) in core
    assert '"もう一度"' in panel
    assert texts.say("en", "loader.loading") not in core + panel
    assert texts.say("zh-TW", "loader.lost") in panel


def test_sites_own_language_is_there_without_naming_it(loader: Loader) -> None:
    korean = make_site(options=parse_options({"ui": {"base": {"lang": "ko-KR"}}}))

    assert 'langs:"en|zh|ko"' in loader.script(korean).plain.decode()


def test_panel_with_a_sites_own_words_is_kept_for_ever_too(
    client: FlaskClient, store: Store, loader: Loader
) -> None:
    site = make_site(key="own", texts={"en": {"loader.retry": "Once more"}})
    _save(store, key="own", texts=site.texts)
    version = loader.version(site)

    current = _get(client, f"/embed/panel/{version}.js", Accept_Encoding="identity")
    pieces = _get(client, f"/embed/pieces/{version}.js")
    stale = _get(client, "/embed/panel/00000000.own.js", Accept_Encoding="identity")
    nobody = _get(client, f"/embed/panel/{loader.version()}.nobody.js", Accept_Encoding="identity")

    assert version.endswith(".own")
    assert f'version:"{version}"'.encode() in loader.script(site).plain
    assert current.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert pieces.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert b'"Once more"' in current.data
    assert (stale.data, stale.headers["Cache-Control"]) == (current.data, "no-store")
    assert (nobody.data, nobody.headers["Cache-Control"]) == (
        loader.later().panel.plain,
        "no-store",
    )


def test_words_of_many_sites_are_not_kept_for_ever() -> None:
    loader = Loader(Texts(), most_kept=2)
    sites = [
        make_site(key=f"s{number}", texts={"en": {"loader.retry": f"Retry {number}"}})
        for number in range(2)
    ]

    first = loader.later(sites[0])
    assert loader.later(sites[0]) is first
    loader.later(sites[1])

    assert loader.later(sites[0]) is not first
    assert loader.later(sites[0]).digest == first.digest


def test_loader_is_made_anew_when_words_or_languages_change(loader: Loader) -> None:
    first = loader.script(make_site(key="anew")).plain

    other = loader.script(make_site(key="anew", languages=("ja",))).plain
    third = loader.script(make_site(key="anew", texts={"en": {"loader.launcher": "Ask"}})).plain

    assert len({first, other, third}) == 3
