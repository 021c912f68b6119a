/**
 * The visitor's conversations: to find, open, rename and delete. Loaded where a site shows them, with
 * a style sheet of its own.
 *
 * @typedef {import("./wire.js").ServerEvent | import("./wire.js").ConversationEvent} Event
 * @typedef {import("./wire.js").Command} Command
 */
import { announce } from "./announcer.js";
import { createDrawer } from "./drawer.js";
import { createListed } from "./listed.js";
import { createRows } from "./rows.js";
import { addSheet } from "./sheet.js";

const LIMIT_MS = 10000;
const FAR = 1e6;
const STEPS = /** @type {Record<string, number>} */ ({ ArrowDown: 1, ArrowUp: -1, End: FAR, Home: -FAR });

/**
 * @param {object} parts
 * @param {import("./page.js").Say} parts.say
 * @param {(command: Command) => boolean} parts.command
 * @param {() => string} parts.here the conversation that is shown; empty: a new one
 * @param {ReturnType<typeof import("./composer.js").createComposer>} parts.composer
 */
export async function createConversations({ say, command, here, composer }) {
  await addSheet("conversations");
  const drawer = createDrawer({ shown: refresh, back: stepBack });
  const { box, search, part } = drawer;
  const rows = createRows(part(".drawer-rows"), say);
  const listed = createListed();
  let current = here();
  /** A refusal in the server's words. */
  let trouble = "";
  /** @type {"" | "loading" | "loaded" | "failed"} */
  let state = "";
  /** What was chosen here, until it is shown. */
  let opening = "";
  let isFetching = false;
  let timer = 0;

  /** Asked again whenever something may have changed; without a line, as soon as there is one. */
  function refresh() {
    if (!drawer.isShown()) return;
    const isAsked = command({ type: "conversation.list" });
    clearTimeout(timer);
    if (isAsked && state !== "loaded") state = "loading";
    if (state === "loading") timer = setTimeout(failed, LIMIT_MS);
    draw();
  }

  function fetchMore() {
    const before = listed.lastId();
    isFetching = isFetching || command({ type: "conversation.list", before });
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
    const words = search.value.trim();
    const found = listed.matching(words);
    const isSearching = Boolean(words) && listed.hasMore() && state === "loaded";
    rows.show(found, current);
    if (isSearching) fetchMore();
    part('[data-list="more"]').hidden = !listed.hasMore() || isSearching || state === "failed";
    part('[data-list="again"]').hidden = state !== "failed";
    note(trouble || noteOn(words, found.length, isSearching));
  }

  /** @param {string} words @param {number} count @param {boolean} isSearching */
  function noteOn(words, count, isSearching) {
    if (state === "failed") return say("live.conversations.failed");
    if ((state === "loading" && !count) || isSearching) return say("live.conversations.loading");
    if (state !== "loaded") return "";
    if (words) return count ? say("live.conversations.found", { count }) : say("live.conversations.nothing", { words });
    return count ? "" : say("live.conversations.none");
  }

  /** What stands there already is not said again. @param {string} text */
  function note(text) {
    const line = part(".drawer-note");
    if (line.textContent !== text) line.textContent = text;
  }

  /** @param {import("./wire.js").Conversations} page */
  function got(page) {
    clearTimeout(timer);
    if (page.before) isFetching = false;
    state = "loaded";
    listed.take(page);
    draw();
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
    trouble = isSaid ? "" : say("live.offline");
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
    announce(say("live.conversations.deleted"));
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
    announce(say("live.conversations.renamed"));
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

  /** Arrows lead from row to row. @param {KeyboardEvent} event */
  function pressed(event) {
    const { key, target } = event;
    const isText = target instanceof HTMLInputElement && (target !== search || key !== "ArrowDown");
    if (!STEPS[key] || isText || event.isComposing) return;
    event.preventDefault();
    rows.move(STEPS[key]);
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
  search.addEventListener("input", draw);
  document.addEventListener("visibilitychange", () => document.hidden || refresh());

  return {
    fit: drawer.fit,
    toggle() {
      state = state || "loading";
      if (drawer.isShown()) drawer.close();
      else drawer.open();
    },
    /** @param {Event} event @returns {boolean} whether nobody else needs it */
    take(event) {
      if (event.type === "title") listed.rename(current, event.title);
      if (event.type === "conversations") got(event);
      if (/^(title|ready|run\.ended)$/.test(event.type)) refresh();
      return event.type === "conversations" || (event.type === "error" && refused(event));
    },
    /** Another conversation may be shown now. */
    mark() {
      if (here() === current) return;
      current = here();
      const found = listed.find(current);
      if (found && opening === current) announce(say("live.conversations.opened", { title: found.title }));
      opening = "";
      if (found || !current) draw();
      else refresh();
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
