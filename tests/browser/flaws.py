"""What is wrong with a document as it is drawn: things that are cut, covered or too wide."""

from __future__ import annotations

from playwright.sync_api import Locator

# Wide things that answers bring scroll on their own, so that the rest need not.
FIND = """(start) => {
  const SCROLLERS = "pre, pre > code, table, math";
  const CONTROLS = "a[href], button, input, textarea, select, summary, label[for], iframe";
  const BOXES = "button, summary, label, p, li, td, th, h1, h2, h3, a";
  const NEAR = 1.5, GLYPHS = 4;  // letters may reach over their line
  const root = start.getRootNode();
  const flaws = [];
  const say = (what, node) => {
    const text = (node.ariaLabel || node.textContent || node.value || "").trim();
    flaws.push(`${what}: ${node.localName}${node.id && "#" + node.id} "${text.slice(0, 40)}"`);
  };
  const parent = (node) => node.parentElement || (node.getRootNode().host || null);
  const isShown = (node) => {
    if (!node.checkVisibility({visibilityProperty: true})) return false;
    for (let at = node; at; at = at.parentElement)
      if (getComputedStyle(at).clip === "rect(0px, 0px, 0px, 0px)") return false;
    return true;
  };
  const cuts = (node) => {
    const {overflowX, overflowY} = getComputedStyle(node);
    return [overflowX, overflowY];
  };

  // What can be seen of a rectangle of a node: what its ancestors and the window leave of it.
  const seen = (rect, node) => {
    let [left, top, right, bottom] = [rect.left, rect.top, rect.right, rect.bottom];
    for (let at = parent(node); at && at !== document.documentElement; at = parent(at)) {
      const [x, y] = cuts(at), box = at.getBoundingClientRect();
      if (x !== "visible") [left, right] = [Math.max(left, box.left), Math.min(right, box.right)];
      if (y !== "visible") [top, bottom] = [Math.max(top, box.top), Math.min(bottom, box.bottom)];
    }
    [left, top] = [Math.max(left, 0), Math.max(top, 0)];
    [right, bottom] = [Math.min(right, innerWidth), Math.min(bottom, innerHeight)];
    return right - left > NEAR && bottom - top > NEAR ? {left, top, right, bottom} : null;
  };

  // On purpose; the whole is said by a name nearby.
  const endsInDots = (node) => {
    const {textOverflow, webkitLineClamp} = getComputedStyle(node);
    if (webkitLineClamp !== "none") return true;
    return textOverflow === "ellipsis" && node.closest("[title], .chip, #title");
  };

  const checkWidth = (node) => {
    if (node.matches(SCROLLERS) || cuts(node)[0] === "visible" || node.matches("textarea")) return;
    if (node.closest("[aria-hidden=true]")) return;  // a drawing may be cut
    if (endsInDots(node)) return;
    if (node.scrollWidth > node.clientWidth + NEAR) say("wider than its box", node);
  };

  const isOutside = (rect, box, [x, y]) =>
    (x && (rect.left < box.left - NEAR || rect.right > box.right + NEAR)) ||
    (y && (rect.top < box.top - GLYPHS || rect.bottom > box.bottom + GLYPHS));

  const checkText = (text) => {
    const node = text.parentElement;
    if (!text.data.trim() || !isShown(node)) return;
    if (endsInDots(node)) return;
    const range = document.createRange();
    range.selectNodeContents(text);
    const rects = [...range.getClientRects()].filter(({width}) => width);
    const around = node.closest(BOXES);
    let sides = [true, true];
    for (let at = node; at && at !== document.documentElement; at = parent(at)) {
      const [x, y] = cuts(at), box = at.getBoundingClientRect();
      const cut = [sides[0] && x !== "visible", sides[1] && (y === "hidden" || y === "clip")];
      if (at === around && getComputedStyle(at).display !== "inline") cut[0] = sides[0];
      if (at.matches(SCROLLERS)) cut[0] = false;
      if (rects.some((rect) => isOutside(rect, box, cut))) return say("text is cut", node);
      if (at.matches(SCROLLERS) && x !== "visible") sides[0] = false;
      if (y === "auto" || y === "scroll") sides[1] = false;
    }
    const page = {left: 0, right: innerWidth};
    if (rects.some((rect) => isOutside(rect, page, [sides[0], false]))) say("text is cut", node);
  };

  // Behind a sheet that asks for all attention nothing can be reached, so nothing need be.
  const isBehind = (node) => {
    const sheets = [...root.querySelectorAll("[aria-modal=true]")].filter(isShown);
    return sheets.some((sheet) => !sheet.contains(node));
  };

  const isInMenu = (node) => Boolean(node.closest("[role=menu]"));

  const checkControls = (nodes) => {
    const lines = (node) => [...node.getClientRects()].map((rect) => [node, seen(rect, node)]);
    const shown = nodes.filter(isShown).flatMap(lines).filter(([, rect]) => rect);
    shown.forEach(([node, a], index) => {
      for (const [other, b] of shown.slice(index + 1)) {
        if (node.contains(other) || other.contains(node)) continue;
        if (isInMenu(node) !== isInMenu(other)) continue;  // which stands over the rest
        const width = Math.min(a.right, b.right) - Math.max(a.left, b.left);
        const height = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
        if (width > NEAR && height > NEAR) say(`overlaps ${other.localName}`, node);
      }
      const hit = root.elementFromPoint((a.left + a.right) / 2, (a.top + a.bottom) / 2);
      const isOver = hit && isInMenu(hit) && !isInMenu(node);
      const isHit = !hit || hit.shadowRoot || isOver || node.contains(hit) || hit.contains(node);
      if (!isHit) say("covered", node);
    });
  };

  if (document.documentElement.scrollWidth > innerWidth) flaws.push("the page scrolls sideways");
  const all = [...(root.body || root).querySelectorAll("*")];
  all.filter(isShown).forEach(checkWidth);
  const texts = document.createTreeWalker(root.body || root, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) checkText(texts.currentNode);
  checkControls(all.filter((node) => node.matches(CONTROLS) && !isBehind(node)));
  return flaws;
}"""


def flaws_around(node: Locator) -> list[str]:
    """What is wrong in the document or the shadow root of a node."""
    found: list[str] = node.evaluate(FIND)
    return found


def is_whole(node: Locator) -> bool:
    """Nothing of it is outside the window of its document, and nothing of its content is hidden."""
    whole: bool = node.evaluate(
        """(node) => {
          const {left, top, right, bottom} = node.getBoundingClientRect();
          const fits = node.scrollHeight <= node.clientHeight + 1;
          return fits && left >= 0 && top >= 0 && right <= innerWidth && bottom <= innerHeight;
        }"""
    )
    return whole
