"""Which pictures a thread may show: ``allowed_image_domains`` of the thread, where it has them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from widget.providers.chatkit.shapes import joined, text_of, web_address
from widget.providers.chatkit.widgets import Component, rebuilt

Domains = tuple[str, ...] | None


class Images:
    """``ask`` finds a thread's domains when no event of this stream has named them; None allows
    every host."""

    def __init__(self, base: str, ask: Callable[[], Domains]) -> None:
        self._base = base
        self._ask = ask
        self._domains: Domains = None
        self._is_known = False

    def learn(self, thread: dict[str, Any]) -> None:
        self._domains = domains_of(thread)
        self._is_known = True

    def address(self, url: Any) -> str:
        """The picture's whole address, or nothing when it may not be shown."""
        whole = joined(self._base, text_of(url))
        if whole.startswith("data:image/"):
            return whole
        return whole if self._allows(whole) else ""

    def cleaned(self, tree: Component) -> Component:
        """A widget whose pictures have whole addresses, or none where they may not be shown."""
        cleaned: Component = rebuilt(tree, self._clean)
        return cleaned

    def _clean(self, node: Component) -> Component:
        if node.get("type") != "Image" or "src" not in node:
            return node
        address = self.address(node["src"])
        if address == node["src"]:
            return node
        return {**node, "src": address} if address else _without_src(node)

    def _allows(self, url: str) -> bool:
        if not web_address(url):
            return False
        if not self._is_known:
            self._domains, self._is_known = self._ask(), True
        host = urlsplit(url).hostname or ""
        return self._domains is None or any(_matches(host, domain) for domain in self._domains)


def _without_src(node: Component) -> Component:
    return {name: value for name, value in node.items() if name != "src"}


def domains_of(thread: dict[str, Any]) -> Domains:
    """Host names; what is no list restricts nothing."""
    listed = thread.get("allowed_image_domains")
    if not isinstance(listed, list):
        return None
    return tuple(domain.strip().lower() for domain in listed if isinstance(domain, str))


def _matches(host: str, domain: str) -> bool:
    """Exactly, or below it where it is written with a star; also when a whole address stands."""
    domain = domain.rpartition("://")[2].partition("/")[0]
    return host.endswith(domain[1:]) if domain.startswith("*.") else host == domain
