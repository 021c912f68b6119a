"""Tables. A row shows when its line is complete."""

from __future__ import annotations

import re

from widget.domain.transcript import Graft, Patch
from widget.render import pieces
from widget.render.blocks import Leaf
from widget.render.definitions import Definitions
from widget.render.lines import Cursor

_GAP = r"[ \t\v\f]*"
_DELIMITER = re.compile(rf"\|?{_GAP}:?-+:?{_GAP}(?:\|{_GAP}:?-+:?{_GAP})*\|?{_GAP}\n")
_CELL = re.compile(r"(?:[^|\n]|(?<=\\)\|)+")
_PIPE = re.compile(rf"\|{_GAP}")
_HEAD_END = "</thead>"


def is_delimiter(line: str) -> bool:
    return _DELIMITER.fullmatch(line) is not None


def cell_count(line: str) -> int:
    """How many cells a line has, as the parser counts; 0 when it is no row."""
    line = line.rstrip("\n")
    pipe = _PIPE.match(line)
    at, count = pipe.end() if pipe else 0, 0
    while True:
        cell = _CELL.match(line, at)
        at = cell.end() if cell else at
        pipe = _PIPE.match(line, at)
        at = pipe.end() if pipe else at
        count += bool(cell or pipe)
        if not pipe:
            return count


class Table(Leaf):
    """``depth`` is that of the wrapper; in it ``table``, in that ``tbody`` once there are rows."""

    def __init__(self, depth: int, header: str, delimiter: str, definitions: Definitions) -> None:
        super().__init__(depth)
        self._delimiter = delimiter
        self._columns = cell_count(delimiter)
        self._definitions = definitions
        self._head = pieces.table(header, delimiter, definitions.needed(header)).partition(
            _HEAD_END
        )[0]
        self._rows: list[str] = []
        self._new_rows: list[str] = []
        self._sent_rows = 0

    def goes_on(self, cursor: Cursor) -> bool:
        cursor.look()
        line = cursor.line[cursor.nonspace :]
        return not line.endswith("\n") or cell_count(line) > 0

    def add(self, text: str) -> None:
        self._new_rows.append(text.strip(" \t\n"))

    def html(self) -> str:
        self._render()
        body = f"<tbody>{''.join(self._rows)}</tbody>" if self._rows else ""
        return f"{self._head}{_HEAD_END}{body}</table></div>"

    def sent(self) -> None:
        self._render()
        self.is_sent, self._sent_rows = True, len(self._rows)

    def changes(self) -> list[Patch]:
        self._render()
        html = "".join(self._rows[self._sent_rows :])
        has_body, self._sent_rows = self._sent_rows > 0, len(self._rows)
        if not html:
            return []
        if has_body:
            return [Graft(self.depth + 2, 0, html)]
        return [Graft(self.depth + 1, 0, f"<tbody>{html}</tbody>")]

    def close(self) -> None:
        """Rows are complete as they come."""

    def _render(self) -> None:
        """Render the rows that came since the last time."""
        if not self._new_rows:
            return
        lines, self._new_rows = self._new_rows, []
        needed = self._definitions.needed("\n".join(lines))
        self._rows.append(pieces.rows(self._columns, self._delimiter, lines, needed))
