/**
 * Speech as text, by the browser's own recognition. What is heard stands in the composer at once and
 * may be changed like what is typed; nothing is sent by itself. Loaded with the first press.
 *
 * @typedef {object} Heard
 * @property {ArrayLike<{0: {transcript: string}}>} results
 *
 * @typedef {object} Recognition as Chromium and Safari have it
 * @property {string} lang
 * @property {boolean} continuous
 * @property {boolean} interimResults
 * @property {() => void} start
 * @property {() => void} stop
 * @property {(event: Heard) => void} onresult
 * @property {(event: {error: string}) => void} onerror
 * @property {() => void} onend
 */
import { byId } from "./page.js";
import { addSheet } from "./sheet.js";

/** What is said of an error; none of one that the visitor caused. @type {Record<string, string>} */
const WORDS = {
  "not-allowed": "denied",
  "service-not-allowed": "denied",
  "audio-capture": "missing",
  "no-speech": "silent",
  network: "network",
  aborted: "",
};
/** Languages that put no space between what was heard and what follows. */
const UNSPACED = /^(zh|ja|th)/;

/**
 * @param {object} parts
 * @param {HTMLElement} parts.button
 * @param {string} parts.lang of the page
 * @param {import("./page.js").Say} parts.say
 * @param {(words: string) => void} parts.showAlert
 */
export function createSpeech({ button, lang, say, showAlert }) {
  const box = /** @type {HTMLTextAreaElement} */ (byId("text"));
  const own = navigator.languages.find((one) => one.split("-")[0] === lang.split("-")[0]);
  /** @type {Recognition | null} */
  let running = null;

  function start() {
    const recognition = createRecognition();
    const heard = createHeard(box, UNSPACED.test(lang) ? "" : " ");
    recognition.lang = own || lang;
    recognition.continuous = recognition.interimResults = true;
    recognition.onresult = ({ results }) => heard(Array.from(results, (one) => one[0].transcript));
    recognition.onerror = ({ error }) => explain(error);
    recognition.onend = () => draw(null);
    showAlert("");
    draw(recognition);
    recognition.start();
  }

  /** @param {string} error */
  function explain(error) {
    const { [error]: reason = "failed" } = WORDS;
    if (reason) showAlert(say(`live.speech.${reason}`));
  }

  /** @param {Recognition | null} now */
  function draw(now) {
    running = now;
    const words = say(now ? "live.speech.stop" : "live.speech.start");
    button.title = words;
    button.setAttribute("aria-label", words);
    button.setAttribute("aria-pressed", String(Boolean(now)));
  }

  addSheet("speech");

  return {
    toggle() {
      if (running) running.stop();
      else start();
    },
  };
}

/** @returns {Recognition} */
function createRecognition() {
  const { SpeechRecognition, webkitSpeechRecognition } = /** @type {any} */ (window);
  return new (SpeechRecognition || webkitSpeechRecognition)();
}

/**
 * Puts what is heard behind what stands in the box. What the visitor changed or sent meanwhile
 * stays so: from there on only what is new counts.
 *
 * @param {HTMLTextAreaElement} box
 * @param {string} space
 */
function createHeard(box, space) {
  let before = box.value;
  let written = before;
  let skipped = 0;

  return (/** @type {string[]} */ pieces) => {
    if (box.value !== written) {
      before = box.value;
      skipped = pieces.length - 1;
    }
    const words = pieces.slice(skipped).map((piece) => piece.trim()).filter(Boolean).join(space);
    const gap = before && words && !/\s$/.test(before) ? space : "";
    written = box.value = before + gap + words;
    box.dispatchEvent(new Event("input"));
  };
}
