/**
 * The conversation by keys: one stop of the Tab key for all its messages, arrows from one to the next,
 * Enter into it, Escape back to the composer. Loaded when there are messages.
 */
import { byId } from "./page.js";

const CONTROLS = "a[href], button, summary, input, select, textarea";
/** What scrolls sideways takes the focus too, so that keys can move it. */
const WIDE = "pre, .table, .formula.display";
/** What waits for the visitor is no history: the Tab key finds it. */
const WAITING = '.asked[data-state="pending"]';
const MARGIN_PX = 8;

/**
 * @param {{focus: () => void}} composer
 * @param {(message: HTMLElement) => string} wordsOf what is read of a message that has the focus
 */
export function createKeys(composer, wordsOf) {
  const box = byId("transcript");
  const list = byId("messages");
  /** The elements whose place in the Tab key's way is ours to give. @type {WeakSet<Element>} */
  const ours = new WeakSet();
  /** @type {HTMLElement | null} */
  let stop = null;

  function messages() {
    return /** @type {HTMLElement[]} */ (Array.from(list.children));
  }

  /** @param {Node | null} node @returns {HTMLElement | null} */
  function messageOf(node) {
    const element = node instanceof Element ? node : node && node.parentElement;
    const found = element && element.closest(".message");
    return found && list.contains(found) ? /** @type {HTMLElement} */ (found) : null;
  }

  /** @param {HTMLElement | null} message the last one if none */
  function setStop(message) {
    const all = messages();
    stop = message && all.includes(message) ? message : all[all.length - 1] || null;
    for (const one of all) one.tabIndex = one === stop ? 0 : -1;
    box.tabIndex = stop ? -1 : 0;
  }

  /**
   * @param {Element} root
   * @param {boolean} isIn the Tab key goes through what is in it
   */
  function setReach(root, isIn) {
    const found = Array.from(root.querySelectorAll(`${CONTROLS}, ${WIDE}`));
    for (const one of [root, ...found]) {
      if (one.matches(".message") || !one.matches(`${CONTROLS}, ${WIDE}`)) continue;
      if (!one.hasAttribute("tabindex")) ours.add(one);
      if (ours.has(one)) setOne(/** @type {HTMLElement} */ (one), isIn || Boolean(one.closest(WAITING)));
    }
  }

  /** @param {HTMLElement} one @param {boolean} isIn */
  function setOne(one, isIn) {
    if (!isIn) one.tabIndex = -1;
    else if (one.matches(WIDE) && one.scrollWidth > one.clientWidth) one.tabIndex = 0;
    else one.removeAttribute("tabindex");
  }

  function enter() {
    if (!stop) return;
    setReach(stop, true);
    const inside = /** @type {HTMLElement[]} */ (Array.from(stop.querySelectorAll(`${CONTROLS}, [tabindex="0"]`)));
    const first = inside.find((one) => one.tabIndex >= 0 && one.getClientRects().length);
    if (first) first.focus();
  }

  /** @param {number} to */
  function go(to) {
    const all = messages();
    const message = all[Math.max(0, Math.min(all.length - 1, to))];
    if (!message) return;
    setStop(message);
    message.focus({ preventScroll: true });
    reveal(message);
  }

  /** From its beginning, where it is longer than the room. Moves our own box alone. @param {HTMLElement} message */
  function reveal(message) {
    const [seen, wanted] = [box.getBoundingClientRect(), message.getBoundingClientRect()];
    const above = wanted.top - seen.top - MARGIN_PX;
    const below = wanted.bottom - seen.bottom + MARGIN_PX;
    if (above < 0 || wanted.height > seen.height) box.scrollTop += above;
    else if (below > 0) box.scrollTop += below;
  }

  /** @param {KeyboardEvent} event */
  function pressed(event) {
    const message = messageOf(/** @type {Node} */ (event.target));
    if (!message || event.isComposing || event.defaultPrevented) return;
    if (event.key === "Escape") return leave(event);
    if (event.target !== message || event.altKey || event.ctrlKey || event.metaKey) return;
    const at = messages().indexOf(message);
    /** @type {Record<string, () => void>} */
    const keys = {
      ArrowUp: () => go(at - 1),
      ArrowDown: () => go(at + 1),
      Home: () => go(0),
      End: () => go(Infinity),
      Enter: enter,
    };
    const act = keys[event.key];
    if (act) act(), event.preventDefault();
  }

  /** What is first left is the conversation, and only then the chat. @param {KeyboardEvent} event */
  function leave(event) {
    event.stopPropagation();
    composer.focus();
  }

  list.addEventListener("keydown", pressed);
  list.addEventListener("focusin", ({ target }) => {
    const message = messageOf(/** @type {Node} */ (target));
    if (!message) return;
    if (message !== stop) setStop(message);
    if (target === message) message.setAttribute("aria-label", wordsOf(message));
    else setReach(message, true);
  });
  list.addEventListener("focusout", ({ target, relatedTarget }) => {
    const message = messageOf(/** @type {Node} */ (target));
    const next = /** @type {Node | null} */ (relatedTarget);
    if (message) message.removeAttribute("aria-label");
    if (message && target !== message && !message.contains(next)) setReach(message, false);
  });
  new MutationObserver((changes) => {
    const hasMoved = changes.some(({ target }) => target === list);
    for (const { addedNodes, target } of changes) {
      const message = messageOf(target) || target;
      const isIn = message instanceof Element && message !== stop ? false : isInside();
      for (const node of addedNodes) if (node instanceof Element) setReach(node, isIn);
    }
    if (hasMoved) setStop(stop && stop.contains(document.activeElement) ? stop : null);
  }).observe(list, { childList: true, subtree: true });

  /** Whether the focus is on something in the message of the stop. */
  function isInside() {
    const active = document.activeElement;
    return Boolean(stop && active !== stop && stop.contains(active));
  }

  messages().forEach((message) => setReach(message, false));
  setStop(null);
}
