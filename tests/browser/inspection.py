"""What every scene is checked for, in every document that a visitor has before them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from playwright.sync_api import Locator

from tests.browser.axe import violations
from tests.browser.flaws import flaws_around, is_whole
from tests.browser.spoken import foreign

# What can be read in the window, each with the language that it is marked with. Code, formulas,
# addresses and names of files have none; what is announced stands on the page already.
READ = """(node) => {
  const root = node.getRootNode();
  const marked = (at) => (at.closest("[lang]") || root.host || document.documentElement).lang;
  const names = ["aria-label", "title", "placeholder", "alt"];
  return [...(root.body || root).querySelectorAll("*")].flatMap((at) => {
    if (at.closest("code, math, .source .aside, .chip, #announcer")) return [];
    if (!at.checkVisibility({visibilityProperty: true})) return [];
    const own = [...at.childNodes].filter((one) => one.nodeType === Node.TEXT_NODE);
    const said = [...own.map((one) => one.data), ...names.map((name) => at.getAttribute(name))];
    return said.filter((text) => text && text.trim()).map((text) => [marked(at), text.trim()]);
  });
}"""

ADDRESS = re.compile(r"https?://\S+")

IS_OF_A_DOCUMENT = "(node) => node.getRootNode() === document"


@dataclass(frozen=True)
class View:
    """What a visitor sees: a node of each document or shadow root, and the language it is in.

    ``names`` are in no language: what the site and the visitor's files are called. Of what must be
    ``whole`` nothing is outside its window. Where scripts are off (``has_scripts``) axe cannot run.
    """

    documents: tuple[Locator, ...]
    lang: str
    names: tuple[str, ...] = ()
    whole: tuple[Locator, ...] = ()
    has_scripts: bool = True


def faults(view: View) -> list[str]:
    """Everything that is wrong. Whatever a scene must never show is found here."""
    return [*_drawn_badly(view), *_said_wrongly(view), *_inaccessible(view)]


def _drawn_badly(view: View) -> Iterable[str]:
    for node in view.documents:
        yield from flaws_around(node)
    for node in view.whole:
        if not is_whole(node):
            yield f"not whole: {node.get_attribute('id')}"


def _inaccessible(view: View) -> Iterable[str]:
    """A shadow root is looked at with its document."""
    documents = view.documents if view.has_scripts else ()
    whole = (node for node in documents if node.evaluate(IS_OF_A_DOCUMENT))
    return (flaw for node in whole for flaw in violations(node))


def _said_wrongly(view: View) -> Iterable[str]:
    """Texts that are not in the language that they are marked with."""
    said = [tuple(one) for node in view.documents for one in node.evaluate(READ)]
    if view.lang not in {lang for lang, _ in said}:
        yield f"nothing is said in {view.lang}"
    for lang, text in said:
        if foreign([_without(view.names, text)], lang):
            yield f"not {lang}: {text}"


def _without(names: tuple[str, ...], text: str) -> str:
    for name in names:
        text = text.replace(name, "")
    return ADDRESS.sub("", text)
