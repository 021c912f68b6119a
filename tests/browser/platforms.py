"""Every platform as a visitor's browser meets it: what its fake is asked for each feature, what is
seen of that, and how the platform tells that it was told."""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Any

from tests.fakes.advice import ENGLISH
from tests.fakes.chatkit import scenarios as chatkit
from tests.fakes.chatkit.platform import ChatKitHost
from tests.fakes.coze import scenarios as coze
from tests.fakes.coze.platform import Coze
from tests.fakes.dify.platform import Dify
from tests.fakes.openai import scenarios as openai
from tests.fakes.openai.platform import OpenAIHost
from tests.fakes.upstream import json_reply
from tests.fakes.xpertai.platform import XpertAI

GATE_LIMIT_S = 60.0
SITE = """
[[sites]]
key = {key}
name = {name}
greeting = {greeting}
origins = {origins}
limits = {{visitor_per_minute = 0, address_per_minute = 0}}
[sites.ui.chatBot]
isNeedReasoning = true
[sites.ui.chatBot.feedback]
isNeedFeedback = {has_feedback}
[sites.provider]
kind = {kind}
"""
PAGE = (ENGLISH.source, "shop.example")
Fake = Any


def _nothing(fake: Fake) -> None:
    """The question alone brings it about."""


@dataclass(frozen=True)
class Platform:
    """``start`` begins its fake; ``settings`` of a site that takes all that the platform has, and
    ``bare`` those of one that takes as little as it can.

    ``gate`` holds ``half`` of the answer to ``gated`` until it is set, then there is ``whole``.
    ``question`` is answered with ``steps``, ``sources`` (title and host) and ``suggestions``. The
    next question after ``refuse`` finds it busy. ``got`` is whether a file came with the last
    question (the demo ``tells``), ``verdicts`` what it calls a like and a dislike, ``verdict`` the
    last one that it got.
    """

    name: str
    start: Callable[[], AbstractContextManager[Fake]]
    settings: Callable[[Fake], Mapping[str, Any]]
    got: Callable[[Fake, bytes], bool]
    was_stopped: Callable[[Fake], bool]
    gate: Callable[[Fake], threading.Event]
    refuse: Callable[[Fake], None]
    half: str
    whole: str
    bare: Mapping[str, Any] | None = None
    gated: str = "gated"
    refused: str = "plain"
    wait_s: int = 17
    question: str = ENGLISH.question
    thought: str = ENGLISH.thought
    steps: tuple[str, ...] = (ENGLISH.lookup,)
    sources: tuple[tuple[str, str], ...] = (PAGE,)
    suggestions: tuple[str, ...] = ()
    verdicts: tuple[str, str] | None = None
    verdict: Callable[[Fake], str] | None = None
    takes_follow_ups: bool = False
    tells: str = ""

    @property
    def kind(self) -> str:
        return self.name.partition("-")[0]


def site(
    key: str,
    name: str,
    kind: str,
    settings: Mapping[str, Any],
    *,
    origins: tuple[str, ...] = (),
    greeting: str = "",
    has_feedback: bool = True,
) -> str:
    """Of a site file. JSON's texts, numbers and lists are TOML's too."""
    top = {"key": key, "name": name, "kind": kind, "greeting": greeting, "origins": list(origins)}
    told = {one: json.dumps(value, ensure_ascii=False) for one, value in top.items()}
    rows = (f"{one} = {json.dumps(value)}\n" for one, value in settings.items())
    return SITE.format(**told, has_feedback=json.dumps(has_feedback)) + "".join(rows)


# -- OpenAI


def _sees(fake: OpenAIHost, list_name: str, part: str, data: bytes) -> bool:
    """A picture travels in the message, as a data URL."""
    parts = fake.requests[-1].json[list_name][-1]["content"]
    (picture,) = (one["image_url"] for one in parts if one["type"] == part)
    url = picture["url"] if isinstance(picture, dict) else picture
    return base64.b64decode(url.partition(",")[2]) == data


def _openai(name: str, api: str, got: Callable[[Fake, bytes], bool], **more: Any) -> Platform:
    return Platform(
        name,
        OpenAIHost,
        lambda fake: fake.settings(api=api, vision=True),
        got,
        was_stopped=lambda fake: fake.requests[-1].gone.wait(5),
        gate=lambda fake: fake.gate,
        refuse=lambda fake: fake.answer_next(
            openai.error(429, "Rate limit reached", headers={"Retry-After": "17"})
        ),
        bare={"vision": False},
        **more,
    )


# -- the others


def _dify() -> Dify:
    fake = Dify(mode="advanced-chat", ping_s=1.0)
    fake.parameters["file_upload"]["enabled"] = True
    fake.parameters["suggested_questions_after_answer"]["enabled"] = True
    return fake


def _is_at_dify(fake: Dify, data: bytes) -> bool:
    (given,) = fake.chats()[-1]["files"]
    is_its_own = fake.state.uploads[given["upload_file_id"]]["size"] == len(data)
    return is_its_own and data in fake.asked("POST", "/files/upload")[-1].body


def _is_over_at_dify(fake: Dify) -> bool:
    run = list(fake.state.runs.values())[-1]
    run.wait_over()
    return run.status == "stopped"


def _is_at_coze(fake: Coze, data: bytes) -> bool:
    run = list(fake.state.runs.values())[-1]
    items = json.loads(run.sent["additional_messages"][-1]["content"])
    (id_,) = (item["file_id"] for item in items if item["type"] == "image")
    return fake.state.files[id_][1] == data


def _is_over_at_coze(fake: Coze) -> bool:
    run = list(fake.state.runs.values())[-1]
    return fake.asked("/v3/chat")[-1].gone.wait(5) and run.chat.status == "canceled"


def _is_at_xpertai(fake: XpertAI, data: bytes) -> bool:
    sent = fake.asked("POST", "/runs/stream")[-1].json["input"]["message"]["input"]
    (file,) = sent["files"]
    return fake.state.contents[file["id"]] == data


def _is_over_at_xpertai(fake: XpertAI) -> bool:
    run = list(fake.state.runs.values())[-1]
    run.wait_over()
    return run.status == "interrupted"


def _is_at_chatkit(fake: ChatKitHost, data: bytes) -> bool:
    (id_,) = fake.asked("threads.create")[-1]["params"]["input"]["attachments"]
    return data in (fake.files[id_] or b"")


PLATFORMS = (
    Platform(
        "demo",
        nullcontext,
        lambda fake: {"delay_ms": 5},
        got=lambda fake, data: True,
        tells="64 × 36",
        was_stopped=lambda fake: True,
        gate=lambda fake: threading.Event(),
        refuse=_nothing,
        gated="stall",
        half="I am thinking about that",
        whole="",
        refused="出错：繁忙",
        wait_s=20,
        question="How much is postage?",
        thought="The visitor wants to know postage.",
        steps=("Looked up the price list",),
        sources=(("Postage and delivery", "shop.example"),),
        suggestions=("And returns?", "Compare the lamps"),
    ),
    _openai(
        "openai",
        "chat",
        lambda fake, data: _sees(fake, "messages", "image_url", data),
        half=openai.PIECES[0],
        whole=openai.ANSWER,
        steps=(),
    ),
    _openai(
        "openai-responses",
        "responses",
        lambda fake, data: _sees(fake, "input", "input_image", data),
        half=openai.PIECES[0],
        whole=openai.ANSWER,
        steps=("Searching the web",),
    ),
    Platform(
        "xpertai",
        lambda: XpertAI(keep_alive_s=0.1, gate_limit_s=GATE_LIMIT_S),
        lambda fake: fake.settings(),
        _is_at_xpertai,
        _is_over_at_xpertai,
        gate=lambda fake: fake.gate("go"),
        refuse=lambda fake: fake.answer_next(
            "/runs/stream", 429, '{"message":"Too Many Requests"}', Retry_After="17"
        ),
        half="Half",
        whole="Half whole",
        bare={"uploads": False, "follow_up": ""},
        verdicts=("like", "dislike"),
        verdict=lambda fake: str(list(fake.state.feedback.values())[-1]["rating"]),
        takes_follow_ups=True,
    ),
    Platform(
        "coze",
        Coze,
        lambda fake: fake.settings(),
        _is_at_coze,
        _is_over_at_coze,
        gate=lambda fake: fake.gate("go"),
        refuse=lambda fake: fake.answer_next(
            "/v3/chat", 429, '{"code":4020,"msg":"too many requests"}', Retry_After="17"
        ),
        half=coze.PIECES[0].strip(),
        whole=coze.ANSWER,
        sources=(),
        suggestions=ENGLISH.follow_ups,
        verdicts=("like", "unlike"),
        verdict=lambda fake: str(list(fake.state.feedback.values())[-1]["feedback_type"]),
    ),
    Platform(
        "dify",
        _dify,
        lambda fake: fake.settings(),
        _is_at_dify,
        _is_over_at_dify,
        gate=lambda fake: fake.gate("go"),
        refuse=lambda fake: fake.refuse_next(
            "/chat-messages", 429, "too_many_requests", Retry_After="17"
        ),
        half="Half",
        whole="Half whole",
        sources=((ENGLISH.source, ""),),
        suggestions=ENGLISH.follow_ups,
        verdicts=("like", "dislike"),
        verdict=lambda fake: str(fake.asked("POST", "/feedbacks")[-1].json["rating"]),
    ),
    Platform(
        "chatkit",
        ChatKitHost,
        lambda fake: fake.settings(upload_strategy="two_phase"),
        _is_at_chatkit,
        was_stopped=lambda fake: fake.requests[-1].gone.wait(5),
        gate=lambda fake: fake.gate,
        refuse=lambda fake: fake.answer_next(
            "threads.create", json_reply(429, {"detail": "slow down"}, {"Retry-After": "17"})
        ),
        half=chatkit.PIECES[0],
        whole="Half the 答案 is here 🎉 now.",
        bare={"upload_strategy": ""},
        verdicts=("positive", "negative"),
        verdict=lambda fake: str(fake.asked("items.feedback")[-1]["params"]["kind"]),
    ),
)
