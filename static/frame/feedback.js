/**
 * The panel after a dislike: why, in tags and words. Loaded when somebody first dislikes.
 */
import { fromTemplate } from "./page.js";

/**
 * @param {HTMLElement} answer
 * @param {(tags: string[], detail: string) => void} onSubmit
 */
export function openPanel(answer, onSubmit) {
  closePanel(answer);
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
export function closePanel(answer) {
  const panel = answer.querySelector(".panel");
  if (panel) panel.remove();
}

/** The focus goes back to where the panel was opened. @param {HTMLElement} answer */
export function leavePanel(answer) {
  closePanel(answer);
  const opener = /** @type {HTMLElement | null} */ (answer.querySelector('[data-act="dislike"]'));
  if (opener) opener.focus({ preventScroll: true });
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
