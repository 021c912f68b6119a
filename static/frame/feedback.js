/**
 * Like, dislike, and the panel that asks why. Loaded when somebody first presses one of them.
 *
 * @typedef {import("./wire.js").FeedbackGive} FeedbackGive
 */
import { fromTemplate, slot } from "./page.js";

/**
 * @param {HTMLElement} button
 * @param {HTMLElement} answer
 * @param {(command: FeedbackGive) => void} say
 */
export function press(button, answer, say) {
  if (button.dataset.act === "dismiss") return leavePanel(answer);
  const pressed = /** @type {import("./wire.js").Verdict} */ (button.dataset.act);
  const isWithdrawn = button.getAttribute("aria-pressed") === "true";
  const message = answer.dataset.id || "";
  closePanel(answer);
  say({ type: "feedback.give", message, verdict: isWithdrawn ? null : pressed });
  if (isWithdrawn || pressed === "like") return;
  openPanel(answer, (tags, detail) => {
    say({ type: "feedback.give", message, verdict: pressed, tags, detail });
  });
}

/**
 * @param {HTMLElement} answer
 * @param {(tags: string[], detail: string) => void} onSubmit
 */
function openPanel(answer, onSubmit) {
  const panel = /** @type {HTMLFormElement} */ (fromTemplate("panel"));
  giveIds(panel, answer.dataset.id || "");
  panel.addEventListener("submit", (event) => {
    event.preventDefault();
    onSubmit(tagsOf(panel), detailOf(panel).value.trim());
    leavePanel(answer);
  });
  answer.append(panel);
  const first = /** @type {HTMLElement} */ (panel.querySelector("input:not([type=hidden]), textarea"));
  first.focus({ preventScroll: true });
}

/** @param {HTMLElement} answer */
function closePanel(answer) {
  const panel = answer.querySelector(".panel");
  if (panel) panel.remove();
}

/** The focus goes back to where the panel was opened. @param {HTMLElement} answer */
function leavePanel(answer) {
  closePanel(answer);
  slot(answer, "dislike").focus({ preventScroll: true });
}

/**
 * @param {HTMLFormElement} panel
 * @param {string} message
 */
function giveIds(panel, message) {
  panel.querySelectorAll("label").forEach((label, index) => {
    const box = /** @type {HTMLInputElement} */ (label.previousElementSibling);
    box.id = label.htmlFor = `tag-${message}-${index}`;
  });
}

/** @param {HTMLFormElement} panel */
function tagsOf(panel) {
  const chosen = /** @type {NodeListOf<HTMLInputElement>} */ (panel.querySelectorAll("[name=tags]:checked"));
  return Array.from(chosen, (box) => box.value);
}

/** @param {HTMLFormElement} panel */
function detailOf(panel) {
  return /** @type {HTMLTextAreaElement} */ (panel.elements.namedItem("detail"));
}
