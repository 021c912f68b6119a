"""Forms by which a flow asks a person: shown, answered, and the run followed to its end."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.fakes.dify.platform import Dify as Platform
from tests.fakes.upstream import Die, Reply
from tests.providers.dify.kit import FLOW, Clock, ask, attachment, docked, only, ref_of, turn
from tests.providers.openai.kit import Heard, hear
from widget.domain.errors import BadInput, NotOffered, UpstreamRejected
from widget.domain.events import (
    InputRequested,
    Notice,
    RunCompleted,
    RunStarted,
    Step,
    TextDelta,
    TextReplaced,
)
from widget.domain.inputs import Action, Choice, Field, FormAnswered, ToolAnswered
from widget.providers.base import Turn
from widget.providers.dify.provider import Dify

YES = FormAnswered("form-1", "yes", {"reason": ("Too small",), "size": ("S",)})


def follow_up(heard: Heard, reply: Any, **more: Any) -> Turn:
    """The turn that the visitor's answer makes of what was heard."""
    ref = ref_of(heard.events)
    return turn(
        "",
        **{
            "kind": "answer",
            "reply": reply,
            "upstream_conversation": ref.upstream_conversation,
            "target_run": ref.upstream_run,
            "target_message": heard.events[-1].upstream_message,  # type: ignore[union-attr]
            **more,
        },
    )


def answer(provider: Dify, heard: Heard, reply: Any = YES, **more: Any) -> Heard:
    return hear(provider.run(follow_up(heard, reply, **more)))


def test_form_is_asked_for_and_the_run_waits() -> None:
    with Platform(mode=FLOW) as platform, docked(platform) as provider:
        heard = ask(provider, "form")

    (request,) = only(heard.events, InputRequested)
    assert request.id == "form-1"
    assert request.form.title == "Return"
    assert request.form.text == "**Why?** \n\nWhich?"
    assert request.form.fields == (
        Field("reason", "reason", "paragraph", default=("Too small",)),
        Field("size", "size", "choice", (Choice("S", "S"), Choice("M", "M"))),
    )
    assert request.form.actions == (
        Action("yes", "Send it back", "primary"),
        Action("no", "Keep it", "secondary"),
    )
    assert heard.text == "One moment. "
    assert heard.events[-1] == RunCompleted("tool", platform.only_run().stage.message)


def test_form_s_token_is_kept_from_visitors() -> None:
    """It admits whoever holds it: it rides in the run's name, which stays in the store."""
    with Platform(mode=FLOW) as platform, docked(platform) as provider:
        heard = ask(provider, "form")

    token = platform.only_run().stage.form_token
    shown = [event for event in heard.events if not isinstance(event, RunStarted)]
    assert token in str(ref_of(heard.events).upstream_run)
    assert token not in repr(shown)


def test_answered_form_lets_the_run_go_on() -> None:
    with Platform(mode=FLOW, ping_s=0.05) as platform, docked(platform) as provider:
        heard = ask(provider, "form")
        more = answer(provider, heard)

    assert isinstance(more.events[0], RunStarted)
    assert more.text == "You chose yes. Done."
    assert isinstance(more.events[-1], RunCompleted)
    assert more.events[-1].upstream_message == platform.only_run().stage.message
    (filled,) = platform.asked("POST", platform.only_run().stage.form_token)
    assert filled.json == {
        "inputs": {"reason": "Too small", "size": "S"},
        "action": "yes",
        "user": "vis_1",
    }


def test_run_that_is_over_before_it_is_followed_is_read_from_the_store() -> None:
    with Platform(mode=FLOW) as platform, docked(platform) as provider:
        more = answer(provider, ask(provider, "form at once"))

    assert more.text == "Done."
    assert isinstance(more.events[-1], RunCompleted)


def test_store_that_cannot_be_read_leaves_what_was_heard() -> None:
    with Platform(mode=FLOW) as platform, docked(platform) as provider:
        heard = ask(provider, "form at once")
        platform.refuse_next("/messages", 500, "internal_server_error")
        more = answer(provider, heard)

    assert more.text == ""
    assert isinstance(more.events[-1], RunCompleted)


def test_pause_that_is_just_over_is_not_a_new_one() -> None:
    """The same form told again would be asked for ever."""
    clock = Clock(tick_s=1)  # any grace would be over at the next ping
    with Platform(mode=FLOW) as platform, docked(platform, clock=clock) as provider:
        more = answer(provider, ask(provider, "form told again"))

    assert only(more.events, InputRequested) == []
    assert only(more.events, TextDelta, TextReplaced) == [TextDelta("Done.")]


def test_second_form_is_another_one() -> None:
    with Platform(mode=FLOW) as platform, docked(platform) as provider:
        first = ask(provider, "two forms")
        second = answer(provider, first, FormAnswered("form-1", "yes"))
        third = answer(provider, second, FormAnswered("form-2", "no"))

    assert [r.id for r in only(second.events, InputRequested)] == ["form-2"]
    assert isinstance(second.events[-1], RunCompleted)
    assert second.events[-1].reason == "tool"
    assert second.text == "2. "
    assert third.text == "Done."
    assert len(platform.asked("POST", "-2")) == 1


def test_forms_that_wait_together_are_answered_one_by_one() -> None:
    with Platform(mode=FLOW) as platform, docked(platform) as provider:
        first = ask(provider, "forms at once")
        second = answer(provider, first, FormAnswered("form-1", "yes"))
        third = answer(provider, second, FormAnswered("form-2", "no"))

    assert [r.id for r in only(first.events, InputRequested)] == ["form-1", "form-2"]
    assert [r.id for r in only(second.events, InputRequested)] == ["form-2"]
    assert third.text == "Done."


def test_replacement_of_all_that_was_said_is_shown_whole() -> None:
    """Moderation after a form: nothing of the first message stands in it."""
    with Platform(mode=FLOW) as platform, docked(platform) as provider:
        more = answer(provider, ask(provider, "form, then moderated"))

    assert more.text == "Let us rather talk about something else, shall we?"


def test_steps_of_the_first_message_are_not_told_again() -> None:
    with Platform(mode=FLOW) as platform, docked(platform) as provider:
        heard = ask(provider, "form after a node")
        more = answer(provider, heard)

    assert [(s.id, s.state) for s in only(heard.events, Step)] == [
        ("n2", "running"),
        ("n2", "done"),
    ]
    assert [s.id for s in only(more.events, Step)] == ["n5", "n5"]


def test_time_that_has_run_out_is_told() -> None:
    with Platform(mode=FLOW) as platform, docked(platform) as provider:
        more = answer(provider, ask(provider, "form times out"), locale="zh-CN")

    assert only(more.events, Notice) == [Notice("warning", "这个表单已过期，请重新提问。")]
    assert more.text == "Too late."


@pytest.mark.parametrize(
    ("locale", "words"), [("en", "Somebody has to decide"), ("zh-CN", "这一步需要工作人员")]
)
def test_form_that_goes_elsewhere_is_told_of(locale: str, words: str) -> None:
    with Platform(mode=FLOW) as platform, docked(platform) as provider:
        heard = ask(provider, "form elsewhere", locale=locale)

    (notice,) = only(heard.events, Notice)
    assert notice.text.startswith(words)
    assert only(heard.events, InputRequested) == []
    assert isinstance(heard.events[-1], RunCompleted)
    assert heard.events[-1].reason == "stop"


def test_server_without_the_call_for_forms_shows_none() -> None:
    """1.13 pauses for forms, but its service has no way to answer them."""
    with Platform(mode=FLOW, version="1.13.0") as platform, docked(platform) as provider:
        heard = ask(provider, "form")

    (notice,) = only(heard.events, Notice)
    assert notice.level == "warning"
    assert only(heard.events, InputRequested) == []


def test_form_is_shown_where_the_server_cannot_tell() -> None:
    with Platform(mode=FLOW) as platform, docked(platform) as provider:
        platform.refuse_next("/human_input/", 500, "internal_server_error")

        heard = ask(provider, "form")

    assert len(only(heard.events, InputRequested)) == 1


def test_form_is_shown_where_the_look_breaks_off() -> None:
    with Platform(mode=FLOW) as platform, docked(platform) as provider:
        stream = {"Content-Type": "application/json"}
        platform.answer_next("/human_input/", Reply(200, stream, [Die()]))

        heard = ask(provider, "form")

    assert len(only(heard.events, InputRequested)) == 1


def test_form_is_shown_where_the_look_is_refused_for_another_reason() -> None:
    with Platform(mode=FLOW) as platform, docked(platform) as provider:
        platform.refuse_next("/human_input/", 403, "forbidden")

        heard = ask(provider, "form")

    assert len(only(heard.events, InputRequested)) == 1


def test_call_that_is_gone_when_the_answer_comes_is_told() -> None:
    with Platform(mode=FLOW) as platform, docked(platform) as provider:
        heard = ask(provider, "form")
        platform.behaviour.version = "1.13.0"
        more = answer(provider, heard)

    assert [n.level for n in only(more.events, Notice)] == ["warning"]
    assert isinstance(more.events[-1], RunCompleted)


def test_run_that_cannot_be_followed_is_told_of() -> None:
    """The answer was taken, but what follows cannot be had yet."""
    with Platform(mode=FLOW) as platform, docked(platform) as provider:
        heard = ask(provider, "form")
        platform.refuse_next("/events", 404, "not_found")
        more = answer(provider, heard)

    (notice,) = only(more.events, Notice)
    assert notice == Notice("info", "Your answer has been passed on. Please ask again in a moment.")
    assert isinstance(more.events[-1], RunCompleted)


def test_form_that_was_answered_elsewhere_is_told_of_and_the_run_followed() -> None:
    with Platform(mode=FLOW) as platform, docked(platform) as provider:
        heard = ask(provider, "form at once")
        answer(provider, heard)
        again = answer(provider, heard)

    assert [n.text for n in only(again.events, Notice)] == ["This form has been answered already."]
    assert again.text == "Done."


def test_form_that_has_expired_is_told_of() -> None:
    with Platform(mode=FLOW) as platform, docked(platform) as provider:
        heard = ask(provider, "form")
        more = answer(provider, heard, FormAnswered("form-1", "again"))

    assert [n.level for n in only(more.events, Notice)] == ["warning"]
    assert isinstance(more.events[-1], RunCompleted)


def test_form_that_nobody_asked_for_is_told_of() -> None:
    with Platform(mode=FLOW) as platform, docked(platform) as provider:
        heard = ask(provider, "form")
        more = answer(provider, heard, FormAnswered("form-9", "yes"))

    assert [n.level for n in only(more.events, Notice)] == ["warning"]
    assert platform.asked("POST", platform.only_run().stage.form_token) == []


def test_other_refusals_of_a_form_fail_the_run() -> None:
    with Platform(mode=FLOW) as platform, docked(platform) as provider:
        heard = ask(provider, "form")
        platform.refuse_next("/human_input/", 400, "invalid_form_data")
        error = answer(provider, heard).failed

    assert isinstance(error, UpstreamRejected)


@pytest.mark.parametrize(
    "reply", [FormAnswered("form-1"), FormAnswered("form-1", "yes", is_skipped=True)]
)
def test_form_is_answered_by_a_button(reply: FormAnswered) -> None:
    with Platform(mode=FLOW) as platform, docked(platform) as provider:
        heard = ask(provider, "form")

        with pytest.raises(BadInput, match="one of its buttons"):
            answer(provider, heard, reply)


def test_files_of_a_form_are_handed_over(tmp_path: Path) -> None:
    photo = attachment(tmp_path)
    paper = attachment(tmp_path, "b.pdf", "application/pdf", upstream="known")
    values = {
        "photo": (photo.id,),
        "papers": (paper.id,),
        "note": ("n",),
        "why": (),
    }
    reply = FormAnswered("form-1", "ok", values)
    with Platform(mode=FLOW) as platform, docked(platform) as provider:
        heard = ask(provider, "form with files")
        answer(provider, heard, reply, attachments=(photo,), earlier_attachments={paper.id: paper})

    (uploaded,) = platform.state.uploads
    (filled,) = platform.asked("POST", platform.only_run().stage.form_token)
    own = {"transfer_method": "local_file"}
    assert filled.json["inputs"] == {
        "photo": {**own, "type": "image", "upload_file_id": uploaded},
        "papers": [{**own, "type": "document", "upload_file_id": "known"}],
        "note": "n",
        "why": "",
    }


def test_no_file_for_a_file_is_none(tmp_path: Path) -> None:
    with Platform(mode=FLOW) as platform, docked(platform) as provider:
        heard = ask(provider, "form with files")
        answer(provider, heard, FormAnswered("form-1", "ok", {"photo": (), "papers": ()}))

    (filled,) = platform.asked("POST", platform.only_run().stage.form_token)
    assert filled.json["inputs"] == {"photo": None, "papers": []}


def test_file_that_is_gone_is_said(tmp_path: Path) -> None:
    with Platform(mode=FLOW) as platform, docked(platform) as provider:
        heard = ask(provider, "form with files")

        with pytest.raises(BadInput, match="not there any more"):
            answer(provider, heard, FormAnswered("form-1", "ok", {"photo": ("att_9",)}))


def test_odd_fields_are_read_as_well_as_can_be() -> None:
    with Platform(mode=FLOW) as platform, docked(platform) as provider:
        heard = ask(provider, "form with files")

    (request,) = only(heard.events, InputRequested)
    assert request.form.fields == (
        Field("photo", "photo", "file"),
        Field("papers", "papers", "files"),
        Field("note", "note", "text"),
        Field("why", "why", "choice", (Choice("a", "a"),)),
        Field("name", "name", "paragraph", default=("Li",)),
    )
    assert request.form.actions == (
        Action("ok", "ok", "primary"),
        Action("stop", "Stop", "secondary"),
    )


def test_only_forms_are_answered() -> None:
    with Platform(mode=FLOW) as platform, docked(platform) as provider:
        heard = ask(provider, "form")

        with pytest.raises(NotOffered, match="by forms alone"):
            provider.run(follow_up(heard, (ToolAnswered("c", "n"),)))


def test_snapshot_s_text_is_what_comes_after_ours() -> None:
    """The platform tells the message from its beginning; the first part stands above."""
    with Platform(mode=FLOW, ping_s=0.02) as platform, docked(platform) as provider:
        heard = ask(provider, "form")
        more = answer(provider, heard)

    assert not any("One moment" in e.text for e in only(more.events, TextReplaced))
    assert more.text == "You chose yes. Done."
