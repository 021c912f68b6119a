"""Drawn HTML as a list of elements, read by the standard library's strict-enough parser."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"br", "hr", "img", "input"}
FIELDS = ("input", "select", "textarea")


@dataclass
class Element:
    tag: str
    attributes: dict[str, str]
    form: str | None
    text: str = ""


@dataclass
class Read(HTMLParser):
    """``flaws`` are ends without a beginning, forms in forms and what was never closed."""

    elements: list[Element] = field(default_factory=list)
    flaws: list[str] = field(default_factory=list)
    text: str = ""

    def __post_init__(self) -> None:
        super().__init__()
        self._open: list[Element] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        around = next((e.attributes.get("id", "") for e in self._open if e.tag == "form"), None)
        if tag == "form" and around is not None:
            self.flaws.append("a form in a form")
        self.elements.append(Element(tag, given, given.get("form", around)))
        if tag not in VOID:
            self._open.append(self.elements[-1])
        self._add(self._spoken(given))

    def handle_endtag(self, tag: str) -> None:
        if not self._open or self._open[-1].tag != tag:
            self.flaws.append(f"</{tag}> out of place")
        elif self._open:
            self._open.pop()

    def handle_data(self, data: str) -> None:
        self._add(data)

    def finish(self) -> None:
        self.close()
        self.flaws += [f"<{one.tag}> never closed" for one in self._open]
        self.text = self.text.strip()

    def _spoken(self, given: dict[str, str]) -> str:
        return given.get("data-say", "")

    def _add(self, data: str) -> None:
        if not data.strip() and "\n" in data:
            data = "" if not any(one.tag == "textarea" for one in self._open) else data
        self.text += data
        for one in self._open:
            one.text += data

    # What tests ask for

    def tags(self, tag: str) -> list[Element]:
        return [one for one in self.elements if one.tag == tag]

    def fields(self) -> list[Element]:
        return [
            one
            for one in self.elements
            if one.tag in FIELDS and one.attributes.get("type") != "hidden"
        ]

    def radios(self) -> list[Element]:
        return [one for one in self.fields() if one.attributes.get("type") == "radio"]

    def button(self, name: str) -> Element:
        (found,) = [one for one in self.tags("button") if one.text == name]
        return found

    def by_id(self, id_: str) -> Element:
        (found,) = [one for one in self.elements if one.attributes.get("id") == id_]
        return found

    def values(self, attribute: str) -> list[str]:
        return [one.attributes[attribute] for one in self.elements if attribute in one.attributes]

    def duplicates(self, attribute: str) -> list[str]:
        values = self.values(attribute)
        return sorted({value for value in values if values.count(value) > 1})

    def nameless(self) -> list[Element]:
        """Controls that a screen reader could not name."""
        labelled = set(self.values("for"))
        return [
            one for one in (*self.fields(), *self.tags("button")) if not self._named(one, labelled)
        ]

    def _named(self, one: Element, labelled: set[str]) -> bool:
        given = one.attributes
        if given.get("aria-hidden") == "true" or given.get("id") in labelled:
            return True
        if one.text.strip() or given.get("aria-label"):
            return one.tag in ("button", "a") or bool(given.get("aria-label"))
        if given.get("aria-labelledby"):
            return bool(self.by_id(given["aria-labelledby"]).text.strip())
        return self._label_around(one)

    def _label_around(self, one: Element) -> bool:
        """Check boxes and radio buttons stand in their label, which comes right before them."""
        place = self.elements.index(one)
        before = self.elements[place - 1]
        return before.tag == "label" and bool(before.text.strip())


def read(html: str) -> Read:
    found = Read()
    found.feed(html)
    found.finish()
    return found
