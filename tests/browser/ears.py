"""What a screen reader is told without being asked, and what it finds when it looks."""

from __future__ import annotations

import re

from playwright.sync_api import FrameLocator, Locator, Page, expect

from tests.browser.chat import PATIENCE_MS

# Everything that enters a live region, in order and for good; an alert speaks when it is shown.
LISTEN = """
window.said = [];
new MutationObserver((changes) => changes.forEach(({type, target, addedNodes}) => {
  const element = target instanceof Element ? target : target.parentElement;
  const region = element && element.closest("[aria-live=polite], [role=status], [role=alert]");
  const nodes = type === "attributes" ? [target] : addedNodes;
  if (!region || !region.getClientRects().length) return;
  nodes.forEach((node) => said.push(node.textContent.trim()));
})).observe(document, {childList: true, subtree: true, attributeFilter: ["hidden"]});
"""
# Where the keys go, within shadow roots too.
FOCUSED = """() => {
  let node = document.activeElement;
  while (node.shadowRoot && node.shadowRoot.activeElement) node = node.shadowRoot.activeElement;
  const name = node.getAttribute("aria-label") || node.innerText || node.getAttribute("title");
  return node === document.body ? "nothing" : (name || node.tagName).replace(/\\s+/g, " ").trim();
}"""


class Ears:
    """``root`` is the chat's document."""

    def __init__(self, page: Page, root: Page | FrameLocator) -> None:
        self.page = page
        self.root = root

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def focused(self) -> str:
        """The name of what has the focus in the chat."""
        name: str = self._document().evaluate(FOCUSED)
        return name

    def expect_focus(self, name: str) -> None:
        handle = self._document().element_handle()
        assert handle is not None
        frame = handle.owner_frame()
        assert frame is not None
        frame.wait_for_function(f"(name) => ({FOCUSED})() === name", arg=name, timeout=PATIENCE_MS)

    def go_to(self, name: str, key: str = "Tab", *, most: int = 20) -> list[str]:
        """Presses the key until what is named has the focus; returns what had it on the way."""
        names: list[str] = []
        while len(names) < most:
            self.press(key)
            names.append(self.focused())
            if names[-1] == name:
                return names
        raise AssertionError(f"{key} does not lead to {name!r}, but to {names}")

    def said(self) -> list[str]:
        texts: list[str] = self._document().evaluate("said.filter(Boolean)")
        return texts

    def expect_said(self, *texts: str) -> None:
        """All of it since the page came."""
        handle = self._document().element_handle()
        frame = handle.owner_frame() if handle else None
        assert frame is not None
        try:
            frame.wait_for_function(
                "(count) => said.filter(Boolean).length >= count", arg=len(texts)
            )
        finally:
            heard = self.said()
            assert heard == list(texts), heard

    def found(self, *roles: str) -> list[str]:
        """What stands there in these roles, in order: role, name and states."""
        line = re.compile(rf"- ({'|'.join(roles)})\b(.*?):?$")
        lines = self._document().locator("body").aria_snapshot().splitlines()
        return [f"{at[1]}{at[2]}" for one in lines if (at := line.match(one.strip()))]

    def _document(self) -> Locator:
        return self.root.locator("html")


def expect_state(root: Page | FrameLocator, state: str) -> None:
    tail = root.locator("#messages > .answer").last.locator(".tail")
    expect(tail).to_have_attribute("data-state", state, timeout=PATIENCE_MS)
