"""The built-in demo: what a visitor of the first minute may ask, in both languages."""

from __future__ import annotations

import time
from collections.abc import Iterator
from types import ModuleType

import pytest

from tests.providers.openai.kit import Heard, ask
from widget.domain.errors import (
    Failure,
    UpstreamBusy,
    UpstreamInterrupted,
    UpstreamTimeout,
)
from widget.domain.events import (
    ReasoningDelta,
    RunCompleted,
    RunStarted,
    Source,
    Step,
    Suggestions,
    TextDelta,
)
from widget.providers.demo import en, zh
from widget.providers.demo.provider import Demo, DemoSettings
from widget.providers.demo.script import Pause, Say, play
from widget.providers.http import Patience, make_client

BOTH = pytest.mark.parametrize("words", [en, zh], ids=["en", "zh"])


@pytest.fixture
def demo() -> Iterator[Demo]:
    with make_client(patience=Patience(first_byte_s=0.05)) as client:
        yield Demo(DemoSettings(delay_ms=0), client)


def _kinds(heard: Heard) -> set[type]:
    return {type(event) for event in heard.events}


@BOTH
def test_every_question_that_is_offered_has_an_answer_of_its_own(
    demo: Demo, words: ModuleType
) -> None:
    offered = [*words.OPENING.starters, *words.ELSE_SUGGESTIONS.items]
    for _, script in words.TOPICS:
        offered += [q for beat in script if isinstance(beat, Suggestions) for q in beat.items]
    unknown = words.ELSE.partition("\n")[0]

    for question in offered:
        heard = ask(demo, question)
        assert heard.text, question
        assert not heard.text.startswith(unknown), question


@pytest.mark.parametrize(
    ("question", "kinds"),
    [
        ("How much is postage?", {ReasoningDelta, Step, Source, Suggestions}),
        ("运费怎么算?", {ReasoningDelta, Step, Source, Suggestions}),
        ("Where is my order 2046?", {Step, Suggestions}),
        ("我的订单 2046 到哪了?", {Step, Suggestions}),
        ("Which is cheaper? Think!", {ReasoningDelta, Suggestions}),
        ("哪个更划算?想一想", {ReasoningDelta, Suggestions}),
        ("What is your source?", {Source, Suggestions}),
        ("出处在哪?", {Source, Suggestions}),
    ],
)
def test_answer_shows_more_than_text(demo: Demo, question: str, kinds: set[type]) -> None:
    heard = ask(demo, question)

    assert kinds <= _kinds(heard)
    assert heard.error is None


@pytest.mark.parametrize(
    ("question", "markup"),
    [
        ("Show me a table", "|:---|:---:|"),
        ("给我看个表格", "|:---|:---:|"),
        ("Show me code", "```js\n"),
        ("写段代码", "```js\n"),
        ("Recommend a gift", "- [ ] "),
        ("推荐个礼物", "- [ ] "),
        ("How do I return something?", "1. "),
        ("怎么退货?", "1. "),
        ("What can you do?", "| *"),
        ("Which is cheaper? Think!", "$$18n + 12 = 99"),
        ("哪个更划算?想一想", "$$18n + 12 = 99"),
        ("Which is cheaper? Think!", "> [!TIP]\n"),
        ("哪个更划算?想一想", "> [!TIP]\n"),
        ("Which is cheaper? Think!", "\n\n[^1]: "),
        ("哪个更划算?想一想", "\n\n[^1]: "),
    ],
)
def test_answer_shows_this_markup(demo: Demo, question: str, markup: str) -> None:
    assert markup in ask(demo, question).text


@pytest.mark.parametrize("question", ["Tell me something long", "讲个长的"])
def test_long_answer_is_long(demo: Demo, question: str) -> None:
    assert len(ask(demo, question).text) > 1_000


def test_step_is_updated_by_its_id(demo: Demo) -> None:
    steps = [e for e in ask(demo, "Where is my order?").events if isinstance(e, Step)]

    assert [(s.id, s.state) for s in steps] == [
        ("order", "running"),
        ("order", "done"),
        ("parcel", "running"),
        ("parcel", "done"),
    ]


@pytest.mark.parametrize(
    ("text", "locale", "is_chinese"),
    [
        ("你好", "en", True),
        ("hello", "zh-CN", False),
        ("🎉 42", "zh-CN", True),
        ("🎉 42", "en", False),
        ("🎉 42", "ja", False),
        ("運費怎麼算？", "zh-TW", True),
        ("おいくらですか？", "ja", False),
        ("배송비는 얼마예요?", "ko", False),
    ],
)
def test_answer_is_in_the_questions_language(
    demo: Demo, text: str, locale: str, is_chinese: bool
) -> None:
    answer = ask(demo, text, locale=locale).text

    assert any("\u4e00" <= letter <= "\u9fff" for letter in answer) is is_chinese


def test_traditional_characters_are_understood(demo: Demo) -> None:
    assert ask(demo, "運費怎麼算？").text == ask(demo, "运费怎么算？").text
    assert ask(demo, "小書桌適合哪一盞燈？").text == ask(demo, "给我看个表格").text


def test_question_that_it_does_not_know_is_quoted_without_markup(demo: Demo) -> None:
    answer = ask(demo, "<b>x</b>\n# y *z*").text

    assert "> \\<b\\>x\\</b\\> \\# y \\*z\\*\n" in answer


@pytest.mark.parametrize(
    ("english", "chinese", "failure"),
    [
        ("auth", "密钥", Failure.AUTH),
        ("quota", "额度", Failure.QUOTA),
        ("busy", "繁忙", Failure.BUSY),
        ("config", "配置", Failure.CONFIG),
        ("content", "内容", Failure.CONTENT),
        ("not found", "找不到", Failure.NOT_FOUND),
        ("timeout", "超时", Failure.TIMEOUT),
        ("down", "断开", Failure.UPSTREAM_DOWN),
        ("unknown", "未知", Failure.UNKNOWN),
    ],
)
def test_failure_comes_on_request(demo: Demo, english: str, chinese: str, failure: Failure) -> None:
    for question in (f"fail {english}", f"出错 {chinese}"):
        assert ask(demo, question).failed.failure is failure


def test_plain_failure_comes_in_mid_answer(demo: Demo) -> None:
    heard = ask(demo, "Please fail")

    assert heard.text == en.BEFORE_FAILURE
    assert isinstance(heard.failed, UpstreamInterrupted)


def test_busy_says_when_to_come_back(demo: Demo) -> None:
    error = ask(demo, "fail busy").failed

    assert isinstance(error, UpstreamBusy)
    assert error.retry_after_s == 20


@pytest.mark.parametrize("question", ["Please fail", "请出错"])
def test_retry_works(demo: Demo, question: str) -> None:
    heard = ask(demo, question, kind="retry")

    assert heard.error is None
    assert heard.text in (en.AFTER_RETRY, zh.AFTER_RETRY)


@pytest.mark.parametrize("question", ["always fail", "总是出错"])
def test_retry_fails_again_where_that_is_asked_for(demo: Demo, question: str) -> None:
    assert ask(demo, question, kind="retry").failed


@pytest.mark.parametrize("question", ["Stall", "卡住"])
def test_stall_lasts_as_long_as_patience(demo: Demo, question: str) -> None:
    heard = ask(demo, question)

    assert heard.text
    assert isinstance(heard.failed, UpstreamTimeout)


def test_pieces_are_small_and_make_up_the_text() -> None:
    text = "Hello, wonderful world!\n\n你好,世界! 🎉 1.\tan-unusually-long-word\n"

    events = list(play((Say(text), Pause(3)), delay_s=0, patience_s=0))

    pieces = [event.text for event in events if isinstance(event, TextDelta)]
    assert "".join(pieces) == text
    assert max(map(len, pieces)) <= 14


def test_pace_is_settable() -> None:
    began = time.monotonic()

    list(play((Say("one two three"), Pause(2)), delay_s=0.02, patience_s=0))

    assert time.monotonic() - began >= 0.1


def test_opening_is_in_both_languages(demo: Demo) -> None:
    opening = demo.opening()

    assert opening.in_lang("zh-CN") == zh.OPENING
    assert opening.in_lang("en") == en.OPENING
    assert opening.in_lang("fr").greeting == en.OPENING.greeting
    assert opening.in_lang("zh-TW") == zh.OPENING


def test_run_starts_and_ends_once(demo: Demo) -> None:
    events = ask(demo, "hello").events

    assert events[0] == RunStarted()
    assert events[-1] == RunCompleted()


def test_check_is_content(demo: Demo) -> None:
    assert [finding.is_ok for finding in demo.check()] == [True]
