"""What the made-up account owns: two agents, an app with a chatflow, and what they say first."""

from __future__ import annotations

from typing import Any

BOT = "7400000000000000001"
UNPUBLISHED_BOT = "7400000000000000002"
APP = "7410000000000000001"
FLOW = "7420000000000000001"
BOTS = {BOT: True, UNPUBLISHED_BOT: False}

PROLOGUE = "你好 {{user_name}},我是小店助手。"
QUESTIONS = ["运费怎么算?", "", "How do I return it?"]


def onboarding(*, in_capitals: bool = False) -> dict[str, Any]:
    """Some samples of the documents spell the names the other way."""
    names = (
        ("Prologue", "SuggestedQuestions") if in_capitals else ("prologue", "suggested_questions")
    )
    return dict(zip(names, (PROLOGUE, QUESTIONS), strict=True))
