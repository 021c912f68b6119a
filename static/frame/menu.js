/**
 * The title bar's menu: a menu button as the ARIA practices have it. Loaded when it is first pressed;
 * what stands in it is in entries.js.
 *
 * @typedef {import("./entries.js").Entry} Entry
 */
import { entriesOf } from "./entries.js";
import { byId } from "./page.js";
import { addSheet } from "./sheet.js";
import { fetchTexts } from "./texts.js";

const SVG = "http://www.w3.org/2000/svg";
const GAP_PX = 4;

/** @param {import("./entries.js").Around} around */
export async function createMenu(around) {
  const button = byId("more");
  const menu = document.createElement("div");
  menu.id = "more-menu"; // "menu" is its sheet
  menu.className = "menu";
  menu.setAttribute("role", "menu");
  menu.setAttribute("aria-label", button.title);
  menu.hidden = true;
  const [say] = await Promise.all([fetchTexts(around.page.lang, "menu"), addSheet("menu")]);
  button.setAttribute("aria-controls", menu.id);
  button.after(menu);

  /** @param {number} [at] the item to go to; -1 is the last */
  async function open(at = 0) {
    const entries = await entriesOf(around, say);
    menu.replaceChildren(...elementsOf(entries.filter((entry) => !entry.isThere || entry.isThere()), close));
    menu.hidden = false;
    button.setAttribute("aria-expanded", "true");
    place(menu, button);
    go(at);
  }

  /** @param {boolean} [isLeft] the focus is somewhere else already */
  function close(isLeft) {
    if (menu.hidden) return;
    menu.hidden = true;
    button.setAttribute("aria-expanded", "false");
    if (!isLeft) button.focus({ preventScroll: true });
  }

  function items() {
    return /** @type {HTMLElement[]} */ (Array.from(menu.querySelectorAll("button")));
  }

  /** @param {number} at round and round */
  function go(at) {
    const all = items();
    const item = all[(at + all.length) % all.length];
    if (item) item.focus({ preventScroll: false });
  }

  /** The next item that begins with this letter. @param {string} letter */
  function find(letter) {
    const all = items();
    const here = all.indexOf(/** @type {HTMLElement} */ (document.activeElement));
    const from = [...all.slice(here + 1), ...all.slice(0, here + 1)];
    const found = from.find((item) => (item.textContent || "").toLowerCase().startsWith(letter.toLowerCase()));
    if (found) found.focus();
  }

  menu.addEventListener("keydown", (event) => {
    const here = items().indexOf(/** @type {HTMLElement} */ (document.activeElement));
    /** @type {Record<string, () => void>} */
    const keys = {
      ArrowDown: () => go(here + 1),
      ArrowUp: () => go(here - 1),
      Home: () => go(0),
      End: () => go(-1),
      Escape: () => close(),
      Tab: () => close(),
    };
    const act = keys[event.key];
    if (act) act();
    else if (event.key.length === 1 && event.key !== " ") find(event.key);
    else return;
    event.stopPropagation(); // Escape closes the menu and not the chat
    if (event.key !== "Tab") event.preventDefault();
  });
  button.addEventListener("keydown", (event) => {
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    event.preventDefault();
    open(event.key === "ArrowUp" ? -1 : 0);
  });
  document.addEventListener("pointerdown", (event) => {
    const target = /** @type {Node} */ (event.target);
    if (!menu.contains(target) && !button.contains(target)) close(true);
  });
  menu.addEventListener("focusout", (event) => {
    const to = /** @type {Node | null} */ (event.relatedTarget);
    if (to && to !== button && !menu.contains(to)) close(true);
  });
  window.addEventListener("resize", () => close());
  window.addEventListener("blur", () => close(true)); // the visitor went on in the host page

  return { toggle: () => (menu.hidden ? open() : close()) };
}

/**
 * Under the button, along the side of the window that is nearer.
 *
 * @param {HTMLElement} menu
 * @param {HTMLElement} button
 */
function place(menu, button) {
  const { bottom, left, right } = button.getBoundingClientRect();
  const width = document.documentElement.clientWidth;
  const isRight = left + right > width;
  menu.style.top = `${bottom + GAP_PX}px`;
  menu.style.left = isRight ? "auto" : `${left}px`;
  menu.style.right = isRight ? `${width - right}px` : "auto";
}

/**
 * Entries of one group stand together under its name, and one of them holds.
 *
 * @param {Entry[]} entries
 * @param {() => void} close
 */
function elementsOf(entries, close) {
  /** @type {HTMLElement[]} */
  const made = [];
  for (const entry of entries) {
    const item = createItem(entry, close);
    if (!entry.group) made.push(item);
    else groupOf(made, entry.group).append(item);
  }
  return made;
}

/** @param {HTMLElement[]} made @param {string} name */
function groupOf(made, name) {
  const last = made[made.length - 1];
  if (last && last.getAttribute("aria-label") === name) return last;
  const group = document.createElement("div");
  const heading = document.createElement("p");
  group.className = "menu-group";
  group.setAttribute("role", "group");
  group.setAttribute("aria-label", name);
  heading.setAttribute("aria-hidden", "true"); // the group says it
  heading.textContent = name;
  group.append(heading);
  made.push(group);
  return group;
}

/** @param {Entry} entry @param {() => void} close */
function createItem({ words, group, isOn, choose }, close) {
  const item = document.createElement("button");
  item.type = "button";
  item.tabIndex = -1;
  item.textContent = words;
  item.setAttribute("role", isOn ? `menuitem${group ? "radio" : "checkbox"}` : "menuitem");
  if (isOn) {
    item.setAttribute("aria-checked", String(isOn()));
    item.append(createMark());
  }
  item.addEventListener("click", () => {
    close();
    choose();
  });
  return item;
}

function createMark() {
  const svg = document.createElementNS(SVG, "svg");
  const use = document.createElementNS(SVG, "use");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  use.setAttribute("href", "#i-done");
  svg.append(use);
  return svg;
}
