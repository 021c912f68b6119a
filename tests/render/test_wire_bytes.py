"""Wire bytes per byte of answer text: the budget of each kind."""

from __future__ import annotations

import sys

import pytest

from tests.render.showing import shown
from tests.render.texts import answer, deltas

# Kind: bytes on the wire for one byte of text, at 4 and at 12 characters per delta.
BUDGETS = {
    "prose": (6, 4),
    "marked prose": (6, 4),
    "one paragraph": (6, 4),
    "one marked paragraph": (6, 4),
    "code": (6, 4),
    "quote": (6, 4),
    "tight list": (7, 4),
    "numbered list": (7, 4),
    "loose list": (7, 4),
    "nested list": (7, 4),
    "table": (8, 6),
    "mixture": (7, 4),
}


# Long answers a piece at a time: where coverage counts lines, ten times as long.
@pytest.mark.no_cover
@pytest.mark.parametrize("kind", BUDGETS)
def test_wire_bytes_are_within_budget(kind: str, capsys: pytest.CaptureFixture[str]) -> None:
    rows = []
    for lang in ("en", "zh"):
        for tokens in (600, 3000):
            text = answer(kind, lang, tokens) + ("```\n" if kind == "code" else "")
            size = len(text.encode())
            small, large = (shown(deltas(text, n)).wire_bytes() / size for n in (4, 12))
            rows.append((lang, tokens, small, large))
    with capsys.disabled():
        figures = ", ".join(f"{lang} {n}: {a:.2f}/{b:.2f}" for lang, n, a, b in rows)
        sys.stdout.write(f"\nwire bytes per byte of {kind} at 4/12 characters: {figures}\n")

    assert max(small for _, _, small, _ in rows) <= BUDGETS[kind][0]
    assert max(large for _, _, _, large in rows) <= BUDGETS[kind][1]
