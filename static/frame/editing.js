/**
 * Another wording of a question that was asked: it is written in the composer, where the keyboard of
 * a phone leaves room for it, under a line that says what becomes of the rest. Sent, it takes the
 * place of the question and of all that came after it; called off, the draft of before is back.
 *
 * @typedef {import("./page.js").Say} Say
 */
import { createIconButton } from "./buttons.js";
import { toMarkdown } from "./cite.js";
import { byId, newId, slot } from "./page.js";

/**
 * @param {object} parts
 * @param {ReturnType<typeof import("./composer.js").createComposer>} parts.composer
 * @param {ReturnType<typeof import("./thread.js").createThread>} parts.thread
 * @param {Say} parts.say
 */
export function createEditing({ composer, thread, say }) {
  const list = byId("messages");
  const box = /** @type {HTMLTextAreaElement} */ (byId("text"));
  const banner = createBanner(say, cancel);
  /** What was being written, and what it is called on the wire. */
  let draft = "";
  /** @type {HTMLElement | null} */
  let edited = null;

  /** @param {HTMLElement} question @param {string} [text] */
  function begin(question, text = slot(question, "text").textContent || "") {
    if (!edited) draft = box.value;
    leave();
    edited = question;
    mark(question, "data-edited");
    byId("composer").before(banner);
    document.documentElement.toggleAttribute("data-editing", true);
    composer.divert(send);
    write(text);
    box.focus({ preventScroll: true }); // on a phone too: here is something to write
  }

  /** As if it had been typed. @param {string} text */
  function write(text) {
    box.value = text;
    box.dispatchEvent(new Event("input", { bubbles: true }));
  }

  /** @param {string} text */
  function send(text) {
    const question = edited;
    const id = question && question.dataset.id;
    if (!question || !text || !id) return;
    end();
    mark(question, "data-leaving");
    const whole = quotedOf(question) + text;
    const settle = (/** @type {{error?: string}} */ became) => {
      unmark("data-leaving");
      if (became.error && question.isConnected) begin(question, text);
    };
    composer.showAlert("");
    thread.send({ text: whole, files: [], edits: id, is_quiet: true, settle }, newId());
  }

  function cancel() {
    end();
    composer.focus();
  }

  /** The draft of before comes back. */
  function end() {
    if (!edited) return;
    leave();
    edited = null;
    write(draft);
    draft = "";
  }

  function leave() {
    unmark("data-edited");
    banner.remove();
    document.documentElement.toggleAttribute("data-editing", false);
    composer.divert(null);
  }

  /** @param {HTMLElement} question it and all that comes after it @param {string} name */
  function mark(question, name) {
    for (let one = /** @type {Element | null} */ (question); one; one = one.nextElementSibling) {
      one.toggleAttribute(name, true);
    }
  }

  /** @param {string} name */
  function unmark(name) {
    for (const one of list.querySelectorAll(`[${name}]`)) one.removeAttribute(name);
  }

  // Before the page's own Escape, which closes the chat.
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.isComposing || !edited) return;
    event.stopPropagation();
    cancel();
  }, true);
  // Another conversation, or another frame's edit: what was being changed is not there any more.
  new MutationObserver(() => edited && !edited.isConnected && end()).observe(list, { childList: true });

  return {
    begin,
    /** No line but forms: the page comes anew with the question in its box. @param {HTMLElement} question */
    post(question) {
      const form = /** @type {HTMLFormElement} */ (byId("composer"));
      form.action = form.action.replace(/\/messages(?=\?|$)/, `/messages/${question.dataset.id}/edit`);
      form.submit();
    },
  };
}

/** @param {Say} say @param {() => void} onCancel */
function createBanner(say, onCancel) {
  const banner = document.createElement("div");
  const words = document.createElement("p");
  const away = createIconButton("#i-close", say("acts.edit.cancel"));
  banner.className = "editing";
  banner.setAttribute("role", "status");
  words.textContent = say("acts.editing");
  away.addEventListener("click", onCancel);
  banner.append(words, away);
  return banner;
}

/** What the question quoted goes with its new words too. @param {HTMLElement} question */
function quotedOf(question) {
  const quoted = slot(question, "quoted").textContent || "";
  return quoted ? toMarkdown(quoted) : "";
}
