"""What Coze is sent: fields, the thread where it knows none, signed context, files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest

from tests.fakes.coze.door import PERSONAL_KEY
from tests.fakes.coze.platform import Coze as Platform
from tests.fakes.coze.scenarios import ANSWER
from tests.fakes.coze.shop import APP, BOT, FLOW
from tests.providers.coze.kit import ask, docked, ended, only
from tests.providers.openai.kit import message, thread
from widget.domain.conversations import AttachmentPart, StepPart
from widget.domain.events import RunStarted
from widget.providers.base import Attachment
from widget.providers.coze.provider import Coze


def file(id_: str, content_type: str, upstream: str = "") -> Attachment:
    return Attachment(id_, f"{id_}.bin", content_type, 3, Path("/nowhere"), upstream or f"u-{id_}")


def sent(platform: Platform, path_end: str = "/v3/chat") -> list[dict[str, Any]]:
    messages: list[dict[str, Any]] = platform.asked(path_end)[-1].json["additional_messages"]
    return messages


def objects(row: dict[str, Any]) -> Any:
    assert row["content_type"] == "object_string"
    return msgspec.json.decode(row["content"])


def test_every_request_carries_the_token_and_nothing_else_of_it(
    provider: Coze, platform: Platform
) -> None:
    ask(provider, "dies")

    assert len(platform.requests) == 4
    for asked in platform.requests:
        assert asked.headers["authorization"] == f"Bearer {PERSONAL_KEY}"
        assert PERSONAL_KEY not in asked.path + str(asked.query) + asked.body.decode()


def test_question_of_an_agent(provider: Coze, platform: Platform) -> None:
    ask(provider, "plain", locale="zh-CN")

    created, asked = platform.requests
    assert created.json == {"bot_id": BOT}
    assert asked.json == {
        "bot_id": BOT,
        "user_id": "vis_1",
        "stream": True,
        "auto_save_history": True,
        "additional_messages": [
            {"role": "user", "type": "question", "content": "plain", "content_type": "text"}
        ],
    }
    assert list(asked.query) == ["conversation_id"]
    assert asked.headers["accept-language"] == "zh"


def test_other_languages_are_english_to_coze(provider: Coze, platform: Platform) -> None:
    ask(provider, "plain", locale="fr")

    assert platform.requests[-1].headers["accept-language"] == "en"


def test_channel_and_draft_go_along(platform: Platform) -> None:
    settings = platform.settings(connector_id="999", publish_status="unpublished_draft")
    with docked(platform, settings) as provider:
        ask(provider, "plain")

    created, asked = platform.requests
    assert created.json == {"bot_id": BOT, "connector_id": "999"}
    assert (asked.json["connector_id"], asked.json["publish_status"]) == (
        "999",
        "unpublished_draft",
    )


def test_signed_context_reaches_prompt_variables_and_parameters(platform: Platform) -> None:
    settings = platform.settings(parameters={"shop": {"id": 7}, "plan": "none"})
    with docked(platform, settings) as provider:
        ask(provider, "plain", context={"plan": "gold", "name": "小王"})

    body = platform.requests[-1].json
    assert body["custom_variables"] == {"plan": "gold", "name": "小王"}
    assert body["parameters"] == {"shop": {"id": 7}, "plan": "gold", "name": "小王"}


def test_second_question_brings_no_thread(provider: Coze, platform: Platform) -> None:
    first = ask(provider, "plain")

    second = ask(
        provider,
        "again",
        upstream_conversation=first.events[0].upstream_conversation,  # type: ignore[union-attr]
        history=thread("plain", ANSWER),
    )

    assert first.events[0] == second.events[0]
    assert [m["content"] for m in sent(platform)] == ["again"]
    assert len(platform.asked("/create")) == 1


@pytest.mark.parametrize("kind", ["retry", "edit"])
def test_what_is_taken_back_goes_on_in_a_new_conversation(
    provider: Coze, platform: Platform, kind: str
) -> None:
    first = ask(provider, "plain")

    second = ask(
        provider,
        "again",
        kind=kind,
        upstream_conversation=first.events[0].upstream_conversation,  # type: ignore[union-attr]
        history=thread("before", "answered"),
        target_message="1",
    )

    assert ended(second) == "stop"
    assert first.events[0] != second.events[0]
    assert [(m["role"], m["type"], m["content"]) for m in sent(platform)] == [
        ("user", "question", "before"),
        ("assistant", "answer", "answered"),
        ("user", "question", "again"),
    ]


def test_thread_is_text_without_what_stands_around_it(provider: Coze, platform: Platform) -> None:
    step = StepPart("s", "Tool", "done", "secret")
    history = (
        message("visitor", "one", "two"),
        message("assistant", step),
        message("assistant", step, "three"),
        message("visitor", "  "),
    )
    ask(provider, "plain", history=history)

    assert [m["content"] for m in sent(platform)] == ["one\n\ntwo", "three", "plain"]


def test_thread_keeps_its_newest_messages(provider: Coze, platform: Platform) -> None:
    history = thread(*(str(n) for n in range(120)))

    assert ended(ask(provider, "plain", history=history)) == "stop"
    assert [m["content"] for m in sent(platform)] == [str(n) for n in range(21, 120)] + ["plain"]


def test_files_of_a_question_go_along_with_its_text(provider: Coze, platform: Platform) -> None:
    files = (file("a", "image/png"), file("b", "application/pdf"), file("c", "audio/mpeg"))

    heard = ask(provider, "plain", attachments=files)

    (row,) = sent(platform)
    assert ended(heard) == "stop"
    assert objects(row) == [
        {"type": "text", "text": "plain"},
        {"type": "image", "file_id": "u-a"},
        {"type": "file", "file_id": "u-b"},
        {"type": "file", "file_id": "u-c"},
    ]


@pytest.mark.parametrize(
    ("lang", "words"), [("zh-CN", "请看附件。"), ("en", "Please look at what is attached.")]
)
def test_picture_alone_is_given_a_text(
    provider: Coze, platform: Platform, lang: str, words: str
) -> None:
    """Alone it is refused with 4000."""
    heard = ask(provider, "", attachments=(file("a", "image/png"),), locale=lang)

    assert ended(heard) == "stop"
    assert objects(sent(platform)[0])[0] == {"type": "text", "text": words}


def test_files_of_the_thread_go_along_where_the_platform_has_them(
    provider: Coze, platform: Platform
) -> None:
    known = AttachmentPart("a", "a.png", "image/png", 3)
    unknown = AttachmentPart("b", "b.png", "image/png", 3)
    gone = AttachmentPart("c", "c.png", "image/png", 3)
    history = (message("visitor", "look", known, unknown, gone), message("assistant", "nice"))
    lost = Attachment("b", "b.png", "image/png", 3, Path("/nowhere"))

    ask(
        provider,
        "plain",
        history=history,
        earlier_attachments={"a": file("a", "image/png"), "b": lost},
    )

    assert objects(sent(platform)[0]) == [
        {"type": "text", "text": "look"},
        {"type": "image", "file_id": "u-a"},
    ]


# -- chatflows


def test_question_of_an_app(platform: Platform) -> None:
    settings = platform.flow(connector_id="999", parameters={"city": "上海"})
    with docked(platform, settings) as provider:
        heard = ask(provider, "plain", context={"plan": "gold"})

    (asked,) = platform.requests
    parameters = asked.json["parameters"]
    assert (ended(heard), heard.text) == ("stop", ANSWER)
    assert asked.path == "/v1/workflows/chat"
    assert {name: value for name, value in asked.json.items() if name != "parameters"} == {
        "workflow_id": FLOW,
        "app_id": APP,
        "connector_id": "999",
        "ext": {"user_id": "vis_1"},
        "additional_messages": [
            {"role": "user", "type": "question", "content": "plain", "content_type": "text"}
        ],
    }
    assert (parameters["city"], parameters["plan"]) == ("上海", "gold")


def test_visitors_of_an_app_never_share_its_default_conversation(platform: Platform) -> None:
    """One token, no conversation: the platform would go on with the one called Default."""
    with docked(platform, platform.flow()) as provider:
        heard = [ask(provider, "plain", visitor=visitor) for visitor in ("a", "b", "a")]

    names = [conversation.name for conversation in platform.state.conversations.values()]
    assert len({only(h.events, RunStarted)[-1].upstream_conversation for h in heard}) == 3
    assert "Default" not in names
    assert len(set(names)) == 3


def test_owner_cannot_name_the_conversation_for_everyone(platform: Platform) -> None:
    settings = platform.flow(parameters={"CONVERSATION_NAME": "ours"})
    with docked(platform, settings) as provider:
        ask(provider, "plain", context={"CONVERSATION_NAME": "mine"})

    (conversation,) = platform.state.conversations.values()
    assert conversation.name.startswith("chatdock-")


def test_app_goes_on_with_its_conversation(platform: Platform) -> None:
    with docked(platform, platform.flow()) as provider:
        first = ask(provider, "plain")
        made = only(first.events, RunStarted)[-1].upstream_conversation
        second = ask(provider, "again", upstream_conversation=made, history=thread("plain", ANSWER))

    body = platform.requests[-1].json
    assert ended(second) == "stop"
    assert (body["conversation_id"], body["parameters"]) == (made, {})
    assert [m["content"] for m in body["additional_messages"]] == ["again"]


def test_chatflow_in_an_agent_has_its_conversation_made_first(platform: Platform) -> None:
    settings = platform.flow(app_id=None, bot_id=BOT)
    with docked(platform, settings) as provider:
        heard = ask(provider, "plain")

    created, asked = platform.requests
    assert ended(heard) == "stop"
    assert created.json == {"bot_id": BOT}
    assert asked.json["bot_id"] == BOT
    assert asked.json["conversation_id"] == heard.events[0].upstream_conversation  # type: ignore[union-attr]
    assert asked.json["parameters"] == {}


def test_chatflow_takes_fifty_messages_of_text(platform: Platform) -> None:
    known = AttachmentPart("a", "a.png", "image/png", 3)
    history = (*thread(*(str(n) for n in range(60))), message("visitor", "look", known))
    with docked(platform, platform.flow()) as provider:
        heard = ask(
            provider,
            "plain",
            history=history,
            earlier_attachments={"a": file("a", "image/png")},
            attachments=(file("b", "image/png"),),
        )

    rows = sent(platform, "/workflows/chat")
    assert ended(heard) == "stop"
    assert [row["content"] for row in rows] == [
        *(str(n) for n in range(12, 60)),
        "look",
        "plain",
    ]
