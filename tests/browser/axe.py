"""What axe-core finds wrong with a document: WCAG 2.2, levels A and AA, and best practice."""

from __future__ import annotations

from functools import cache
from typing import Any

from playwright.sync_api import Locator

from tests.serving import ROOT

SCRIPT = ROOT / "node_modules" / "axe-core" / "axe.min.js"
# `preload` would fetch style sheets for a rule about orientation, which the widget never locks.
# Each document is looked at on its own: a frame of another site is none of the host page's.
OPTIONS = """{
  runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
  resultTypes: ["violations"], iframes: false, preload: false, elementRef: true,
}"""
# axe knows the Tab key alone. Into a message it is Enter that leads, and there code and tables that
# scroll take the focus: test_keyboard.py.
BEHIND_ENTER = "#messages > li[tabindex] *"
RUN = """async (node) => {
  if (!window.axe) (() => { const module = undefined; %s })();
  const { violations } = await window.axe.run(document, %s);
  return violations.flatMap(({ id, nodes }) => nodes
    .filter(({ element }) => id !== "scrollable-region-focusable" || !element.matches("%s"))
    .map(({ target, any, all, none }) => [id, target.flat().join(" >> "),
      [...any, ...all, ...none].map((check) => check.message).join("; ")]));
}"""


def violations(node: Locator) -> list[str]:
    """Around a node: in its document, and in the open shadow roots there."""
    found: list[Any] = node.evaluate(_script())
    return [f"{rule}: {where} ({why})" for rule, where, why in found]


@cache
def _script() -> str:
    return RUN % (SCRIPT.read_text(encoding="utf-8"), OPTIONS, BEHIND_ENTER)
