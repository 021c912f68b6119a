"""Scenarios of what the host does itself: searches, code, pictures, remote tools, citations."""

from __future__ import annotations

from typing import Any

from tests.fakes.openai.responses import (
    RESPONSES,
    Answer,
    Call,
    answering,
    completed,
    event,
    opening,
    said,
    text_item,
)
from tests.fakes.upstream import Reply

# A picture of one pixel; what tells its type are the first bytes.
PNG = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJg"
    "gg=="
)
JPEG = "/9j/4AAQSkZJRgABAQEAYABgAAD/2wBDAAgGBgcGBQgHBwcJCQgKDBQNDAsLDBkSEw8UHRof"
WEBP = "UklGRiIAAABXRUJQVlA4IBYAAAAwAQCdASoBAAEADsD+JaQAA3AAAAAA"
QUERY = "postage to the country 2026"
CODE = "print(6 * 7)"
PAGE = "https://shop.example/postage?utm_source=openai"


def _item(kind: str, status: str, **more: Any) -> dict[str, Any]:
    return {"type": kind, "id": f"{kind}_1", "status": status, **more}


def _call(kind: str, stages: tuple[str, ...], end: str = "completed", **more: Any) -> Answer:
    """An item that is opened, goes through its stages and ends in a state."""

    def play(call: Call) -> Reply:
        where = {"item_id": f"{kind}_1", "output_index": 0}
        return said(
            opening(call),
            event("output_item.added", output_index=0, item=_item(kind, "in_progress")),
            [event(f"{kind}.{stage}", **where) for stage in stages],
            event("output_item.done", output_index=0, item=_item(kind, end, **more)),
            text_item(index=1),
            completed(call),
        )

    return play


_SEARCHING = ("in_progress", "searching", "completed")
RESPONSES.update(
    {
        "web-search": _call(
            "web_search_call", _SEARCHING, action={"type": "search", "query": QUERY}
        ),
        "web-searches": _call(
            "web_search_call", _SEARCHING, action={"type": "search", "queries": [QUERY, "b"]}
        ),
        "open-page": _call("web_search_call", (), action={"type": "open_page", "url": PAGE}),
        "find-in-page": _call(
            "web_search_call", (), action={"type": "find_in_page", "url": PAGE, "pattern": "kg"}
        ),
        "web-search-failed": _call("web_search_call", _SEARCHING, end="failed", action=None),
        "file-search": _call(
            "file_search_call",
            _SEARCHING,
            queries=[QUERY],
            results=[{"file_id": "file_1", "text": "the owner's own words"}],
        ),
        "code": _call(
            "code_interpreter_call",
            ("in_progress", "interpreting", "completed"),
            code=CODE,
            container_id="cntr_1",
            outputs=[{"type": "logs", "logs": "42"}],
        ),
        "code-draws": _call(
            "code_interpreter_call",
            ("in_progress",),
            code=CODE,
            outputs=[
                {"type": "image", "url": f"data:image/png;base64,{PNG}"},
                {"type": "image", "url": "https://files.example/plot.png"},
                {"type": "image", "url": "sandbox:/mnt/data/plot.png"},
                "no output",
            ],
        ),
        "code-stops": _call("code_interpreter_call", (), end="incomplete", code=CODE),
        "mcp": _call(
            "mcp_call",
            ("in_progress", "completed"),
            name="track_parcel",
            server_label="post",
            arguments='{"parcel": "77"}',
            output="the parcel is in town",
            error=None,
        ),
        "mcp-failed": _call(
            "mcp_call",
            ("in_progress", "failed"),
            name="track_parcel",
            server_label="post",
            arguments="{}",
            error="the server is away",
        ),
        "extractor": _call(
            "web_extractor_call", (), goal="what postage costs", urls=[PAGE], output="the page"
        ),
        "new-tool": _call("crystal_ball_call", (), query=QUERY),
        "computer": _call("computer_call", (), action={"type": "click"}),
        "image": _call(
            "image_generation_call", ("in_progress", "generating"), result=PNG, revised_prompt="A"
        ),
        "image-jpeg": _call("image_generation_call", (), end="generating", result=JPEG),
        "image-webp": _call("image_generation_call", (), result=WEBP),
        "image-odd": _call("image_generation_call", (), result="QUJDRA=="),
        "image-failed": _call("image_generation_call", (), end="failed", result=None),
    }
)


@answering("image-partial")
def image_partial(call: Call) -> Reply:
    where = {"item_id": "image_generation_call_1", "output_index": 0}
    partial = event(
        "image_generation_call.partial_image",
        **where,
        partial_image_index=0,
        partial_image_b64=JPEG,
    )
    done = _item("image_generation_call", "completed", result=PNG)
    return said(
        opening(call),
        event(
            "output_item.added", output_index=0, item=_item("image_generation_call", "in_progress")
        ),
        partial,
        event("output_item.done", output_index=0, item=done),
        completed(call, done),
    )


@answering("unclosed-step")
def unclosed_step(call: Call) -> Reply:
    """DashScope and gateways may leave the closing event of an item out."""
    begun = event("output_item.added", output_index=0, item=_item("web_search_call", "in_progress"))
    return said(opening(call), begun, text_item(index=1), completed(call))


@answering("dies-in-step")
def dies_in_step(call: Call) -> Reply:
    begun = event("output_item.added", output_index=0, item=_item("web_search_call", "in_progress"))
    return said(opening(call), begun)


@answering("listing-tools")
def listing_tools(call: Call) -> Reply:
    """Which tools a remote server has is the owner's matter."""
    item = {"type": "mcp_list_tools", "id": "mcpl_1", "server_label": "post", "tools": []}
    return said(
        opening(call),
        event("output_item.added", output_index=0, item=item),
        event("mcp_list_tools.completed", item_id="mcpl_1", output_index=0),
        event("output_item.done", output_index=0, item=item),
        text_item(index=1),
        completed(call),
    )


def _cited(url: str, title: str = "Postage") -> dict[str, Any]:
    return {"type": "url_citation", "start_index": 0, "end_index": 2, "url": url, "title": title}


CITATIONS: list[Any] = [
    _cited(PAGE),
    _cited(PAGE, "the same page again"),
    _cited("javascript:alert(1)", "Odd"),
    _cited("ftp://files.example/x", "Odd"),
    _cited("https://b.example/x", ""),
    {"type": "file_citation", "index": 2, "file_id": "file_1", "filename": "prices.pdf"},
    {"type": "container_file_citation", "container_id": "cntr_1", "file_id": "c", "filename": "p"},
    {"type": "file_path", "index": 2, "file_id": "file_9"},
    {"type": "url_citation", "url_citation": {"url": "https://c.example/", "title": "Nested"}},
    {"type": "file_citation", "index": 2, "file_id": "file_2"},
    {"type": "url_citation", "url": None, "title": "Nowhere"},
    {"type": "url_citation", "url": "http://[", "title": "Broken"},
    "no annotation",
]


def _annotations() -> list[dict[str, Any]]:
    where = {"item_id": "msg_0", "output_index": 0, "content_index": 0}
    return [
        event("output_text.annotation.added", **where, annotation_index=n, annotation=annotation)
        for n, annotation in enumerate(CITATIONS)
    ]


@answering("citations")
def citations(call: Call) -> Reply:
    """Told one by one, and all again with the message."""
    item = text_item(annotations=CITATIONS, between=_annotations())
    return said(opening(call), item, completed(call, item[-1]["item"]))


@answering("citations-in-item")
def citations_in_item(call: Call) -> Reply:
    item = text_item(annotations=CITATIONS)
    return said(opening(call), item, completed(call, item[-1]["item"]))


@answering("citations-in-end")
def citations_in_end(call: Call) -> Reply:
    item = text_item(annotations=CITATIONS)
    return said(opening(call), item[:-1], completed(call, item[-1]["item"]))
