"""What is known of an answer before its first event."""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct

from widget.providers.dify.place import Place, Shown


class Known(Struct, frozen=True):
    """``answered`` is the form that needs no asking again; ``shown`` stands in earlier messages of
    ours."""

    locale: str = "en"
    mode: str = ""
    conversation: str = ""
    place: Place = Place()
    shown: Shown = Shown()
    answered: str = ""
    takes_forms: Callable[[str], bool] = lambda token: True
