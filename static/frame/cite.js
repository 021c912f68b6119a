/**
 * An answer that the next question quotes: a chip over the composer until the question is sent, then
 * lines of Markdown before its words. Loaded with the first one.
 */
import { byId } from "./page.js";
import { addSheet } from "./sheet.js";

const MOST = 500;

/**
 * @param {object} parts
 * @param {import("./page.js").Say} parts.say
 * @param {ReturnType<typeof import("./composer.js").createComposer>} parts.composer
 */
export function createCites({ say, composer }) {
  const chip = document.createElement("div");
  const words = document.createElement("q");
  const away = document.createElement("button");
  chip.className = "citation";
  chip.setAttribute("role", "group");
  chip.setAttribute("aria-label", say("live.cite.answer"));
  away.type = "button";
  away.className = "icon-button";
  away.title = say("live.cite.remove");
  away.setAttribute("aria-label", away.title);
  away.append(/** @type {Element} */ (byId("close").querySelector(".icon")).cloneNode(true));
  away.addEventListener("click", () => {
    take();
    composer.focus();
  });
  chip.append(words, away);
  addSheet("cite");

  function take() {
    const lines = chip.isConnected ? toMarkdown(words.textContent || "") : "";
    chip.remove();
    return lines;
  }

  composer.setPrefix(take);

  return {
    /** @param {HTMLElement} answer */
    put(answer) {
      words.textContent = wordsOf(answer);
      byId("composer").before(chip);
      composer.focus();
    },
  };
}

/** What is read of an answer, in short: its text, and the names of its pictures. @param {HTMLElement} answer */
function wordsOf(answer) {
  const parts = /** @type {NodeListOf<HTMLElement>} */ (answer.querySelectorAll(".parts .text, .attachment-name, .file a"));
  const text = Array.from(parts, (part) => part.innerText.trim()).filter(Boolean).join("\n");
  return text.length > MOST ? `${text.slice(0, MOST).trim()}…` : text;
}

/** @param {string} text */
export function toMarkdown(text) {
  const lines = text.replace(/\n{2,}/g, "\n").split("\n");
  return `${lines.map((line) => `> ${line}`).join("\n")}\n\n`;
}
