"""Annotations as sources. Each stands at an index of its content part; the same source cited twice
is shown once."""

from __future__ import annotations

from typing import Any

from msgspec import Struct

from widget.domain.events import PartRemoved, RunEvent, Source
from widget.providers.chatkit.shapes import objects, text_of, web_address

Place = tuple[str, int, int]


class Cited(Struct, frozen=True):
    title: str
    url: str = ""
    quote: str = ""


class Sources:
    """What is cited where, and under which id it is shown."""

    def __init__(self) -> None:
        self._cited: dict[Place, Cited] = {}
        self._shown: dict[Cited, str] = {}

    def add(self, place: Place, annotation: Any) -> list[RunEvent]:
        if (cited := read_annotation(annotation)) is None:
            return []
        self._cited[place] = cited
        return self._told()

    def put(self, item: str, content: int, annotations: Any) -> list[RunEvent]:
        """The final ones of a content part. None at all says nothing: the reference library ends a
        part with an empty list although it has sent annotations."""
        listed = objects(annotations)
        if not listed:
            return []
        self._forget(item, content)
        for index, annotation in enumerate(listed):
            if cited := read_annotation(annotation):
                self._cited[item, content, index] = cited
        return self._told()

    def remove(self, item: str) -> list[RunEvent]:
        self._forget(item)
        return self._told()

    def _forget(self, item: str, content: int | None = None) -> None:
        for place in list(self._cited):
            if place[0] == item and content in (None, place[1]):
                del self._cited[place]

    def _told(self) -> list[RunEvent]:
        """Whatever differs from what is shown."""
        events: list[RunEvent] = []
        wanted = {cited: place for place, cited in reversed(self._cited.items())}
        for cited in [cited for cited in self._shown if cited not in wanted]:
            events.append(PartRemoved(self._shown.pop(cited)))
        for cited, (item, content, index) in reversed(wanted.items()):
            if cited not in self._shown:
                self._shown[cited] = self._free_id(f"{item}/{content}/{index}")
                source = Source(self._shown[cited], cited.title, cited.url, cited.quote)
                events.append(source)
        return events

    def _free_id(self, wanted: str) -> str:
        taken = set(self._shown.values())
        while wanted in taken:
            wanted += "'"
        return wanted


def read_annotation(annotation: Any) -> Cited | None:
    source = annotation.get("source") if isinstance(annotation, dict) else None
    return read_source(source) if isinstance(source, dict) else None


def read_source(source: dict[str, Any]) -> Cited | None:
    """A page, a file or an entity; None for what has no name."""
    url = web_address(source.get("url"))
    names = (source.get(name) for name in ("title", "label", "filename", "attribution"))
    title = next((text for name in names if (text := text_of(name))), url)
    return Cited(title, url, text_of(source.get("description"))) if title else None
