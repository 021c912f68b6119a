from __future__ import annotations

from widget.providers.paths import segment


def test_an_id_stays_one_part_of_a_path() -> None:
    assert segment("7504-aa_b") == "7504-aa_b"
    assert segment("a/../b?c#d 知") == "a%2F..%2Fb%3Fc%23d%20%E7%9F%A5"
