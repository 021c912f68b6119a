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
 * @property {(file: File) => Promise<string>} attach brings a file to the server; its id there
 * @property {() => boolean} isOurs whether the run was asked for in this frame
 */
import { byId } from "./page.js";
import { hold } from "./held.js";
import { addSheet } from "./sheet.js";
import { createTools } from "./tools.js";

/** @typedef {HTMLButtonElement | HTMLInputElement | HTMLSelectElement} Control */

/** @param {Surroundings} around */
export function createAnswers({ say, composer, host, ask, attach, isOurs }) {
  const list = byId("messages");
  const tools = createTools({ list, host, ask, isOurs });
  /** What was sent off and has come to nothing yet. @type {HTMLElement | null} */
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
  async function press(asked, form, control) {
    if (asked.getAttribute("aria-busy") === "true") return;
    const isSkipped = Boolean(control && control.name === "skip");
    rest();
    pressed = asked;
    setBusy(asked, control);
    const values = isSkipped ? {} : await valuesOf(form || control, attach).catch(complainOf);
    if (!values) return;
    const wasSaid = ask({
      type: "input.answer", ...placeOf(asked), action: nameOf(control), values, is_skipped: isSkipped,
    });
    if (!wasSaid) complain(say("live.offline"));
  }

  /** @param {Error} error of a file that was not taken */
  function complainOf(error) {
    complain(error.message || say("live.offline"));
    return null;
  }

  /** Nothing is on its way any more. */
  function rest() {
    for (const alert of list.querySelectorAll(".asked > .alert")) alert.remove();
    for (const busy of list.querySelectorAll("[aria-busy]")) busy.removeAttribute("aria-busy");
    pressed = null;
  }

  /** At the form, where everything typed still stands. @param {string} words */
  function complain(words) {
    const asked = pressed;
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
        // What was pressed just before the line broke may be pressed again: it is taken once.
        if (["run.ended", "action", "ready"].includes(event.type)) rest();
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

/** The button of a form, or the control of a widget. @param {Control | null} control */
function nameOf(control) {
  if (!control) return "";
  return control.dataset.change || (control.name === "action" ? control.value : "");
}

/**
 * What is empty says nothing; a file is said by its id.
 *
 * @param {HTMLFormElement | Control | null} source
 * @param {Surroundings["attach"]} attach
 */
async function valuesOf(source, attach) {
  /** @type {Record<string, string[]>} */
  const values = {};
  const pairs = source instanceof HTMLFormElement ? Array.from(new FormData(source)) : own(source);
  for (const [name, given] of pairs) {
    const value = typeof given === "string" ? given.replace(/\r\n/g, "\n") : given;
    if (!name.startsWith("f.") || !(typeof value === "string" ? value : value.size)) continue;
    const field = name.slice(2);
    values[field] = [...(values[field] || []), typeof value === "string" ? value : await attach(value)];
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
 */
function setBusy(asked, control) {
  const loading = control ? control.dataset.loading || "container" : "container";
  if (loading === "container") asked.setAttribute("aria-busy", "true");
  if (loading === "self" && control) control.setAttribute("aria-busy", "true");
}
