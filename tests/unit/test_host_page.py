"""What a host page says of itself, by the names that the platform gets."""

from __future__ import annotations

import msgspec
import pytest

from widget.domain.host_page import HostPage, Label, PageContext
from widget.providers.base import Turn


def test_page_s_word_is_marked_unless_the_owner_named_it() -> None:
    page = HostPage(inputs=("sku", "missing"))

    assert page.named({"sku": "A-7", "plan": "gold"}) == {"sku": "A-7", "page_plan": "gold"}


def test_name_that_the_owner_chose_is_not_taken_by_a_marked_one() -> None:
    page = HostPage(inputs=("page_sku",))

    assert page.named({"page_sku": "chosen", "sku": "marked"}) == {"page_sku": "chosen"}


def test_what_the_owner_signed_wins() -> None:
    said, signed = {"plan": "gold", "sku": "A-7"}, {"plan": "free"}

    turn = Turn("send", "Hi", "vis_1", page=said, context=signed)

    assert turn.facts == {"sku": "A-7", "plan": "free"}


@pytest.mark.parametrize(
    "context",
    [
        {"": "x"},
        {"a b": "x"},
        {"名字": "x"},
        {"x" * 41: "x"},
        {"x": "y" * 1_001},
        {"x": 7},
        {f"n{number}": "" for number in range(33)},
    ],
    ids=["no name", "space", "not ASCII", "long name", "long value", "number", "too many"],
)
def test_context_has_bounds(context: object) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(context, PageContext)


@pytest.mark.parametrize("label", [{"id": "x" * 201}, {"nickname": "x" * 101}, {"mail": "a@b"}])
def test_label_has_bounds(label: object) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(label, Label)
