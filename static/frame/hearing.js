/**
 * What is said of an answer to those who listen: that it begins, and all of it when it is complete; or
 * each sentence when it is written; or only that it is there, as the visitor chose in the menu. Loaded
 * with the first thing that happens in the conversation.
 *
 * @typedef {"answer" | "sentences" | "brief"} Mode
 * @typedef {import("./wire.js").ServerEvent | import("./wire.js").ConversationEvent} Event
 */
import { announce } from "./announcer.js";
import { byId, createTexts, slot } from "./page.js";
import { readAloud } from "./reading.js";
import { fetchTexts } from "./texts.js";
import { store, stored } from "./token.js";

const PLACE = "chatdock.hear";
/** @type {Mode[]} */
export const MODES = ["answer", "sentences", "brief"];
/** Between two things that are said of the same answer: faster than that nobody listens. */
const PACE_MS = 1000;

/** @returns {Mode} */
export function mode() {
  return MODES.find((one) => one === stored(PLACE)) || "answer";
}

/** @param {Mode} chosen */
export function setMode(chosen) {
  store(PLACE, chosen);
}

/**
 * @param {import("./page.js").Page} page
 * @param {string[]} known answers that stood on the page before: history
 */
export async function createHearing({ lang, strings, conversation, run }, known) {
  const list = byId("messages");
  const said = new Set(known);
  /** @type {Set<string>} */
  const steps = new Set();
  const say = await withTexts(lang, strings);
  let here = conversation.id;
  let running = "";
  /** How many sentences of the running answer have been said. */
  let count = 0;
  let timer = 0;

  if (run) {
    running = run.message;
    said.delete(running);
    count = sentences(true).length;
  }

  /** @param {string} id */
  function find(id) {
    return answers().find((answer) => answer.dataset.id === id);
  }

  function answers() {
    return /** @type {HTMLElement[]} */ (Array.from(list.querySelectorAll(".answer")));
  }

  /** @param {boolean} isRunning */
  function sentences(isRunning) {
    const answer = find(running);
    return answer ? readAloud(answer, isRunning, say) : [];
  }

  /** @param {string} id of an answer */
  function begin(id) {
    if (running === id || said.has(id)) return;
    running = id;
    count = 0;
    if (mode() !== "brief") announce(say("live.answering"));
  }

  /** Something was written. */
  function wait() {
    if (running && !timer) timer = setTimeout(goOn, PACE_MS);
  }

  function goOn() {
    timer = 0;
    const now = mode();
    if (now !== "brief") announce(joined([now === "sentences" ? rest(true) : "", stepWords()]));
  }

  /** @param {boolean} isRunning */
  function rest(isRunning) {
    const all = sentences(isRunning);
    const fresh = all.slice(count);
    count = Math.max(count, all.length);
    return joined(fresh);
  }

  /** The steps that take long enough to be worth a word, each once. */
  function stepWords() {
    const isShown = document.documentElement.dataset.steps !== "off";
    const found = isShown ? list.querySelectorAll('.step[data-state="running"]') : [];
    const fresh = /** @type {HTMLElement[]} */ (Array.from(found)).filter(({ dataset: { index = "" } }) => {
      const key = `${running} ${index}`;
      return !steps.has(key) && steps.add(key);
    });
    return joined(fresh.map((step) => slot(step, "title").textContent || ""));
  }

  /** @param {string} id of an answer */
  function end(id) {
    clearTimeout(timer);
    timer = 0;
    if (said.has(id)) return;
    if (running !== id) count = 0;
    running = id;
    const answer = find(id);
    if (answer) announce(joined([...wordsAtEnd(slot(answer, "ending").textContent || ""), waiting(answer)]));
    said.add(id);
    running = "";
  }

  /** @param {string} ending how it ended, if not well */
  function wordsAtEnd(ending) {
    if (mode() === "brief") return [ending || say("hear.there")];
    if (mode() === "sentences") return [rest(false), ending || say("hear.end")];
    const text = joined(sentences(false));
    return text || !ending ? [say("live.answer"), text, ending] : [ending];
  }

  /** Something in it is for the visitor to fill in. @param {HTMLElement} answer */
  function waiting(answer) {
    return answer.querySelector('.asked[data-state="pending"]') ? say("live.waits") : "";
  }

  /**
   * All of it again after the line was bad: what was answered meanwhile is news. Another one is
   * history.
   *
   * @param {import("./wire.js").ShownConversation} shown
   */
  function again({ id, run: now }) {
    const isSame = id === here;
    here = id;
    const ended = answers().map((answer) => answer.dataset.id || "").filter((one) => !now || one !== now.message);
    const last = ended[ended.length - 1];
    if (isSame && last) end(last);
    ended.forEach((one) => said.add(one));
    if (!now) running = "";
    else if (isSame) begin(now.message);
    else running = now.message;
  }

  return {
    /** Called when the page shows what the event brought. @param {import("./wire.js").Patch | Event} event */
    hear(event) {
      if (Array.isArray(event) || event.type === "part") wait();
      else if (event.type === "message.accepted") here = event.conversation;
      else if (event.type === "run.started") begin(event.message);
      else if (event.type === "run.ended") end(event.message);
      else if (event.type === "conversation") again(event.conversation);
    },
    /** What is read of a message that has the focus. @param {HTMLElement} message */
    words(message) {
      const [who, own] = [message.querySelector("h2"), message.querySelector(".bubble, [data-slot=ending]")];
      const isRunning = message.dataset.id === running;
      const texts = message.matches(".answer") ? readAloud(message, isRunning, say) : [];
      return joined([who ? `${who.textContent}:` : "", ...texts, (own && own.textContent) || ""]);
    },
    /** The line is there again, after the visitor was told that it was not. */
    back: () => announce(say("hear.back")),
  };
}

/** @param {string[]} pieces */
function joined(pieces) {
  return pieces.filter(Boolean).join(" ");
}

/** @param {string} lang @param {Record<string, string>} strings of the page */
async function withTexts(lang, strings) {
  const own = createTexts(strings);
  const late = await fetchTexts(lang, "hear");
  return /** @type {import("./page.js").Say} */ ((key, values) => (key in strings ? own : late)(key, values));
}
