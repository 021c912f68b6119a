/**
 * The form: a text box that grows, Enter that sends, and a draft that survives every refusal.
 */
import { byId, newId } from "./page.js";

const BRIEF_MS = 2000;

/**
 * @param {object} on
 * @param {(text: string, id: string) => void} on.send
 * @param {(pages: number) => void} on.page Page Up or Down in the empty box
 */
export function createComposer(on) {
  const form = /** @type {HTMLFormElement} */ (byId("composer"));
  const box = /** @type {HTMLTextAreaElement} */ (byId("text"));
  const button = /** @type {HTMLElement} */ (form.querySelector(".send"));
  const nextId = /** @type {HTMLInputElement} */ (form.elements.namedItem("client_message_id"));
  const alert = byId("alert");
  const status = byId("status");
  /** @type {Record<string, string>} */
  const conditions = {};
  /** @type {Record<string, number>} */
  const timers = {};
  let isNative = false;

  function changed() {
    box.style.height = "auto";
    box.style.height = `${box.scrollHeight}px`;
    button.setAttribute("aria-disabled", String(!box.value.trim()));
  }

  function send() {
    const text = box.value.trim();
    if (!text || isRunning()) return;
    setText("");
    ask(text);
  }

  /** @param {string} text */
  function ask(text) {
    showAlert("");
    on.send(text, nextId.value);
    nextId.value = newId();
  }

  /** @param {string} text */
  function setText(text) {
    box.value = text;
    changed();
  }

  /** @param {string} text empty hides it */
  function showAlert(text) {
    alert.textContent = text;
    alert.hidden = !text;
  }

  /** A moment without the line is not worth a word. */
  function showStatus() {
    status.textContent = Object.values(conditions).filter(Boolean).join(" ");
    status.hidden = !status.textContent;
  }

  form.addEventListener("submit", (event) => {
    if (isNative) return;
    event.preventDefault();
    send();
  });
  box.addEventListener("input", changed);
  box.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !isComposing(event)) {
      event.preventDefault();
      if (isNative) button.click();
      else send();
    }
    if (!box.value && (event.key === "PageUp" || event.key === "PageDown")) {
      on.page(event.key === "PageUp" ? -1 : 1);
    }
  });
  form.noValidate = true; // an empty box needs no reproach from the browser
  changed();

  return {
    ask,
    showAlert,
    /** A touch screen would put its keyboard over what is to be read. */
    focus() {
      const isTouch = matchMedia("(pointer: coarse)").matches;
      if (isTouch) document.documentElement.toggleAttribute("data-pointer", true); // needs no ring
      (isTouch ? byId("transcript") : box).focus({ preventScroll: true });
    },
    /** A refused text comes back in front of what was typed since. @param {string} text */
    giveBack: (text) => setText([text, box.value].filter(Boolean).join("\n")),
    /** @param {boolean} isIt */
    setRunning: (isIt) => document.documentElement.toggleAttribute("data-running", isIt),
    /** From now on the browser posts the form itself: no socket gets through. */
    goNative() {
      isNative = true;
      form.noValidate = false;
    },
    /** Posts this text as the form it came from. @param {string} text @param {string} id */
    post(text, id) {
      setText(text);
      nextId.value = id;
      button.click();
    },
    isNative: () => isNative,
    /**
     * @param {string} condition each has its own sentence
     * @param {string} text empty when it is over
     */
    setStatus(condition, text) {
      clearTimeout(timers[condition]);
      const wait_ms = text ? BRIEF_MS : 0;
      timers[condition] = setTimeout(() => {
        conditions[condition] = text;
        showStatus();
      }, wait_ms);
    },
  };
}

function isRunning() {
  return document.documentElement.hasAttribute("data-running");
}

/**
 * Enter that picks a word in an input method must not send. Safari ends the composition before the
 * key arrives and marks the key with code 229 instead.
 *
 * @param {KeyboardEvent} event
 */
function isComposing(event) {
  return event.isComposing || event.keyCode === 229;
}
