/**
 * What a visitor has typed and not sent: kept for the conversation it was typed in, for as long as
 * the tab is open and a day at most. Text alone, and in this frame's own storage alone. Whoever signs
 * out, or becomes somebody else, leaves none.
 *
 * @typedef {Record<string, [string, number]>} Texts by conversation: what was typed, and when
 */
import { byId } from "./page.js";
import { stored } from "./token.js";

const LASTS_MS = 24 * 3600 * 1000;
const MOST = 20;
/** Where what is typed before the first message stands. */
const NEW = "new";

/** What stands on the screen of a visitor who has said nothing. @type {import("./wire.js").ShownConversation} */
export const NOTHING = {
  id: "", title: "", epoch: "", seq: 0, messages: [], has_more: false, run: null, suggestions: [],
  access: "open", access_reason: "",
};

/**
 * @param {object} parts
 * @param {string} parts.site
 * @param {string} parts.who whom the owner vouches for; empty: nobody
 * @param {ReturnType<typeof import("./thread.js").createThread>} parts.thread
 * @param {ReturnType<typeof import("./composer.js").createComposer>} parts.composer
 */
export function createDrafts({ site, who, thread, composer }) {
  const box = /** @type {HTMLTextAreaElement} */ (byId("text"));
  const place = `chatdock:${site}:drafts`;
  const here = () => thread.place().conversation || "";
  let kept = read(place);
  /** Of a conversation that has no id yet, only the one who typed it is shown it again. */
  const placeOf = (/** @type {string} */ conversation) => conversation || `${NEW}${who && digest(who)}`;
  let at = placeOf(here());
  let isChosen = false;
  let isGone = false;

  /** What the composer holds belongs to where we are; a question's new wording is no draft. */
  function keep() {
    if (isGone || isChosen || document.documentElement.hasAttribute("data-editing")) return;
    delete kept.texts[at];
    if (box.value.trim()) kept.texts[at] = [box.value, Date.now()];
    kept.last = at;
    write(place, kept);
  }

  /** @param {string} there */
  function textAt(there) {
    const found = kept.texts[there];
    return found ? found[0] : "";
  }

  /** Where the visitor was when the page went away, as far as something was being written there. */
  function comeBack() {
    if (box.value) return keep(); // a form brought it along
    const { last } = kept;
    if (last !== at && textAt(last)) goTo(last);
    at = placeOf(here());
    return textAt(at) && composer.swap(textAt(at), true);
  }

  /** @param {string} there */
  function goTo(there) {
    if (there === placeOf("")) thread.take({ type: "conversation", conversation: NOTHING });
    else if (!there.startsWith(NEW)) thread.forget(false, there);
  }

  /**
   * What was typed here stays here; what is typed until the other conversation is there belongs to
   * that one.
   */
  function choose() {
    keep();
    isChosen = true;
    composer.swap("", false);
  }

  /** Another conversation stands there, or the same one under its first id, or another person. */
  function move() {
    const next = placeOf(here());
    const [former, isOurs] = [at, isChosen];
    isChosen = false;
    if (next === former && !isOurs) return;
    at = next;
    if (isOurs) return composer.swap([textAt(next), box.value].filter(Boolean).join("\n"), true);
    delete kept.texts[former];
    return composer.swap(box.value || textAt(next), former.startsWith(NEW));
  }

  window.addEventListener("pagehide", () => (isGone = true));
  window.addEventListener("pageshow", () => (isGone = false));
  // What the browser posts itself goes away with the page, and is not typed any more.
  byId("composer").addEventListener("submit", (event) => {
    if (event.defaultPrevented || !(event.submitter || box).matches(".send, #text")) return;
    delete kept.texts[at];
    write(place, kept);
    isGone = true;
  });
  comeBack();
  composer.watch(keep);

  return {
    choose,
    /** @param {import("./wire.js").ServerEvent | import("./wire.js").ConversationEvent} event */
    hear(event) {
      const isRefused = event.type === "error" && /^conversation\.(new|open)$/.test(event.ref || "");
      // After whatever else it brings about: a question may be being edited.
      if (/^(conversation|message\.accepted)$/.test(event.type)) Promise.resolve().then(move);
      else if (isChosen && (isRefused || event.type === "ready")) move();
    },
    /** It is deleted. @param {string} conversation */
    drop(conversation) {
      delete kept.texts[conversation];
      write(place, kept);
    },
    /** @param {string} name whom the owner vouches for from now on */
    setWho(name) {
      who = name;
      move();
    },
    /** The visitor has left. */
    forget() {
      who = "";
      at = placeOf(here());
      kept = { last: at, texts: {} };
      write(place, kept);
    },
  };
}

/** @param {string} place @returns {{last: string, texts: Texts}} where it was typed last; without what is too old */
function read(place) {
  try {
    const { last, texts } = JSON.parse(stored(place, "sessionStorage") || Object(history.state).drafts);
    return { last, texts: newest(texts) };
  } catch {
    return { last: "", texts: {} };
  }
}

/** @param {Texts} texts */
function newest(texts) {
  const all = Object.entries(texts).filter(([, [, typed_at]]) => Date.now() - typed_at < LASTS_MS);
  return Object.fromEntries(all.sort(([, [, one]], [, [, other]]) => other - one).slice(0, MOST));
}

/**
 * Where a frame may store nothing, its history remembers as long as the frame is there.
 *
 * @param {string} place
 * @param {ReturnType<typeof read>} kept
 */
function write(place, { last, texts }) {
  const some = newest(texts);
  const text = Object.keys(some).length ? JSON.stringify({ last, texts: some }) : "";
  try {
    if (text) sessionStorage.setItem(place, text);
    else sessionStorage.removeItem(place);
  } catch {
    history.replaceState({ ...history.state, drafts: text }, "");
  }
}

/** Tells names apart without keeping them (FNV-1a). @param {string} name */
function digest(name) {
  let sum = 2166136261;
  for (const letter of name) sum = Math.imul(sum ^ (letter.codePointAt(0) || 0), 16777619);
  return (sum >>> 0).toString(36);
}
