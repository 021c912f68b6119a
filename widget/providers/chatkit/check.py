"""``chatdock doctor`` for a ChatKit server: asks, and says in plain words what to do."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from urllib.parse import urlsplit

from widget.domain.errors import (
    Failure,
    UpstreamError,
    UpstreamRejected,
    UpstreamTimeout,
    UpstreamUnreachable,
)
from widget.domain.events import TextDelta, TextReplaced
from widget.providers.base import Finding, Turn
from widget.providers.chatkit import requests, threads, uploads
from widget.providers.chatkit.api import Api, Request
from widget.providers.chatkit.events import Reader
from widget.providers.chatkit.images import Images
from widget.providers.chatkit.settings import ChatKitSettings
from widget.providers.chatkit.shapes import fields_of, text_of
from widget.providers.sse import batches

VISITOR = "chatdock-doctor"
HOSTED = "api.openai.com"
_HELLO = Turn(kind="send", text="Hi", visitor=VISITOR)
_ADVICE = {
    Failure.AUTH: "The server refuses the credentials: compare api_key and headers with what it "
    "expects.",
    Failure.NOT_FOUND: "There is a web server, but no ChatKit server at this address: url must be "
    "the one path that takes its POST requests, often /chatkit.",
    Failure.BUSY: "The server is overloaded or limits this site. Try again in a minute.",
    Failure.QUOTA: "The server says that its account has no money or quota left.",
    Failure.CONFIG: "The server does not take the request. Is url the path of the ChatKit server, "
    "and is the server's openai-chatkit package up to date?",
    Failure.UPSTREAM_DOWN: "The server has trouble of its own; its log says which.",
    Failure.UNKNOWN: "The server's answer makes no sense. Is url right?",
}


def check(api: Api, settings: ChatKitSettings) -> list[Finding]:
    """One finding per question, in the order in which they build on each other."""
    if urlsplit(api.url).hostname == HOSTED:
        return [Finding(False, _HOSTED_WORDS)]
    try:
        listed = api.ask(Request("threads.list", {"limit": 1}, VISITOR))
    except UpstreamError as error:
        return [Finding(False, _words(error, api, settings))]
    if not isinstance(fields_of(listed).get("data"), list):
        return [Finding(False, f"{api.url} answers, but not as a ChatKit server does.")]
    known = Finding(True, f"{api.url} is a ChatKit server and takes the credentials.")
    return [known, _answers(api, settings), *_files(api, settings)]


_HOSTED_WORDS = (
    "This is OpenAI's own address. Hosted ChatKit workflows have no documented address for "
    "messages and end with Agent Builder on 30 November 2026: run a ChatKit server of your own "
    "and set url to it."
)
NO_CHAT = Finding(
    True,
    "Note: url is empty, so this site has no chat of its own and only gives client secrets for "
    "OpenAI's own front end.",
)


def _answers(api: Api, settings: ChatKitSettings) -> Finding:
    """Asks one word in a thread that is deleted again."""
    reader = Reader(Images(api.url, lambda: None), api.refusals)
    try:
        said = _has_answered(api, reader)
    except UpstreamError as error:
        return Finding(False, f"It does not answer a question. {_words(error, api, settings)}")
    finally:
        threads.clear_away(api, _HELLO, reader.thread)
    if said:
        return Finding(True, "It answers a question.")
    return Finding(True, "It takes a question, and answered “Hi” with no words.")


def _has_answered(api: Api, reader: Reader) -> bool:
    """Whether words came; the first are enough."""
    with api.stream(requests.question(_HELLO, None, ())) as body:
        for records in batches(body):
            events = reader.read(records)
            if any(isinstance(event, TextDelta | TextReplaced) for event in events):
                return True
    reader.finish()
    return False


def _files(api: Api, settings: ChatKitSettings) -> Iterator[Finding]:
    if settings.upload_strategy != "two_phase":
        return
    try:
        made = uploads.announced(api, "hello.txt", 5, "text/plain", visitor=VISITOR)
    except UpstreamError as error:
        yield Finding(
            False,
            "It takes no files: give the server an attachment store, or leave upload_strategy "
            f"empty. ({error.detail})",
        )
        return
    with suppress(UpstreamError):
        params = {"attachment_id": text_of(made.get("id"))}
        api.ask(Request("attachments.delete", params, VISITOR))
    yield Finding(True, "It takes files.")


def _words(error: UpstreamError, api: Api, settings: ChatKitSettings) -> str:
    """What is wrong, what to do, and what the server said."""
    if isinstance(error, UpstreamUnreachable):
        through = "through its proxy " if settings.proxy else ""
        return (
            f"This machine does not reach {api.url} {through}- check the address, the name "
            f"service, the firewall, and whether the site needs a proxy. ({error.detail})"
        )
    if isinstance(error, UpstreamTimeout):
        return f"{api.url} accepts connections but does not answer in time. ({error.detail})"
    failure = error.failure
    if isinstance(error, UpstreamRejected) and error.status == 405:
        failure = Failure.NOT_FOUND
    return f"{_ADVICE.get(failure, _ADVICE[Failure.UNKNOWN])} ({error.detail})"
