from __future__ import annotations

from typing import Any

import pytest
from msgspec import Struct

from widget.domain.errors import BadInput
from widget.domain.faults import parse


class Example(Struct, forbid_unknown_fields=True):
    numbers: tuple[int, ...] | None = None
    free: dict[str, Any] | None = None


@pytest.mark.parametrize(
    ("tree", "fault"),
    [
        ({"numbers": ["1"]}, "here.numbers[0]: must be a whole number, not text"),
        ({"nubmers": []}, "here.nubmers: is unknown; did you mean numbers?"),
        ({"zzz": 1}, "here.zzz: is unknown; known are free, numbers"),
        ({"free": 1}, "here.free: must be a table or nothing, not a whole number"),
        (1, "here: must be a table, not a whole number"),
    ],
)
def test_a_fault_is_a_path_and_a_rule(tree: object, fault: str) -> None:
    with pytest.raises(BadInput) as caught:
        parse(tree, Example, at="here")

    assert str(caught.value) == fault


def test_what_is_right_becomes_the_model() -> None:
    assert parse({"numbers": [1], "free": {"a": None}}, Example) == Example((1,), {"a": None})
