"""What every scene is checked for, in every document that a visitor has before them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from playwright.sync_api import Locator

from tests.browser.axe import violations
from tests.browser.flaws import flaws_around, is_whole
from tests.browser.spoken import foreign

# What can be read in the window, each with the language that it is marked with, or "talk" where it
# is the assistant's or the visitor's. Code, formulas, addresses, times and files' names have none;
# what is read aloud repeats what is shown.
READ = """(node) => {
  const TALK = ".greeting, .starters, .suggestions, .parts, .bubble, .quoted, .citation, .asked, "
    + ".source, .row, .panel, #access-words";
  const root = node.getRootNode();
  const marked = (at) => at.closest(TALK) ? "talk"
    : (at.closest("[lang]") || root.host || document.documentElement).lang;
  const names = ["aria-label", "title", "placeholder", "alt"];
  return [...(root.body || root).querySelectorAll("*")].flatMap((at) => {
    if (at.closest("code, math, time, .source .aside, .chip, #announcer")) return [];
    if (!at.checkVisibility({visibilityProperty: true})) return [];
    const own = [...at.childNodes].filter((one) => one.nodeType === Node.TEXT_NODE);
    const said = [...own.map((one) => one.data), ...names.map((name) => at.getAttribute(name))];
    return said.filter((text) => text && text.trim()).map((text) => [marked(at), text.trim()]);
  });
}"""
# What is written the same in every language.
ANYWHERE = re.compile(r"https?://\S+|\b[A-Z]{2,}\b|\b\d+ (B|KB|MB|cm|lm)\b")

IS_OF_A_DOCUMENT = "(node) => node.getRootNode() === document"


@dataclass(frozen=True)
class View:
    """What a visitor sees: a node of each document or shadow root, and the language it is in;
    ``talk`` is that of the conversation.

    ``names`` are in no language: what the site and the visitor's files are called. Of what must be
    ``whole`` nothing is outside its window. Where scripts are off (``has_scripts``) axe cannot run.
    """

    documents: tuple[Locator, ...]
    lang: str
    talk: str
    names: tuple[str, ...] = ()
    whole: tuple[Locator, ...] = ()
    has_scripts: bool = True


def faults(view: View) -> list[str]:
    """Everything that is wrong. Whatever a scene must never show is found here."""
    return [*faults_at_a_glance(view), *_inaccessible(view)]


def faults_at_a_glance(view: View) -> list[str]:
    """What may be wrong on one screen and right on another: quickly found, for many screens."""
    return [*_drawn_badly(view), *_said_wrongly(view)]


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
    for marked, text in said:
        if marked == "talk" and view.talk != view.lang:
            continue  # ours and the assistant's words stand there side by side
        lang = view.talk if marked == "talk" else marked
        if foreign([_without(view.names, text)], lang):
            yield f"not {lang}: {text}"


def _without(names: tuple[str, ...], text: str) -> str:
    for name in names:
        text = text.replace(name, "")
    return ANYWHERE.sub("", text)
