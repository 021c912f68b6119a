"""Texts made to keep a pattern busy: what a platform or a page sends is looked through once."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from widget.domain.faults import explain
from widget.domain.options import Options
from widget.providers.base import Secret
from widget.providers.openai.failures import Refusals
from widget.providers.xpertai.failures import in_band

LONG = 400_000
REFUSALS = Refusals(Secret("sk-1234567890"))
READERS: dict[str, Callable[[str], object]] = {
    "an error page": lambda text: REFUSALS.in_stream(text.encode()),
    "an error object": lambda text: REFUSALS.in_stream({"message": text, "code": text}),
    "an error of XpertAI's": lambda text: in_band(text, where="here", key="sk-1234567890"),
    "a fault of options": lambda text: explain(f"{text} - at `$.ui{text}`", Options),
}
UNITS = ("<", "exceed", "exceed ", "sk-", "key-sk-", "4", "[", "`", " - at ", ".a", "context ")


@pytest.mark.parametrize("unit", UNITS)
@pytest.mark.parametrize("reader", READERS)
def test_long_text_is_read_in_no_time(reader: str, unit: str) -> None:
    began = time.process_time()

    READERS[reader](unit * (LONG // len(unit)))

    assert time.process_time() - began < 2
