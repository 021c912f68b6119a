/**
 * The visitor's conversations: to find, open, rename and delete. Loaded where a site shows them, with
 * texts and a style sheet of its own.
 *
 * @typedef {import("./wire.js").ServerEvent | import("./wire.js").ConversationEvent} Event
 * @typedef {import("./wire.js").Command} Command
 */
import { announce } from "./announcer.js";
import { createDrawer } from "./drawer.js";
import { createListed } from "./listed.js";
import { createRows } from "./rows.js";
import { addSheet } from "./sheet.js";
import { fetchTexts } from "./texts.js";

const LIMIT_MS = 10000;
const TYPING_MS = 200;
const FAR = 1e6;
const STEPS = /** @type {Record<string, number>} */ ({ ArrowDown: 1, ArrowUp: -1, End: FAR, Home: -FAR });

/**
 * @param {object} parts
 * @param {string} parts.lang
 * @param {import("./page.js").Say} parts.tell texts of the page
 * @param {(command: Command) => boolean} parts.command
 * @param {() => string} parts.here the conversation that is shown; empty: a new one
 * @param {ReturnType<typeof import("./composer.js").createComposer>} parts.composer
 */
export async function createConversations({ lang, tell, command, here, composer }) {
  const [say] = await Promise.all([fetchTexts(lang, "list"), addSheet("conversations")]);
  const drawer = createDrawer({ shown: refresh, back: stepBack });
  const { box, search, part } = drawer;
  const rows = createRows(part(".drawer-rows"), lang, say);
  const listed = createListed();
  let current = here();
  /** A refusal in the server's words. */
  let trouble = "";
  /** @type {"" | "loading" | "loaded" | "failed"} */
  let state = "";
  /** What was chosen here, until it is shown. */
  let opening = "";
  let isFetching = false;
  /** The visitor opened the list and has not heard of it yet. */
  let isAwaited = false;
  let timer = 0;
  let typing = 0;

  /** What is looked for, as the server is asked for it. */
  const words = () => search.value.trim().replace(/\s+/g, " ");

  /** Asked again whenever something may have changed; without a line, as soon as there is one. */
  function refresh() {
    if (!drawer.isShown()) return;
    clearTimeout(typing);
    const isAsked = command({ type: "conversation.list", search: words() });
    clearTimeout(timer);
    if (isAsked && state !== "loaded") state = "loading";
    if (state === "loading" || (isAsked && words())) timer = setTimeout(failed, LIMIT_MS);
    draw();
  }

  function fetchMore() {
    const before = listed.lastId(words());
    isFetching = isFetching || command({ type: "conversation.list", before, search: words() });
  }

  function failed() {
    clearTimeout(timer);
    isFetching = false;
    state = "failed";
    draw();
  }

  /** Nothing of it is known for sure any more. */
  function startOver() {
    isFetching = false;
    state = "loading";
    listed.clear();
    refresh();
  }

  function draw() {
    const found = listed.matching(words());
    rows.show(found, current, words());
    part('[data-list="more"]').hidden = !listed.hasMore(words()) || state === "failed";
    part('[data-list="again"]').hidden = state !== "failed";
    note(trouble || noteOn(words(), found.length));
  }

  /** @param {string} wanted @param {number} count */
  function noteOn(wanted, count) {
    if (state === "failed") return say("list.failed");
    if (state === "loading" && !count) return say("list.loading");
    if (state !== "loaded") return "";
    if (wanted && !listed.isFound(wanted)) return say("list.searching");
    if (wanted && count) return listed.hasMore(wanted) ? "" : say("list.found", { count });
    return count ? "" : say(wanted ? "list.nothing" : "list.none", { words: wanted });
  }

  /** What stands there already is not said again. @param {string} text */
  function note(text) {
    const line = part(".drawer-note");
    if (line.textContent !== text) line.textContent = text;
  }

  /** @param {import("./wire.js").Conversations} page */
  function got(page) {
    if (page.search && page.search !== words()) return; // the visitor typed on
    clearTimeout(timer);
    if (page.before) isFetching = false;
    state = "loaded";
    listed.take(page);
    draw();
    if (isAwaited) sayCount();
  }

  /** Who opened the list hears how long it is; an empty one has words of its own. */
  function sayCount() {
    isAwaited = false;
    const count = listed.matching("").length;
    const more = listed.hasMore("") ? "+" : "";
    if (count) announce(`${part(".drawer-title").textContent}: ${count}${more}`);
  }

  /** @param {import("./wire.js").WireError} error @returns {boolean} whether it is told here */
  function refused({ ref = "", message }) {
    if (ref === "conversation.list") failed();
    else if (/^conversation\.(rename|delete|open)$/.test(ref)) {
      opening = "";
      trouble = ref === "conversation.open" ? "" : message;
      startOver();
    }
    return /^conversation\.(list|rename|delete)$/.test(ref);
  }

  /** Said now or not at all. @param {Command} wanted */
  function wish(wanted) {
    const isSaid = command(wanted);
    trouble = isSaid ? "" : tell("live.offline");
    if (!isSaid) draw();
    return isSaid;
  }

  /** @param {string} id */
  function choose(id) {
    if (id !== current && !wish({ type: "conversation.open", conversation: id })) return;
    opening = id;
    leave();
  }

  function leave() {
    drawer.leave();
    composer.focus();
  }

  /** @param {string} id */
  function remove(id) {
    if (!wish({ type: "conversation.delete", conversation: id })) return;
    const next = rows.beside(id);
    listed.remove(id);
    draw();
    (next || search).focus({ preventScroll: true });
    announce(say("list.deleted"));
  }

  /** @param {HTMLElement} row */
  function rename(row) {
    const conversation = row.dataset.id || "";
    const known = listed.find(conversation);
    const title = rows.stopEditing(row);
    if (!title || !known || known.title === title) return;
    if (!wish({ type: "conversation.rename", conversation, title })) return;
    listed.rename(conversation, title);
    draw();
    announce(say("list.renamed"));
  }

  /** @param {HTMLElement} button */
  function act(button) {
    const row = /** @type {HTMLElement} */ (button.closest(".row"));
    switch (button.dataset.list) {
      case "close":
        return drawer.close();
      case "open":
        return choose(row.dataset.id || "");
      case "rename":
        return rows.edit(row);
      case "cancel":
        return rows.stopEditing(row);
      case "delete":
        return remove(row.dataset.id || "");
      case "more":
        return fetchMore();
      default:
        trouble = "";
        return startOver();
    }
  }

  /** One thing after the other. */
  function stepBack() {
    if (rows.stepBack()) return true;
    const isTyped = document.activeElement === search && Boolean(search.value);
    if (isTyped) search.value = "";
    if (isTyped) draw();
    return isTyped;
  }

  /** Arrows lead from row to row; a row's keys are those of files. @param {KeyboardEvent} event */
  function pressed(event) {
    const { key, target } = event;
    const isText = target instanceof HTMLInputElement && (target !== search || key !== "ArrowDown");
    if (isText || event.isComposing) return;
    const row = /** @type {Element} */ (target).closest(".row");
    if (STEPS[key]) rows.move(STEPS[key]);
    else if (row && key === "F2") rows.edit(/** @type {HTMLElement} */ (row));
    else if (row && /^(Delete|Backspace)$/.test(key)) rows.askToDelete(row);
    else return;
    event.preventDefault();
  }

  /** As one types: what is known here at once, what the server finds when the fingers rest. */
  function typed() {
    trouble = "";
    clearTimeout(typing);
    if (words() && !listed.isFound(words())) typing = setTimeout(refresh, TYPING_MS);
    draw();
  }

  box.addEventListener("click", (event) => {
    const pressedOn = /** @type {Element} */ (event.target).closest("[data-list], [data-act]");
    const button = /** @type {HTMLElement | null} */ (pressedOn);
    if (!button || composer.isNative()) return;
    if (button.dataset.act) return leave(); // the page knows what it does
    event.preventDefault();
    act(button);
  });
  box.addEventListener("submit", (event) => {
    event.preventDefault();
    rename(/** @type {HTMLElement} */ (/** @type {Element} */ (event.target).closest(".row")));
  });
  box.addEventListener("keydown", pressed);
  // Letters of an input method that are no word yet are not looked for.
  search.addEventListener("input", (event) => /** @type {InputEvent} */ (event).isComposing || typed());
  search.addEventListener("compositionend", typed);
  document.addEventListener("visibilitychange", () => document.hidden || refresh());

  return {
    fit: drawer.fit,
    toggle() {
      state = state || "loading";
      isAwaited = !drawer.isShown();
      if (isAwaited) drawer.open();
      else drawer.close();
    },
    /** @param {Event} event @returns {boolean} whether nobody else needs it */
    take(event) {
      if (event.type === "title") listed.rename(current, event.title);
      if (event.type === "conversations") got(event);
      if (/^(title|ready|conversations\.stale)$/.test(event.type)) refresh();
      return event.type === "conversations" || (event.type === "error" && refused(event));
    },
    /** Another conversation may be shown now. */
    mark() {
      if (here() === current) return;
      current = here();
      const found = listed.find(current);
      if (found && opening === current) announce(say("list.opened", { title: found.title }));
      opening = "";
      if (found || !current) draw();
      else refresh();
    },
    /** There is none, as the page knows without asking. */
    setNone() {
      state = state || "loaded";
      draw();
    },
    /** The visitor is somebody else. */
    clear() {
      search.value = trouble = state = "";
      isFetching = false;
      listed.clear();
      draw();
    },
  };
}
