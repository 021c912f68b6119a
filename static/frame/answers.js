/**
 * The forms and widgets that an agent puts into its answers: our own words in them, what the visitor
 * fills in and presses, and what went wrong with it. Loaded when the first one stands on the page.
 *
 * @typedef {import("./wire.js").Command} Command
 * @typedef {import("./wire.js").ServerEvent} ServerEvent
 * @typedef {import("./wire.js").ConversationEvent} ConversationEvent
 *
 * @typedef {object} Surroundings
 * @property {import("./page.js").Say} say
 * @property {ReturnType<typeof import("./composer.js").createComposer>} composer
 * @property {ReturnType<typeof import("./host.js").createHost>} host
 * @property {(command: Command) => boolean} ask says what begins a run; false when it cannot
 * @property {() => boolean} isOurs whether the run was asked for in this frame
 */
import { byId } from "./page.js";
import { hold } from "./held.js";
import { addSheet } from "./sheet.js";
import { createTools } from "./tools.js";

/** @typedef {HTMLButtonElement | HTMLInputElement | HTMLSelectElement} Control */

/** @param {Surroundings} around */
export function createAnswers({ say, composer, host, ask, isOurs }) {
  const list = byId("messages");
  const tools = createTools({ list, host, ask, isOurs });
  /** What was pressed and has come to nothing yet. @type {{asked: HTMLElement, name: string} | null} */
  let pressed = null;
  /** Old Safari does not say which button sends a form. @type {Control | null} */
  let clicked = null;

  addSheet("widgets");
  look();

  function look() {
    const empty = /** @type {NodeListOf<HTMLElement>} */ (list.querySelectorAll("[data-say]:empty"));
    for (const one of empty) one.textContent = say(one.dataset.say || "");
    for (const form of list.querySelectorAll("form.answer-form:not([action])")) open(form);
    tools.look();
  }

  /** Where the form goes when no socket gets through. @param {Element} form */
  function open(form) {
    const { message, part } = placeOf(form);
    const composerForm = /** @type {HTMLFormElement} */ (byId("composer"));
    const token = /** @type {HTMLInputElement} */ (form.querySelector("[name=token]"));
    const to = new URL(composerForm.action);
    to.pathname += `/${message}/parts/${part}/answer`;
    form.setAttribute("action", to.href);
    token.value = /** @type {HTMLInputElement} */ (composerForm.elements.namedItem("token")).value;
  }

  /**
   * @param {HTMLElement} asked
   * @param {HTMLFormElement | null} form
   * @param {Control | null} control
   */
  function press(asked, form, control) {
    if (asked.getAttribute("aria-busy") === "true") return;
    const { message, part } = placeOf(asked);
    const name = control ? control.dataset.change || (control.name === "action" ? control.value : "") : "";
    const isSkipped = Boolean(control && control.name === "skip");
    rest();
    const wasSaid = ask({
      type: "input.answer", message, part, action: name,
      values: isSkipped ? {} : valuesOf(form || control), is_skipped: isSkipped,
    });
    pressed = { asked, name };
    if (wasSaid) setBusy(asked, control, true);
    else complain(say("live.offline"));
  }

  /** Nothing is on its way any more. */
  function rest() {
    for (const alert of list.querySelectorAll(".asked > .alert")) alert.remove();
    for (const busy of list.querySelectorAll("[aria-busy]")) busy.removeAttribute("aria-busy");
    pressed = null;
  }

  /** At the form, where everything typed still stands. @param {string} words */
  function complain(words) {
    const asked = pressed && pressed.asked;
    rest();
    if (!asked || !asked.isConnected) return composer.showAlert(words);
    const alert = document.createElement("p");
    alert.className = "alert";
    alert.setAttribute("role", "alert");
    asked.append(alert);
    alert.textContent = words;
    return alert.scrollIntoView({ block: "nearest" });
  }

  document.addEventListener("click", (event) => {
    clicked = /** @type {Element} */ (event.target).closest("button");
  }, true);
  document.addEventListener("submit", (event) => {
    const form = /** @type {HTMLFormElement} */ (event.target);
    const asked = /** @type {HTMLElement | null} */ (form.closest(".asked"));
    if (!asked || composer.isNative()) return;
    event.preventDefault();
    const mine = clicked && clicked.form === form ? clicked : null;
    press(asked, form, /** @type {Control | null} */ (event.submitter) || mine);
    clicked = null;
  });
  document.addEventListener("change", (event) => {
    const control = /** @type {Control} */ (event.target);
    const asked = /** @type {HTMLElement | null} */ (control.closest(".asked"));
    if (asked && control.dataset.change && !composer.isNative()) press(asked, control.form, control);
  });

  return {
    /**
     * Called before an event is taken.
     *
     * @param {import("./wire.js").Patch | ServerEvent | ConversationEvent} event
     * @returns {() => void} to be called after that
     */
    watch(event) {
      if (Array.isArray(event)) return () => undefined;
      const giveBack = event.type === "part" || event.type === "conversation" ? hold(list, composer) : null;
      return () => {
        if (giveBack) giveBack();
        if (event.type === "run.ended" || event.type === "action") rest();
        if (event.type === "ready") tools.sayAgain();
        look();
      };
    },
    /**
     * @param {import("./wire.js").WireError} error
     * @returns {boolean} whether it was about something here
     */
    refuse(error) {
      if (error.ref === "input.answer") complain(error.message);
      else if (error.ref === "tool.result") tools.refuse(error);
      else return false;
      return true;
    },
    result: tools.result,
  };
}

/** @param {Element} element in a form or widget, or the whole of it */
function placeOf(element) {
  const asked = /** @type {HTMLElement} */ (element.closest("[data-index]"));
  const answer = /** @type {HTMLElement} */ (element.closest(".answer"));
  return { message: answer.dataset.id || "", part: Number(asked.dataset.index) };
}

/**
 * Files go another way, and what is empty says nothing.
 *
 * @param {HTMLFormElement | Control | null} source
 */
function valuesOf(source) {
  /** @type {Record<string, string[]>} */
  const values = {};
  const pairs = source instanceof HTMLFormElement ? Array.from(new FormData(source)) : own(source);
  for (const [name, value] of pairs) {
    if (!name.startsWith("f.") || typeof value !== "string" || !value) continue;
    const field = name.slice(2);
    values[field] = [...(values[field] || []), value.replace(/\r\n/g, "\n")];
  }
  return values;
}

/** @param {Control | null} control that stands in no form @returns {Array<[string, string]>} */
function own(control) {
  const isOff = control instanceof HTMLInputElement && control.type === "checkbox" && !control.checked;
  return control && !isOff ? [[control.name, control.value]] : [];
}

/**
 * @param {HTMLElement} asked
 * @param {Control | null} control `data-loading` says what is shown as busy
 * @param {boolean} isBusy
 */
function setBusy(asked, control, isBusy) {
  const loading = control ? control.dataset.loading || "container" : "container";
  if (loading === "container") asked.setAttribute("aria-busy", String(isBusy));
  if (loading === "self" && control) control.setAttribute("aria-busy", String(isBusy));
}
