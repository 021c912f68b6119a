"""The visitor's answer to a form: handed over, then the run is followed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from widget.domain.errors import BadInput, UpstreamInterrupted, UpstreamRejected
from widget.domain.events import Notice, RunCompleted, RunEvent, RunStarted
from widget.domain.inputs import FormAnswered
from widget.providers.base import Attachment, Turn, UpstreamRef
from widget.providers.dify.app import Parameters
from widget.providers.dify.failures import code_of
from widget.providers.dify.following import NO_PATH, Following, takes_forms
from widget.providers.dify.forms import answer_of
from widget.providers.dify.known import Known
from widget.providers.dify.place import AskedForm, Place, parse_place
from widget.providers.dify.request import file_row
from widget.providers.dify.words import say
from widget.providers.paths import segment

if TYPE_CHECKING:
    from widget.providers.dify.provider import Dify

_WORDS = {"human_input_form_submitted": "submitted", "human_input_form_expired": "expired"}


class Answering:
    def __init__(self, dify: Dify, turn: Turn, reply: FormAnswered) -> None:
        self._dify = dify
        self._turn = turn
        self._reply = reply
        self._place = parse_place(turn.target_run)

    def events(self) -> Iterator[RunEvent]:
        turn, place = self._turn, self._place
        asked = place.forms.get(self._reply.request)
        yield RunStarted(turn.upstream_conversation, place.encode(), place.message or None)
        word = self._hand_over(asked) if asked else "no_forms"
        if word:
            yield self._notice(word)
        if word in ("", "submitted"):
            yield from self._follow()
        else:
            yield RunCompleted("stop", place.message or None)

    def _hand_over(self, asked: AskedForm) -> str:
        """What the visitor is to be told of it: nothing when it was taken."""
        body = answer_of(self._reply, asked, self._file_row)
        path = f"/form/human_input/{segment(asked.token)}"
        try:
            self._dify.api.call("POST", path, {**body, "user": self._turn.visitor})
        except UpstreamRejected as error:
            word = _WORDS.get(code_of(error)) or ("no_forms" if error.status in NO_PATH else "")
            if not word:
                raise
            return word
        return ""

    def _file_row(self, id_: str) -> dict[str, str]:
        turn, dify = self._turn, self._dify
        own: dict[str, Attachment] = {file.id: file for file in turn.attachments}
        file = own.get(id_) or turn.earlier_attachments.get(id_)
        if file is None:
            raise BadInput("a file of the form is not there any more")
        told = dify.app.parameters() or Parameters()
        return file_row(file, told, lambda one: dify.upload(one, visitor=turn.visitor))

    def _follow(self) -> Iterator[RunEvent]:
        turn = self._turn
        ref = UpstreamRef(turn.visitor, turn.upstream_conversation, turn.target_run, None)
        try:
            yield from Following(self._dify, ref, known=self._known()).events()
        except UpstreamInterrupted:
            yield self._notice("passed_on")
            yield RunCompleted("stop", self._place.message or None)

    def _known(self) -> Known:
        """The platform goes on with a message that stands in our thread already, in part."""
        turn, place = self._turn, self._place
        return Known(
            locale=turn.locale,
            mode="advanced-chat",
            conversation=turn.upstream_conversation or "",
            place=Place(place.task, place.message, place.run),
            shown=place.shown,
            answered=self._reply.request,
            takes_forms=takes_forms(self._dify.api),
        )

    def _notice(self, word: str) -> Notice:
        return Notice("info" if word == "passed_on" else "warning", say(word, self._turn.locale))
