"""Every text that a page has for its reader, seen or read aloud, now or later."""

from __future__ import annotations

import re

from playwright.sync_api import Locator

# Text, names and hints of a tree, of the shadow roots and templates in it, and the texts that the
# modules will say.
GATHER = """(start) => {
  const said = [];
  const walk = (node) => {
    if (node.nodeType === Node.TEXT_NODE) said.push(node.data);
    for (const name of ["aria-label", "title", "placeholder", "alt"])
      if (node.attributes && node.hasAttribute(name)) said.push(node.getAttribute(name));
    if (node.id === "page") {
      const {strings} = JSON.parse(node.textContent);
      return said.push(...Object.values(strings));
    }
    if (["SCRIPT", "STYLE"].includes(node.tagName)) return;
    for (const child of node.childNodes) walk(child);
    if (node.shadowRoot) walk(node.shadowRoot);
    if (node.content instanceof DocumentFragment) walk(node.content);
  };
  walk(start);
  return said.map((text) => text.replace(/%\\(\\w+\\)s/g, "").trim()).filter(Boolean);
}"""
HAN = re.compile(r"[\u3000-\u303f\u3400-\u9fff\uff00-\uffef]")
LATIN = re.compile(r"[A-Za-z][A-Za-z.'-]*")
# Names, and what Chinese texts write in Latin letters too.
NAMES = frozenset({"Acme", "AI", "JavaScript", "Markdown", "shop.example"})


def said_around(node: Locator) -> list[str]:
    """What the document or the shadow root of a node says."""
    texts: list[str] = node.evaluate(f"(node) => ({GATHER})(node.getRootNode())")
    return texts


def foreign(texts: list[str], lang: str) -> list[str]:
    """The texts that are not in ``lang``."""
    if lang == "en":
        return [text for text in texts if HAN.search(text)]
    return [text for text in texts if set(LATIN.findall(text)) - NAMES]


def pronounced_in(node: Locator) -> str:
    """The primary language in which a screen reader speaks what is there."""
    lang: str = node.evaluate(
        """(node) => {
          const marked = node.closest("[lang]") || node.getRootNode().host;
          return marked.lang.split("-")[0];
        }"""
    )
    return lang
