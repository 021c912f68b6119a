/**
 * The rows of the list: one for each conversation, under the time of its last use. Only one of them
 * is on the way of the Tab key, arrows lead to the others.
 *
 * @typedef {import("./wire.js").ConversationRow} Row
 */
import { fillWithHits } from "./hits.js";
import { groupOf } from "./listed.js";
import { fromTemplate } from "./page.js";

const TITLE = ".row-title";
const WORDS = ".row-words";

/**
 * @param {HTMLElement} box
 * @param {string} lang
 * @param {import("./page.js").Say} say
 */
export function createRows(box, lang, say) {
  /** @type {Map<string, HTMLElement>} */
  const made = new Map();
  const blank = part(box, "[data-group]");
  blank.remove();

  /** @param {Row} row @param {string} words what is looked for */
  function elementOf(row, words) {
    const element = made.get(row.id) || fromTemplate("row");
    const shown = JSON.stringify([row, words]);
    made.set(row.id, element);
    if (element.dataset.shown === shown) return element;
    element.dataset.shown = shown;
    element.dataset.id = row.id;
    fillRow(element, row, words);
    return element;
  }

  /** @param {HTMLElement} element @param {Row} row @param {string} words */
  function fillRow(element, { title, is_running, is_unread, excerpt = "" }, words) {
    const button = part(element, TITLE);
    const news = part(button, ".row-news");
    const options = say("list.options", { title });
    const state = is_running ? "running" : "unread";
    button.title = title;
    fillWithHits(part(button, WORDS), title, words);
    fillWithHits(part(button, ".row-excerpt"), excerpt, words);
    news.hidden = !is_running && !is_unread;
    news.dataset.news = state;
    news.title = say(`list.${state}`);
    news.setAttribute("aria-label", news.title);
    part(element, "summary").title = options;
    part(element, "summary").setAttribute("aria-label", options);
  }

  /** @param {Row[]} rows @param {string} words @returns {HTMLElement[]} one for each time, in order */
  function grouped(rows, words) {
    const now = new Date();
    /** @type {Map<string, HTMLElement[]>} */
    const groups = new Map();
    for (const row of rows) {
      const name = groupOf(row.updated_at, now);
      groups.set(name, [...(groups.get(name) || []), elementOf(row, words)]);
    }
    return Array.from(groups, ([name, elements]) => groupElement(name, elements));
  }

  /** @param {string} name @param {HTMLElement[]} elements */
  function groupElement(name, elements) {
    const known = /** @type {HTMLElement | null} */ (box.querySelector(`[data-group="${name}"]`));
    const group = known || /** @type {HTMLElement} */ (blank.cloneNode(true));
    const list = part(group, "ul");
    const heading = part(group, "h3");
    group.dataset.group = name;
    heading.id = `rows-${name}`;
    heading.textContent = name.includes("-") ? monthName(name, lang) : say(`list.${name}`);
    list.setAttribute("aria-labelledby", heading.id);
    replaceAll(list, elements);
    return group;
  }

  function titles() {
    return /** @type {HTMLElement[]} */ (Array.from(box.querySelectorAll(TITLE)));
  }

  /** @param {Element | null | undefined} chosen the first where that is none of them */
  function setTabStop(chosen) {
    const rows = Array.from(box.querySelectorAll(".row"));
    const stop = chosen && rows.includes(chosen) ? chosen : rows[0];
    for (const row of rows) {
      part(row, TITLE).tabIndex = part(row, "summary").tabIndex = row === stop ? 0 : -1;
    }
  }

  box.addEventListener("focusin", (event) => {
    const row = /** @type {Element} */ (event.target).closest(".row");
    if (row) setTabStop(row);
  });
  // One at a time, and what is folded asks again. The event does not bubble.
  box.addEventListener("toggle", (event) => {
    const changed = /** @type {HTMLDetailsElement} */ (event.target);
    const others = Array.from(box.querySelectorAll("details[open]"));
    if (changed.open) others.filter((one) => !one.contains(changed)).forEach((one) => fold(one));
    else changed.querySelectorAll("details[open]").forEach((one) => fold(one));
  }, true);

  return {
    /** @param {Row[]} rows @param {string} open the one that is shown @param {string} words looked for */
    show(rows, open, words) {
      const focused = /** @type {HTMLElement | null} */ (document.activeElement);
      replaceAll(part(box, ".drawer-groups"), grouped(rows, words));
      for (const [id, element] of made) {
        if (!element.isConnected) made.delete(id);
        else setOpen(element, id === open);
      }
      setTabStop(focused && box.contains(focused) ? focused.closest(".row") : made.get(open));
      // What moves loses the focus.
      if (focused && box.contains(focused)) focused.focus({ preventScroll: true });
    },
    /** @param {number} step 1 down, -1 up, more than there are: to the end */
    move(step) {
      const all = titles();
      const row = document.activeElement && document.activeElement.closest(".row");
      const from = row ? all.indexOf(part(row, TITLE)) : -1;
      const next = all[Math.max(0, Math.min(all.length - 1, from + step))];
      if (next) next.focus();
    },
    /** The row that takes the place of one that goes. @param {string} id @returns {HTMLElement | null} */
    beside(id) {
      const all = titles();
      const at = all.findIndex((title) => title === part(made.get(id) || box, TITLE));
      return all[at + 1] || all[at - 1] || null;
    },
    edit,
    stopEditing,
    askToDelete,
    /** What is unfolded or typed is given up. @returns {boolean} whether there was anything */
    stepBack() {
      const [form, folds] = [box.querySelector(".row-name"), box.querySelectorAll("details[open]")];
      const last = folds[folds.length - 1];
      if (form) stopEditing(/** @type {Element} */ (form.closest(".row")));
      else if (last) fold(last), part(last, "summary").focus();
      return Boolean(form || last);
    },
  };
}

/** What is there in this order stays where it is. @param {Element} parent @param {HTMLElement[]} children */
function replaceAll(parent, children) {
  const { length } = parent.children;
  const isSame = children.length === length && children.every((child, at) => child === parent.children[at]);
  if (!isSame) parent.replaceChildren(...children);
}

/** @param {string} month as in `2026-02` @param {string} lang */
function monthName(month, lang) {
  const first = new Date(`${month}-01T00:00`);
  const isThisYear = first.getFullYear() === new Date().getFullYear();
  const year = isThisYear ? undefined : "numeric";
  return new Intl.DateTimeFormat(lang, { month: "long", year }).format(first);
}

/** @param {HTMLElement} row */
function edit(row) {
  const form = fromTemplate("row-name");
  const field = /** @type {HTMLInputElement} */ (part(form, "input"));
  fold(part(row, ".row-more"));
  field.value = part(row, WORDS).textContent || "";
  row.append(form);
  row.classList.add("row-editing");
  field.select();
  field.focus();
}

/** @param {Element} row */
function askToDelete(row) {
  fold(part(row, ".row-more"), true);
  fold(part(row, ".row-sure"), true);
  part(row, '[data-list="delete"]').focus();
}

/** @param {Element} row @returns {string} what was typed, as a title */
function stopEditing(row) {
  const form = part(row, "form");
  const typed = /** @type {HTMLInputElement} */ (part(form, "input")).value;
  form.remove();
  row.classList.remove("row-editing");
  part(row, TITLE).focus();
  return typed.trim().replace(/\s+/g, " ");
}

/** @param {Element} details @param {boolean} [isOpen] */
function fold(details, isOpen = false) {
  /** @type {HTMLDetailsElement} */ (details).open = isOpen;
}

/** @param {Element} row @param {boolean} isOpen */
function setOpen(row, isOpen) {
  row.toggleAttribute("data-open", isOpen);
  if (isOpen) part(row, TITLE).setAttribute("aria-current", "true");
  else part(row, TITLE).removeAttribute("aria-current");
}

/** @param {Element} root @param {string} selector @returns {HTMLElement} */
function part(root, selector) {
  return /** @type {HTMLElement} */ (root.querySelector(selector));
}
