/**
 * The rows of the list: one for each conversation, under the time of its last use. Only one of them
 * is on the way of the Tab key, arrows lead to the others.
 *
 * @typedef {import("./wire.js").ConversationRow} Row
 */
import { GROUPS, groupOf } from "./listed.js";
import { fromTemplate } from "./page.js";

const TITLE = ".row-title";

/**
 * @param {HTMLElement} box
 * @param {import("./page.js").Say} say
 */
export function createRows(box, say) {
  /** @type {Map<string, HTMLElement>} */
  const made = new Map();

  /** @param {Row} row */
  function elementOf({ id, title }) {
    const element = made.get(id) || fromTemplate("row");
    made.set(id, element);
    element.dataset.id = id;
    const button = part(element, TITLE);
    if (button.textContent === title) return element;
    const options = say("live.conversations.options", { title });
    button.textContent = button.title = title;
    part(element, "summary").title = options;
    part(element, "summary").setAttribute("aria-label", options);
    return element;
  }

  /** @param {string} name @param {Element[]} rows */
  function fill(name, rows) {
    const group = part(box, `[data-group="${name}"]`);
    const list = part(group, "ul");
    group.hidden = !rows.length;
    const isSame = rows.length === list.children.length && rows.every((row, at) => row === list.children[at]);
    if (!isSame) list.replaceChildren(...rows);
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
    if (changed.open) others.filter((one) => !one.contains(changed)).forEach(fold);
    else changed.querySelectorAll("details[open]").forEach(fold);
  }, true);

  return {
    /** @param {Row[]} rows @param {string} open the one that is shown */
    show(rows, open) {
      const focused = /** @type {HTMLElement | null} */ (document.activeElement);
      const now = new Date();
      for (const name of GROUPS) {
        fill(name, rows.filter((row) => groupOf(row.updated_at, now) === name).map(elementOf));
      }
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

/** @param {HTMLElement} row */
function edit(row) {
  const form = fromTemplate("row-name");
  const field = /** @type {HTMLInputElement} */ (part(form, "input"));
  fold(part(row, ".row-more"));
  field.value = part(row, TITLE).textContent || "";
  row.append(form);
  row.classList.add("row-editing");
  field.select();
  field.focus();
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

/** @param {Element} details */
function fold(details) {
  /** @type {HTMLDetailsElement} */ (details).open = false;
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
