"""Who in this process shows a visitor's list of conversations, and is told when it has changed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable

Wake = Callable[[], None]


class Listeners:
    """Each is told once, and asks again when it has fetched the list anew: however fast answers
    come, a page that does not keep up costs nothing. Nothing in here yields."""

    def __init__(self) -> None:
        self._waiting: defaultdict[tuple[str, str], dict[Wake, None]] = defaultdict(dict)

    def __len__(self) -> int:
        return sum(map(len, self._waiting.values()))

    def add(self, site: str, visitor: str, wake: Wake) -> None:
        """``wake`` must neither wait nor raise; the same one twice counts once."""
        self._waiting[site, visitor][wake] = None

    def drop(self, site: str, visitor: str, wake: Wake) -> None:
        """Harmless for one that was told already."""
        waiting = self._waiting.get((site, visitor), {})
        waiting.pop(wake, None)
        if not waiting:
            self._waiting.pop((site, visitor), None)

    def tell(self, site: str, visitor: str) -> None:
        """The list of this visitor is not what it was. After the commit, so that it can be read."""
        for wake in self._waiting.pop((site, visitor), {}):
            wake()
