"""The sites of the gallery: the made-up shop in each language, with what a state needs of it."""

from __future__ import annotations

import json
from collections.abc import Iterator

from tests.browser.words import CALL, KEYS, NAMES, REASONS, TEASER
from widget.domain.languages import LANGS

CUSTOMER = "http://www.dusk.example"
BOT = {"zh-CN": "7400000000000000001", "en": "7400000000000000002"}
COMMON = """
[[sites]]
key = {key}
name = {name}
origins = {origins}
languages = {langs}
[sites.limits]
visitor_per_minute = {limit}
address_per_minute = 0
[sites.provider]
kind = "demo"
delay_ms = 0
"""
# Everything that is off unless its owner wants it.
EVERYTHING = """
[sites.ui.conversations]
isNeed = true
[sites.ui.chatBot]
isNeedReasoning = true
isNeedQuote = true
[sites.ui.chatBot.feedback]
isNeedFeedback = true
[sites.ui.chatBot.feedback.feedbackPanel]
tags = {tags}
"""
CALLING = """
[sites.ui.asstBtn]
text = {call}
teaser = {{ text = {teaser}, after = {{ seconds = 1 }} }}
"""
CODE = """
[sites.compat.coze]
bots = [{bot}]
"""


def key(words: str, own: str) -> str:
    return f"{KEYS[words]}-{own}"


def sites() -> str:
    return "".join(one for words in NAMES for one in _of(words))


def _of(words: str) -> Iterator[str]:
    label, detail, other = (json.dumps(reason, ensure_ascii=False) for reason in REASONS[words])
    tags = f"[{{label={label}}}, {{label={detail}}}, {{label={other}, isNeedDetail=true}}]"
    call, teaser = (json.dumps(one[words], ensure_ascii=False) for one in (CALL, TEASER))
    yield _site(words, "all") + EVERYTHING.format(tags=tags)
    yield _site(words, "plain")
    yield _site(words, "paused")
    yield _site(words, "limited", limit=1)
    yield _site(words, "elsewhere", origins=())
    yield _site(words, "calling") + CALLING.format(call=call, teaser=teaser)
    yield _site(words, "vendors") + CODE.format(bot=json.dumps(BOT[words]))


def _site(words: str, own: str, limit: int = 0, origins: tuple[str, ...] = (CUSTOMER,)) -> str:
    name = json.dumps(NAMES[words], ensure_ascii=False)
    named = {"key": json.dumps(key(words, own)), "name": name}
    lists = {"origins": json.dumps(origins), "langs": json.dumps(LANGS)}
    return COMMON.format(**named, **lists, limit=limit)
