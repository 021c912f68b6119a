"""What the platform does itself while it answers: steps, pictures and sources for the visitor."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.fakes.openai.platform import OpenAIHost
from tests.fakes.openai.scenarios import ANSWER
from tests.fakes.openai.tools import CODE, JPEG, PAGE, PNG, QUERY, WEBP
from tests.providers.openai.kit import Heard, ask, docked
from widget.domain.errors import UpstreamInterrupted
from widget.domain.events import ImageReady, RunCompleted, Source, Step
from widget.providers.openai.provider import OpenAI


@pytest.fixture(scope="module")
def host() -> Iterator[OpenAIHost]:
    with OpenAIHost() as started:
        yield started


@pytest.fixture
def provider(host: OpenAIHost) -> Iterator[OpenAI]:
    with docked(host, api="responses") as made:
        yield made


def _steps(heard: Heard) -> list[Step]:
    return [event for event in heard.events if isinstance(event, Step)]


def _sources(heard: Heard) -> list[Source]:
    return [event for event in heard.events if isinstance(event, Source)]


def _pictures(heard: Heard) -> list[str]:
    return [event.url for event in heard.events if isinstance(event, ImageReady)]


@pytest.mark.parametrize(
    ("question", "title", "detail"),
    [
        ("web-search", "Searching the web", QUERY),
        ("web-searches", "Searching the web", f"{QUERY}\nb"),
        ("open-page", "Searching the web", PAGE),
        ("find-in-page", "Searching the web", f"kg\n{PAGE}"),
        ("file-search", "Searching the documents", QUERY),
        ("code", "Calculating", CODE),
        ("mcp", "track parcel", 'post\n{"parcel": "77"}'),
        ("image", "Drawing a picture", ""),
        ("extractor", "Reading a page", f"what postage costs\n{PAGE}"),
        ("new-tool", "Using a tool", QUERY),
    ],
)
def test_tool_is_a_step_that_runs_and_ends(
    provider: OpenAI, question: str, title: str, detail: str
) -> None:
    heard = ask(provider, question)

    begun, ended = _steps(heard)
    assert heard.text == ANSWER
    assert (begun.id, begun.state) == (ended.id, "running")
    assert (ended.title, ended.state, ended.detail) == (title, "done", detail)


def test_title_never_tells_what_was_searched(provider: OpenAI) -> None:
    for question in ("web-search", "file-search", "code", "mcp", "open-page"):
        for step in _steps(ask(provider, question)):
            for secret in (QUERY, CODE, PAGE, "77"):
                assert secret not in step.title


def test_what_a_tool_found_stays_with_the_platform(provider: OpenAI) -> None:
    for question, words in (("file-search", "owner's own words"), ("mcp", "parcel is in town")):
        assert words not in str(ask(provider, question).events)


@pytest.mark.parametrize(("locale", "title"), [("zh-CN", "搜索网页"), ("en", "Searching the web")])
def test_titles_speak_the_visitors_language(provider: OpenAI, locale: str, title: str) -> None:
    heard = ask(provider, "web-search", locale=locale)

    assert [step.title for step in _steps(heard)] == [title, title]


@pytest.mark.parametrize(
    "question", ["web-search-failed", "mcp-failed", "code-stops", "image-failed"]
)
def test_tool_that_fails_says_so_and_the_answer_goes_on(provider: OpenAI, question: str) -> None:
    heard = ask(provider, question)

    assert heard.text == ANSWER
    assert heard.error is None
    assert [step.state for step in _steps(heard)] == ["running", "failed"]


def test_step_that_the_host_never_ends_is_done_with_the_answer(provider: OpenAI) -> None:
    heard = ask(provider, "unclosed-step")

    assert [step.state for step in _steps(heard)] == ["running", "done"]
    assert isinstance(heard.events[-1], RunCompleted)


def test_step_of_an_answer_that_breaks_off_has_failed(provider: OpenAI) -> None:
    heard = ask(provider, "dies-in-step")

    assert [step.state for step in _steps(heard)] == ["running", "failed"]
    assert isinstance(heard.failed, UpstreamInterrupted)


def test_tools_of_a_remote_server_are_not_listed_to_visitors(provider: OpenAI) -> None:
    heard = ask(provider, "listing-tools")

    assert heard.text == ANSWER
    assert _steps(heard) == []


def test_tool_that_nobody_here_runs_is_the_end(provider: OpenAI) -> None:
    end = ask(provider, "computer").events[-1]

    assert isinstance(end, RunCompleted)
    assert end.reason == "tool"


@pytest.mark.parametrize(
    ("question", "kind", "data"),
    [
        ("image", "png", PNG),
        ("image-jpeg", "jpeg", JPEG),
        ("image-webp", "webp", WEBP),
        ("image-partial", "png", PNG),
    ],
)
def test_drawn_picture_comes_whole_and_once(
    provider: OpenAI, question: str, kind: str, data: str
) -> None:
    assert _pictures(ask(provider, question)) == [f"data:image/{kind};base64,{data}"]


@pytest.mark.parametrize("question", ["image-odd", "image-failed"])
def test_what_is_no_picture_is_not_shown(provider: OpenAI, question: str) -> None:
    assert _pictures(ask(provider, question)) == []


def test_pictures_of_a_calculation_are_shown_where_they_can_be_fetched(provider: OpenAI) -> None:
    heard = ask(provider, "code-draws")

    assert _pictures(heard) == [f"data:image/png;base64,{PNG}", "https://files.example/plot.png"]
    assert len({e.id for e in heard.events if isinstance(e, ImageReady)}) == 2


@pytest.mark.parametrize("question", ["citations", "citations-in-item", "citations-in-end"])
def test_citations_are_sources_and_each_is_told_once(provider: OpenAI, question: str) -> None:
    heard = ask(provider, question)

    assert heard.text == ANSWER
    assert [(source.title, source.url) for source in _sources(heard)] == [
        ("Postage", PAGE),
        ("b.example", "https://b.example/x"),
        ("prices.pdf", ""),
        ("Nested", "https://c.example/"),
    ]
    assert len({source.id for source in _sources(heard)}) == 4


def test_chat_completions_cite_too(host: OpenAIHost) -> None:
    with docked(host) as provider:
        heard = ask(provider, "annotations")

    assert [(s.title, s.url) for s in _sources(heard)] == [
        ("Postage", "https://shop.example/postage")
    ]
    assert heard.text == ANSWER
