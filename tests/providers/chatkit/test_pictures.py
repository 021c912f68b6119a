"""Generated images, and which pictures a thread may show."""

from __future__ import annotations

from typing import Any

import pytest

from tests.fakes.chatkit.platform import ChatKitHost
from tests.fakes.chatkit.wire import STREAM_HEADERS, event, item, message, thread_json, updated
from tests.fakes.script import Reply, json_reply
from tests.providers.chatkit.kit import ask, go_on, only, thread_of
from tests.providers.chatkit.made import card, widget
from tests.providers.chatkit.reader import (
    added,
    done,
    new_reader,
    read,
    replaced,
)
from widget.domain.events import (
    ImageReady,
    RunEvent,
    WidgetChanged,
)
from widget.providers.chatkit.provider import ChatKit

PICTURE = "https://img.example.com/1.png"


def picture(url: Any = None) -> dict[str, Any]:
    named = {} if url is None else {"image": {"id": "img_1", "url": url}}
    return item("generated_image", "gen_1", **named)


def drawn(url: str) -> bytes:
    image = {"id": "img_1", "url": url}
    return updated("gen_1", "generated_image.updated", image=image, progress=0.5)


def images(events: list[RunEvent]) -> list[str]:
    return [image.url for image in only(events, ImageReady)]


def test_only_the_finished_picture_is_shown() -> None:
    half = "https://img.example.com/half.png"

    events = read(added(picture(half)), drawn(half), done(picture(PICTURE)))

    assert only(events, ImageReady) == [ImageReady("gen_1", PICTURE)]


def test_latest_stage_is_shown_when_the_end_names_no_picture() -> None:
    odd = updated("gen_1", "generated_image.danced", image={"url": "https://x.example/"})

    assert images(read(added(picture()), drawn(PICTURE), odd, done(picture()))) == [PICTURE]
    assert images(read(added(picture()), drawn(PICTURE))) == [PICTURE]


def test_half_picture_of_a_broken_stream_is_not_shown() -> None:
    reader = new_reader()
    read(added(picture()), drawn(PICTURE), reader=reader, is_whole=False)

    assert reader.end("failed") == []


def test_replaced_picture_is_told_again_and_the_same_one_not() -> None:
    other = "https://img.example.com/2.png"

    events = read(done(picture(PICTURE)), done(picture(PICTURE)), replaced(picture(other)))

    assert images(events) == [PICTURE, other]


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("/files/1.png", ["https://agents.example.com/files/1.png"]),
        ("data:image/png;base64,AAAA", ["data:image/png;base64,AAAA"]),
        ("data:text/html,x", []),
        ("file:///etc/passwd", []),
        ("https://[", []),
        ("  ", []),
        (7, []),
    ],
)
def test_address_of_a_picture(url: Any, shown: list[str]) -> None:
    assert images(read(done(picture(url)))) == shown


@pytest.mark.parametrize(
    ("domains", "is_shown"),
    [
        (["img.example.com"], True),
        (["IMG.example.com "], True),
        (["https://img.example.com"], True),
        (["*.example.com"], True),
        (["example.com"], False),
        (["*.img.example.com"], False),
        ([7], False),
        ([], False),
        (None, True),
    ],
)
def test_only_allowed_hosts_show_pictures(domains: Any, is_shown: bool) -> None:
    named = {} if domains is None else {"allowed_image_domains": domains}
    news = event("thread.updated", thread=thread_json("thr_1", **named))
    tree = {"type": "Card", "children": [{"type": "Image", "src": PICTURE, "alt": "Shoe"}]}

    events = read(news, done(picture(PICTURE)), done(widget(tree)))

    assert images(events) == ([PICTURE] if is_shown else [])
    shown = only(events, WidgetChanged)[0].tree["children"][0]
    assert shown == {"type": "Image", "alt": "Shoe", **({"src": PICTURE} if is_shown else {})}


def test_thread_is_asked_for_its_hosts_once_and_only_for_a_picture() -> None:
    asked: list[None] = []

    def ask() -> tuple[str, ...]:
        asked.append(None)
        return ("other.example.com",)

    read(message("msg_a", "x"), done(widget(card("x"))), reader=new_reader(ask))
    assert asked == []

    events = read(done(picture(PICTURE)), replaced(picture(PICTURE)), reader=new_reader(ask))
    assert (images(events), len(asked)) == ([], 1)


def test_picture_of_a_widget_gets_its_whole_address() -> None:
    bare = {"type": "Image", "alt": "none"}
    tree = {"type": "Card", "children": [{"type": "Image", "src": "/a.png"}, bare]}

    (shown,) = only(read(done(widget(tree))), WidgetChanged)

    assert shown.tree["children"] == [
        {"type": "Image", "src": "https://agents.example.com/a.png"},
        bare,
    ]


def test_thread_is_asked_which_pictures_it_may_show(host: ChatKitHost, provider: ChatKit) -> None:
    first = ask(provider, "plain")
    host.threads[thread_of(first)]["allowed_image_domains"] = ["good.example"]
    pictures = [
        item("generated_image", f"gen_{name}", image={"id": "i", "url": f"https://{name}.example/"})
        for name in ("good", "bad")
    ]
    host.play(*(event("thread.item.done", item=one) for one in pictures))

    heard = go_on(provider, first, "draw")

    assert [one.url for one in only(heard.events, ImageReady)] == ["https://good.example/"]
    assert host.kinds().count("threads.get_by_id") == 1


def test_picture_is_shown_when_the_thread_cannot_be_asked(
    host: ChatKitHost, provider: ChatKit
) -> None:
    first = ask(provider, "plain")
    host.answer_next("threads.get_by_id", json_reply(500, {}))
    image = {"id": "i", "url": "https://good.example/"}
    host.play(event("thread.item.done", item=item("generated_image", "gen_1", image=image)))

    assert len(only(go_on(provider, first, "draw").events, ImageReady)) == 1


def test_picture_is_shown_in_a_thread_without_a_name(host: ChatKitHost, provider: ChatKit) -> None:
    image = {"id": "i", "url": "https://good.example/"}
    drawn = event("thread.item.done", item=item("generated_image", "gen_1", image=image))
    host.answer_next("threads.create", Reply(200, dict(STREAM_HEADERS), [drawn]))

    assert len(only(ask(provider, "draw").events, ImageReady)) == 1
