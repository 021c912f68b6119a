/**
 * Where the list stands: a column beside the chat where there is room, else a sheet over it, which
 * keeps the focus until it is closed.
 */
import { byId, fromTemplate } from "./page.js";

const WIDE = "(min-width: 780px)";
const FOLDED = "details:not([open]) > :not(summary)";

/**
 * @param {object} on
 * @param {() => void} on.shown
 * @param {() => boolean} on.back Escape: whether there was something to give up in the list itself
 */
export function createDrawer(on) {
  const root = document.documentElement;
  const opener = byId("list");
  const wide = matchMedia(WIDE);
  const box = place();
  const drawer = part(".drawer");
  const search = /** @type {HTMLInputElement} */ (part(".drawer-search"));
  /** The visitor put the column away. */
  let isFolded = false;

  const isShown = () => root.dataset.side === "open";
  const isSheet = () => !wide.matches;

  /** @param {string} selector @returns {HTMLElement} */
  function part(selector) {
    return /** @type {HTMLElement} */ (box.querySelector(selector));
  }

  /** @param {boolean} isOpen */
  function setShown(isOpen) {
    root.dataset.side = isOpen ? "open" : "closed";
    opener.setAttribute("aria-expanded", String(isOpen));
    drawer.setAttribute("role", isSheet() ? "dialog" : "region");
    drawer.toggleAttribute("aria-modal", false); // a region has none
    if (isSheet()) drawer.setAttribute("aria-modal", "true");
    part(".drawer-new").hidden = byId("new").hidden;
    if (isOpen) on.shown();
  }

  /** Beside the chat where there is room; what was in the way gives way. */
  function fit() {
    setShown(root.dataset.conversations === "on" && !isSheet() && !isFolded);
  }

  function open() {
    isFolded = false;
    setShown(true);
    // A touch screen would put its keyboard over what is to be read.
    (matchMedia("(pointer: coarse)").matches ? drawer : search).focus({ preventScroll: true });
  }

  function close() {
    const hadFocus = box.contains(document.activeElement);
    isFolded = !isSheet();
    setShown(false);
    if (hadFocus) opener.focus({ preventScroll: true });
  }

  function stepBack() {
    if (on.back()) return true;
    if (isSheet()) close();
    return isSheet();
  }

  /** Nobody tabs behind a sheet. @param {KeyboardEvent} event */
  function stayInside(event) {
    const all = /** @type {HTMLElement[]} */ (Array.from(drawer.querySelectorAll("button, input, summary")));
    // What is folded away has a place on the page in some browsers.
    const isThere = (/** @type {HTMLElement} */ one) => one.getClientRects().length && !one.closest(FOLDED);
    const stops = all.filter((one) => one.tabIndex >= 0 && isThere(one));
    const ends = event.shiftKey ? stops.reverse() : stops;
    const isAtEnd = [ends[ends.length - 1], event.shiftKey && drawer].some((one) => one === document.activeElement);
    if (!isAtEnd || !ends[0]) return;
    event.preventDefault();
    ends[0].focus();
  }

  box.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "Tab" && isSheet()) stayInside(event);
    if (event.key !== "Escape" || !stepBack()) return;
    root.toggleAttribute("data-pointer", false);
    event.stopPropagation();
  });
  wide.addEventListener("change", fit);
  opener.setAttribute("aria-controls", box.id);

  return {
    box,
    search,
    part,
    isShown,
    open,
    close,
    fit,
    /** Something was chosen, and what is wanted now is behind a sheet. */
    leave: () => isSheet() && setShown(false),
  };
}

/** A page that a form brought has a list without scripts. */
function place() {
  const former = document.getElementById("side");
  const made = fromTemplate("conversations");
  if (former) former.replaceWith(made);
  else byId("header").after(made);
  return made;
}
