"""Whether what stands on a page can be made out, whatever colours its owner chose.

A page is looked at once with a colour of its own in every role. Things that take the same roles, on
grounds of the same roles, are of one kind: for each palette a kind is reckoned once, from the roles
that were seen, so that a thousand palettes cost no more than a few. That the reckoning says what
the page shows can be asked of any palette.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from playwright.sync_api import Page

from widget.domain.contrast import READABLE, SEEN
from widget.domain.options import Theme
from widget.domain.theme import roles

Palette = Mapping[str, str]
SCHEMES = ("light", "dark")

FIND = """([readable, seen]) => {
  const SIGNS = ".icon, .w-icon, .step-mark, .typing i, .w-key, .w-line, .w-chart rect";
  const FIELDS = "textarea, input:not([type=hidden], [type=checkbox], [type=radio], [type=file])";
  const rgba = (text) => {
    const [r, g, b, a = 1] = text.match(/[\\d.]+/g).map(Number);
    if (!/^rgba?\\(/.test(text)) throw new Error(`what colour is ${text}?`);
    return [r, g, b, a];
  };
  const over = (top, under) => {
    const a = top[3] + under[3] * (1 - top[3]);
    if (!a) return [0, 0, 0, 0];
    const mixed = (i) => (top[i] * top[3] + under[i] * under[3] * (1 - top[3])) / a;
    return [mixed(0), mixed(1), mixed(2), a];
  };
  const light = (part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
  const known = new Map();
  const contrast = (one, other) => {
    const key = one.concat(other).map(Math.round).join();
    if (!known.has(key)) {
      const [a, b] = [one, other].map(([r, g, b]) =>
        0.2126 * light(r / 255) + 0.7152 * light(g / 255) + 0.0722 * light(b / 255));
      known.set(key, (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05));
    }
    return known.get(key);
  };
  const styles = new Map();
  const styleOf = (node, pseudo = null) => {
    const at = styles.get(node) || styles.set(node, {}).get(node);
    return (at[pseudo] = at[pseudo] || getComputedStyle(node, pseudo));
  };
  const isShown = (node) => {
    if (!node.checkVisibility({visibilityProperty: true})) return false;
    for (let at = node; at; at = at.parentElement)
      if (styleOf(at).opacity === "0" || /^rect\\(0px/.test(styleOf(at).clip)) return false;
    return true;
  };

  // What is behind a thing: every ground up to the page's, and what makes both see-through.
  const isClear = (colour) => /^rgba.*, 0\\)$/.test(colour);
  const grounds = (node) => {
    const found = [];
    for (let at = node; at; at = at.parentElement) {
      const {backgroundColor, backgroundImage, filter, opacity} = styleOf(at);
      if (backgroundImage + filter !== "nonenone") throw new Error(`${at.className} is painted`);
      if (opacity !== "1" || !isClear(backgroundColor)) found.push([backgroundColor, opacity]);
    }
    return found;
  };
  const contrastOf = (ink, behind, toColour) => {
    const canvas = styleOf(document.documentElement).colorScheme.includes("dark") ? 18 : 255;
    let [top, under] = [toColour(ink), [0, 0, 0, 0]];
    for (const [colour, opacity] of behind) {
      const ground = toColour(colour);
      [top, under] = [over(top, ground), over(under, ground)];
      [top[3], under[3]] = [top[3] * opacity, under[3] * opacity];
    }
    return contrast(...[top, under].map((one) => over(one, [canvas, canvas, canvas, 1])));
  };

  const text = (node, pseudo, said) => ({node, pseudo, said, least: readable, part: "color"});
  const texts = () => {
    const found = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const {data, parentElement: node} = walker.currentNode;
      if (!data.trim() || !isShown(node) || node.matches("style, script, option")) continue;
      const part = node.closest("svg") ? "fill" : "color";
      found.push({...text(node, null, data), part});
    }
    for (const node of document.querySelectorAll("*")) {
      if (!isShown(node)) continue;
      if (node.value && node.matches(`${FIELDS}, select`)) found.push(text(node, null, node.value));
      if (node.placeholder) found.push(text(node, "::placeholder", node.placeholder));
      for (const pseudo of ["::before", "::after"]) {
        const {content} = styleOf(node, pseudo);
        if (!/^(none|normal|"")$/.test(content)) found.push(text(node, pseudo, content));
      }
    }
    return found;
  };
  const signs = () => [...document.querySelectorAll(SIGNS)].filter(isShown).map((node) => {
    const {stroke, fill, borderTopStyle} = styleOf(node);
    const drawn = stroke !== "none" ? "stroke" : "fill";
    const laid = borderTopStyle === "none" ? "backgroundColor" : "borderTopColor";
    const part = node.closest("svg") ? drawn : laid;
    const on = part === "backgroundColor" ? node.parentElement : node;
    return {node, on, pseudo: null, said: node.localName, least: seen, part};
  }).filter(({node, part}) => styleOf(node)[part] !== "rgba(0, 0, 0, 0)");
  const isEdged = ({borderBottomStyle}) => borderBottomStyle !== "none";
  const fields = () => [...document.querySelectorAll(`${FIELDS}, select`)].filter(isShown)
    .filter((node) => !node.readOnly && !node.disabled)
    .map((node) => (isEdged(styleOf(node)) ? node : node.closest("form")))
    .map((node) => ({node, on: node.parentElement, pseudo: null, said: "its border", least: seen,
      part: "borderBottomColor"}));
  const rings = () => [...document.querySelectorAll("[data-focused] *")].filter(isShown)
    .filter((node) => node.tabIndex >= 0 && styleOf(node).outlineStyle !== "none")
    .map((node) => ({node, on: node.parentElement, pseudo: null, said: "its ring", least: seen,
      part: "outlineColor"}));

  // A state that a pointer or the focus makes is a rule for what stands in [data-hovered].
  const stage = (rules) => [...rules].forEach((rule) => {
    if (rule.cssRules && rule.cssRules.length) stage(rule.cssRules);
    if (!/:(hover|focus)(?![-\\w])/.test(rule.selectorText || "")) return;
    rule.selectorText = rule.selectorText.split(",").flatMap((one) => {
      const staged = one.replace(/:hover/g, ":is([data-hovered] *)")
        .replace(/:focus(?![-\\w])/g, ":is([data-focused] *)");
      return staged === one ? [one] : [one, staged];
    }).join(",");
  });
  for (const sheet of document.styleSheets) stage(sheet.cssRules);

  const describe = ({node, pseudo, said}) => {
    const states = ["hovered", "focused"].filter((state) => node.closest(`[data-${state}]`));
    const own = node.id || node.getAttribute("class") || node.parentElement.className;
    const name = [(own || node.localName) + (pseudo || ""), ...states].join(", ");
    return `${name}: ${said.trim().slice(0, 30)}`;
  };
  const inkOf = ({node, pseudo, part}) => styleOf(node, pseudo)[part];
  const paint = (palette) => {
    const said = Object.entries(palette).map(([name, value]) => `--${name}:${value}`);
    document.documentElement.style.cssText = said.join(";");
  };
  let kinds = [];
  let marks = new Map();

  // Lays a colour of its own into every role: what has the same roles on the same is of one kind.
  const choose = (names) => {
    const mark = (index) => `rgb(${index}, 251, ${index})`;
    paint(Object.fromEntries(names.map((name, index) => [name, mark(index)])));
    marks = new Map(names.map((name, index) => [mark(index), name]));
    const found = new Map();
    for (const one of [...texts(), ...signs(), ...fields(), ...rings()]) {
      const [ink, behind] = [inkOf(one), grounds(one.on || one.node)];
      const key = JSON.stringify([ink, behind, one.least]);
      if (!found.has(key)) found.set(key, {...one, ink, behind});
    }
    kinds = [...found.values()];
    return kinds.map(describe);
  };
  // Rules that colour something, in every sheet that counts here, and colour nothing on this page.
  const PART = /(^|[ ;])(color|background|border|outline|fill|stroke)[a-z-]*:[^;]*/.source;
  const ROLE = /var\\(--(w-|chat-(?!radius|gap|target|size|font|mono|edge|height))/.source;
  const COLOURED = new RegExp(PART + ROLE);
  const idle = (rules) => [...rules].flatMap((rule) => {
    if (rule.media && !matchMedia(rule.media.mediaText).matches) return [];
    const inner = rule.cssRules ? idle(rule.cssRules) : [];
    const {selectorText, style} = rule;
    if (!selectorText || !COLOURED.test(style.cssText)) return inner;
    const parts = selectorText.replace(/::[a-z-]+/g, "").split(/,(?![^(]*\\))/);
    const isUsed = parts.some((part) => document.querySelector(part.trim() || "*"));
    return isUsed ? inner : [...inner, selectorText];
  });
  // A linked sheet may only just have arrived, and is there as a style too.
  const unused = () => [...document.styleSheets]
    .filter(({ownerNode}) => ownerNode.localName === "style")
    .flatMap((sheet) => idle(sheet.cssRules));
  const hex = (text) => [1, 3, 5].map((at) => parseInt(text.slice(at, at + 2), 16)).concat(1);
  const reckoned = (palette) => {
    const toColour = (text) => (marks.has(text) ? hex(palette[marks.get(text)]) : rgba(text));
    return kinds.map(({ink, behind}) => contrastOf(ink, behind, toColour));
  };
  const drawn = (palette) => {
    paint(palette);
    return kinds.map((one) => contrastOf(inkOf(one), grounds(one.on || one.node), rgba));
  };
  const faults = (palette) => reckoned(palette).flatMap((found, index) =>
    found < kinds[index].least ? [`${describe(kinds[index])} (${found.toFixed(2)})`] : []);
  window.contrasts = {choose, drawn, faults, reckoned, unused};
}"""


class Contrasts:
    """A page in one scheme, and every kind of thing that is to be made out on it."""

    def __init__(self, page: Page, scheme: str) -> None:
        self._page = page
        page.locator("html").evaluate("(root, to) => (root.dataset.scheme = to)", scheme)
        page.evaluate(FIND, [READABLE, SEEN])
        self.kinds: list[str] = page.evaluate(
            "(names) => contrasts.choose(names)", list(painted(Theme(), scheme))
        )

    def faults(self, palettes: Sequence[Palette]) -> list[list[str]]:
        """For each palette what cannot be made out."""
        found: list[list[str]] = self._ask("faults", palettes)
        return found

    def reckoned(self, palettes: Sequence[Palette]) -> list[list[float]]:
        """For each palette the contrast of every kind."""
        found: list[list[float]] = self._ask("reckoned", palettes)
        return found

    def drawn(self, palettes: Sequence[Palette]) -> list[list[float]]:
        """The same, of the page that is painted with it."""
        found: list[list[float]] = self._ask("drawn", palettes)
        return found

    def unused(self) -> list[str]:
        """Rules that give a colour to nothing on this page."""
        found: list[str] = self._page.evaluate("contrasts.unused()")
        return found

    def _ask(self, what: str, palettes: Sequence[Palette]) -> Any:
        script = f"(palettes) => palettes.map(contrasts.{what})"
        return self._page.evaluate(script, list(palettes))


def painted(theme: Theme, scheme: str) -> Palette:
    """The custom properties that the server computes of a theme, without their dashes."""
    return {f"{scheme}-{role}": value for role, value in roles(theme)[scheme].items()}
