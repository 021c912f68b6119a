/**
 * A file that waits to be sent, as it stands over the composer: its picture or an icon, its name,
 * how far it is, and what can be done with it.
 *
 * @typedef {"waiting" | "running" | "done" | "failed"} ChipState
 */
import { isPicture, sizeWords } from "./files.js";

const SVG = "http://www.w3.org/2000/svg";

/**
 * @param {object} parts
 * @param {{name: string, size: number, type: string}} parts.file
 * @param {string} parts.preview a blob address; empty without one
 * @param {import("./page.js").Say} parts.say
 * @param {() => void} parts.onRemove
 * @param {() => void} parts.onRetry
 */
export function createChip({ file, preview, say, onRemove, onRetry }) {
  const element = document.createElement("li");
  element.className = "chip";
  const note = withClass("span", "aside");
  const bar = document.createElement("progress");
  bar.max = 1;
  bar.setAttribute("aria-label", file.name);
  const body = withClass("div", "chip-body");
  const name = withClass("span", "chip-name");
  name.textContent = file.name;
  name.title = file.name;
  body.append(name, note, bar);
  const again = createButton("retry", say("uploads.retry", { name: file.name }), onRetry);
  const away = createButton("close", "", onRemove);
  element.append(isPicture(file.type) && preview ? createPicture(preview) : icon("file"), body, again, away);

  /** @param {ChipState} state @param {string} [words] of a failure */
  function setState(state, words = "") {
    element.dataset.state = state;
    const isUnderWay = state === "waiting" || state === "running";
    bar.hidden = !isUnderWay;
    again.hidden = state !== "failed";
    note.textContent = words || sizeWords(file.size);
    label(away, say(isUnderWay ? "uploads.cancel" : "uploads.remove", { name: file.name }));
  }

  setState("waiting");
  return {
    element,
    setState,
    /** @param {number} share */
    setProgress(share) {
      bar.value = share;
      note.textContent = share < 1 ? `${Math.floor(share * 100)} %` : say("uploads.checking");
    },
    focus: () => away.focus(),
  };
}

/** @param {string} tag @param {string} name */
function withClass(tag, name) {
  const element = document.createElement(tag);
  element.className = name;
  return element;
}

/** @param {string} address */
function createPicture(address) {
  const picture = document.createElement("img");
  picture.alt = "";
  picture.onerror = () => picture.replaceWith(icon("file"));
  picture.src = address;
  return picture;
}

/**
 * @param {string} name
 * @param {string} words
 * @param {() => void} onClick
 */
function createButton(name, words, onClick) {
  const button = /** @type {HTMLButtonElement} */ (withClass("button", "icon-button"));
  button.type = "button";
  button.append(icon(name));
  button.addEventListener("click", onClick);
  label(button, words);
  return button;
}

/** @param {HTMLElement} button @param {string} words */
function label(button, words) {
  button.setAttribute("aria-label", words);
  button.title = words;
}

/** @param {string} name of one that the page has drawn */
function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `#i-${name}`);
  svg.append(use);
  return svg;
}
