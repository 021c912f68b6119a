/**
 * What can be done with a message, and when it was written: a row of buttons under each, a button at
 * each block of code. Loaded when there are messages; nothing of it is in the page before.
 *
 * @typedef {object} Around
 * @property {import("./page.js").Page} page
 * @property {ReturnType<typeof import("./composer.js").createComposer>} composer
 * @property {ReturnType<typeof import("./thread.js").createThread>} thread
 * @property {() => Promise<Awaited<ReturnType<typeof import("./remedies.js").createRemedies>>>} remedies
 */
import { announce } from "./announcer.js";
import { createIconButton, name } from "./buttons.js";
import { copy } from "./copying.js";
import { createEditing } from "./editing.js";
import { toMarkdown } from "./markdown.js";
import { byId, slot } from "./page.js";
import { addSheet } from "./sheet.js";
import { fetchTexts } from "./texts.js";
import { createTimes } from "./times.js";

const COPY = "M9 9h11v11H9zM5 15H4V4h11v1";
const EDIT = "M4 20l1-5L16 4l4 4L9 19z";
const COPIED_MS = 2000;
/** What an answer is once nothing changes it any more. */
const ENDED = /^(done|stopped|interrupted|failed)$/;

/** @param {Around} around */
export async function createActs({ page, composer, thread, remedies }) {
  const list = byId("messages");
  const times = createTimes(page.lang);
  const [say] = await Promise.all([fetchTexts(page.lang, "acts"), addSheet("acts"), addSheet("print")]);
  const editing = createEditing({ composer, thread, say });

  /** What is read stays where it is, whatever grows above it. */
  function dressAll() {
    const box = byId("transcript");
    const seen = firstSeen(box, list);
    const top = seen ? seen.getBoundingClientRect().top : 0;
    dressEach();
    if (seen) box.scrollTop += seen.getBoundingClientRect().top - top;
  }

  function dressEach() {
    const messages = /** @type {HTMLElement[]} */ (Array.from(list.children));
    messages.forEach(dress);
    const days = times.days(messages.map((message) => new Date(timeOf(message).dateTime)));
    messages.forEach((message, index) => setDay(message, days[index] || ""));
  }

  /** Again and again; what is there is left. @param {HTMLElement} message */
  function dress(message) {
    if (message.matches(".question")) dressQuestion(message);
    else if (ENDED.test(stateOf(message))) dressAnswer(message);
  }

  /** @param {HTMLElement} question */
  function dressQuestion(question) {
    const row = rowOf(question);
    if (!row.querySelector("button")) {
      row.append(button(COPY, say("acts.copy.question"), "copy"), button(EDIT, say("acts.edit"), "edit"));
    }
  }

  /** @param {HTMLElement} answer */
  function dressAnswer(answer) {
    const row = rowOf(answer);
    if (!row.querySelector('[data-do="copy"]')) {
      const again = createIconButton("#i-retry", say("acts.again"));
      again.classList.add("again");
      again.dataset.act = "retry";
      row.prepend(button(COPY, say("acts.copy.answer"), "copy"));
      timeOf(answer).before(again);
    }
    answer.querySelectorAll(".parts pre").forEach(dressCode);
    const tail = slot(answer, "tail");
    if (tail.dataset.state === "failed" && /edit|wait/.test(tail.dataset.remedy || "")) {
      remedies().then((one) => one.dress(answer, () => ask(answer)), () => {});
    }
  }

  /** The question of an answer once more, in other words. @param {HTMLElement} answer */
  function ask(answer) {
    let question = answer.previousElementSibling;
    while (question && !question.matches(".question")) question = question.previousElementSibling;
    if (!question) return composer.focus();
    if (document.documentElement.dataset.edit === "on") return editing.begin(/** @type {HTMLElement} */ (question));
    composer.giveBack(textOf(question));
    return byId("text").focus();
  }

  /** @param {Element} block */
  function dressCode(block) {
    if (block.lastElementChild?.matches("button")) return;
    block.append(button(COPY, say("acts.copy.code"), "copy"));
  }

  /** @param {string} shape @param {string} words @param {string} deed */
  function button(shape, words, deed) {
    const made = createIconButton(shape, words);
    made.dataset.do = deed;
    return made;
  }

  /** @param {HTMLElement} message @param {string} words empty: the day goes on */
  function setDay(message, words) {
    const old = message.querySelector(":scope > .day");
    if (old && old.textContent === words) return;
    if (old) old.remove();
    if (!words) return;
    const line = document.createElement("p");
    line.className = "day";
    line.textContent = words;
    message.prepend(line);
  }

  /** Made where the server has not written one. @param {HTMLElement} message @returns {HTMLTimeElement} */
  function timeOf(message) {
    const row = rowOf(message);
    const known = row.querySelector("time");
    const time = known || document.createElement("time");
    if (time.dataset.isLocal) return time;
    time.className = "time";
    time.dateTime = time.dateTime || message.dataset.when || new Date().toISOString();
    time.dataset.isLocal = "1";
    times.write(time);
    if (!known) row.append(time);
    return time;
  }

  /** @param {HTMLElement} pressed */
  async function copyFrom(pressed) {
    const isTaken = await copy(...wordsFor(pressed));
    if (!isTaken) return composer.showAlert(say("acts.copy.refused"));
    announce(say("acts.copied"));
    const words = pressed.title;
    pressed.classList.add("is-done");
    name(pressed, say("acts.copied"));
    return setTimeout(() => {
      pressed.classList.remove("is-done");
      name(pressed, words);
    }, COPIED_MS);
  }

  list.addEventListener("click", (event) => {
    const pressed = /** @type {HTMLElement | null} */ (/** @type {Element} */ (event.target).closest("[data-do]"));
    const message = pressed && /** @type {HTMLElement} */ (pressed.closest(".message"));
    if (pressed && message) act(pressed, message);
    else tap(/** @type {Element} */ (event.target));
  });

  /** @param {HTMLElement} pressed @param {HTMLElement} message */
  function act(pressed, message) {
    if (pressed.dataset.do === "copy") copyFrom(pressed);
    else if (composer.isNative()) editing.post(message);
    else editing.begin(message);
  }

  /** Without a mouse, a tap on a question shows what can be done with it. @param {Element} target */
  function tap(target) {
    const question = target.closest(".question");
    for (const other of list.querySelectorAll(".is-tapped")) {
      if (other !== question) other.classList.remove("is-tapped");
    }
    if (question && !target.closest("a, button")) question.classList.toggle("is-tapped");
  }

  new MutationObserver(dressAll).observe(list, {
    childList: true,
    attributes: true,
    attributeFilter: ["data-state", "data-id"],
    subtree: true,
  });
  document.addEventListener("visibilitychange", dressAll); // today may be yesterday by now
  dressAll();
}

/**
 * The first message that begins in view and will not grow; of a long one that fills it, that one.
 *
 * @param {HTMLElement} box
 * @param {HTMLElement} list
 */
function firstSeen(box, list) {
  const { top, bottom } = box.getBoundingClientRect();
  const known = Array.from(list.children).filter((message) => message.querySelector("[data-do]"));
  const boxes = known.map((message) => ({ message, place: message.getBoundingClientRect() }));
  const found =
    boxes.find(({ place }) => place.top >= top && place.top < bottom) || boxes.find(({ place }) => place.bottom > top);
  return found && found.message;
}

/** @param {HTMLElement} message */
function stateOf(message) {
  const tail = /** @type {HTMLElement | null} */ (message.querySelector(".tail"));
  return (tail && tail.dataset.state) || "";
}

/** @param {HTMLElement} message */
function rowOf(message) {
  const known = message.querySelector(".acts, .verdicts");
  if (known) return known;
  const row = document.createElement("div");
  row.className = "acts";
  message.append(row);
  return row;
}

/**
 * What is copied: a block of code, a question's words, or an answer.
 *
 * @param {HTMLElement} pressed
 * @returns {[string, string?]} as text, and as HTML where there is any
 */
function wordsFor(pressed) {
  const block = pressed.closest("pre");
  if (block) return [(block.querySelector("code") || block).textContent || ""];
  const question = pressed.closest(".question");
  if (question) return [textOf(question)];
  const answer = /** @type {HTMLElement} */ (pressed.closest(".answer"));
  const texts = Array.from(answer.querySelectorAll(".parts > .text"));
  return [texts.map(toMarkdown).join("\n\n"), texts.map(htmlOf).join("\n")];
}

/** @param {Element} question */
function textOf(question) {
  const bubble = question.querySelector(".bubble");
  return (bubble && bubble.textContent) || "";
}

/** Without what is ours alone. @param {Element} text */
function htmlOf(text) {
  const copied = /** @type {Element} */ (text.cloneNode(true));
  copied.querySelectorAll("button").forEach((one) => one.remove());
  return new XMLSerializer().serializeToString(copied);
}
