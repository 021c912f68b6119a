"""Footnotes of a whole text: marks that lead to their notes, and the notes at its end.

The parser's ids come from what the model wrote and are the same in every answer of a page. They are
left out before the allow-list, and made again after it with names that no other answer has.
"""

from __future__ import annotations

import re
from collections import Counter
from hashlib import blake2b

MARK = '<sup class="footnote-ref">'

_MARK = re.compile(r'<sup class="footnote-ref"><a [^>]*>(\d+)</a></sup>')
_BACK = re.compile(
    r' ?<a href="[^"]*" class="footnote-backref"[^>]*>↩(?:<sup class="footnote-ref">\d+</sup>)?</a>'
)
_NOTE = re.compile(r'<li id="fn-[^"]*">')
_PARSED_SECTION = '<section class="footnotes" data-footnotes>'
_BARE_MARK = re.compile(r"<sup>(\d+)</sup>")
_BARE_NOTE = "<li><sup></sup>"


def bare(html: str) -> str:
    """The parser's HTML with marks and notes that need no attribute, as no Markdown can write
    them."""
    body, section, notes = _MARK.sub(r"<sup>\1</sup>", _BACK.sub("", html)).partition(
        _PARSED_SECTION
    )
    return f"{body}<section>{_NOTE.sub(_BARE_NOTE, notes)}" if section else body


def linked(html: str, source: str) -> str:
    """Cleaned HTML in which each mark leads to its note and each note back to its first mark.
    ``source`` is what tells this text from all others."""
    if "<section>" not in html:
        return html
    name = blake2b(source.encode(), digest_size=4).hexdigest()
    body, _, notes = html.rpartition("<section>")
    linker = _Linker(name)
    return f'{linker.marked(body)}<section class="notes">{linker.noted(linker.marked(notes))}'


class _Linker:
    def __init__(self, name: str) -> None:
        self._name = name
        self._marks: Counter[str] = Counter()

    def marked(self, html: str) -> str:
        return _BARE_MARK.sub(self._mark, html)

    def _mark(self, found: re.Match[str]) -> str:
        number = found[1]
        self._marks[number] += 1
        place = f' id="mark-{self._name}-{number}"' if self._marks[number] == 1 else ""
        return f'<sup{place}><a href="#note-{self._name}-{number}">{number}</a></sup>'

    def noted(self, html: str) -> str:
        first, *notes = html.split(_BARE_NOTE)
        return first + "".join(self._note(number, note) for number, note in enumerate(notes, 1))

    def _note(self, number: int, note: str) -> str:
        name = f"{self._name}-{number}"
        return f'<li id="note-{name}"><a href="#mark-{name}">↩</a> {note}'
