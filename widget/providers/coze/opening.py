"""What an agent or a chatflow says first, and what it suggests to ask."""

from __future__ import annotations

import re
from typing import Any

from widget.providers.base import Opening
from widget.providers.coze.api import SITE, Api, Ask
from widget.providers.coze.parsing import as_object
from widget.providers.coze.settings import CozeSettings
from widget.providers.paths import segment

GREETING_CHARS = 2_000
STARTER_CHARS = 300
STARTERS = 8
# The greeting is the same for everyone, so the place of a name closes up with what led to it.
_NAME = re.compile(r"[ ,，、]{0,3}\{\{ {0,3}user_name {0,3}\}\}")
_LEADING = re.compile(r"^[\s,，、!！:：]+")


def about(api: Api, settings: CozeSettings) -> dict[str, Any]:
    """The platform's description of the agent or the chatflow."""
    if settings.is_flow:
        path = f"/v1/workflows/{segment(settings.workflow_id)}"
    else:
        path = f"/v1/bots/{segment(settings.bot_id)}"
    is_draft = settings.publish_status != "published_online" and not settings.is_flow
    query = {"is_published": "false"} if is_draft else {}
    return as_object(api.call(SITE, Ask("GET", path, query=query)))


def opening_of(found: dict[str, Any]) -> Opening:
    """An agent's ``onboarding_info``; a chatflow's stands in its role. Two spellings."""
    role = as_object(found.get("role"))
    said = as_object(found.get("onboarding_info") or role.get("onboarding_info"))
    prologue = said.get("prologue") or said.get("Prologue")
    questions = said.get("suggested_questions") or said.get("SuggestedQuestions")
    return Opening(
        greeting=_greeting(prologue) if isinstance(prologue, str) else "",
        starters=tuple(_starters(questions if isinstance(questions, list) else [])),
    )


def name_of(found: dict[str, Any]) -> str:
    detail = as_object(found.get("workflow_detail"))
    named = found.get("name") or detail.get("workflow_name")
    return named if isinstance(named, str) else ""


def _greeting(prologue: str) -> str:
    if "{{" in prologue:
        prologue = _LEADING.sub("", _NAME.sub("", prologue))
    return prologue.strip()[:GREETING_CHARS]


def _starters(questions: list[Any]) -> list[str]:
    texts = [question.strip() for question in questions if isinstance(question, str)]
    return [text for text in texts if text and len(text) <= STARTER_CHARS][:STARTERS]
