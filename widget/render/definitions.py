"""Link definitions (``[1]: https://…``) that have been read so far."""

from __future__ import annotations

import re

# A label that begins with ^ is a footnote's.
_START = re.compile(r"\[(?!\^)((?:[^\[\]\\]|\\.)+)\]:", re.DOTALL)
_LABEL = re.compile(r"\[((?:[^\[\]\\]|\\.)*)\]", re.DOTALL)
_LINE_START = re.compile(r"^(?=\[(?!\^)(?:[^\[\]\\]|\\.)+\]:)", re.MULTILINE | re.DOTALL)
_LINE = re.compile(r"\[(?!\^)(?:[^\[\]\\\n]|\\.)+\]:[ \t]*[^\s<]\S*(?:[ \t]+\"[^\"\n]*\")?[ \t]*")
# Further lines of a definition are set so that they cannot begin a block.
_INDENT = "\n" + " " * 8


def is_definition(line: str) -> bool:
    """Whether a line surely is a complete definition, were it the first of a paragraph."""
    return _LINE.fullmatch(line) is not None


def begins_definition(source: str) -> bool:
    return source.startswith("[") and _START.match(source) is not None


class Definitions:
    """The first definition of a label counts."""

    def __init__(self) -> None:
        self._sources: dict[str, str] = {}

    def learn(self, source: str) -> None:
        """Take in a paragraph that begins with definitions."""
        for part in _LINE_START.split(source):
            if found := _START.match(part):
                self._sources.setdefault(_folded(found[1]), part.strip("\n").replace("\n", _INDENT))

    def needed(self, source: str) -> str:
        """The definitions that a piece of text may refer to, as paragraphs."""
        if not self._sources or "[" not in source:
            return ""
        labels = {_folded(found[1]) for found in _LABEL.finditer(source)}
        return "\n\n".join(
            self._sources[label] for label in sorted(labels) if label in self._sources
        )


def _folded(label: str) -> str:
    return " ".join(label.split()).casefold()
