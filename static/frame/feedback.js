/**
 * Like, dislike, and the panel that asks why. Loaded when somebody first presses one of them.
 *
 * @typedef {import("./wire.js").FeedbackGive} FeedbackGive
 */
import { byId, fromTemplate, slot } from "./page.js";

const MARGIN_PX = 8;

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
  panel.addEventListener("change", () => reveal(panel));
  answer.append(panel);
  const first = /** @type {HTMLElement} */ (panel.querySelector("input:not([type=hidden]), textarea"));
  first.focus({ preventScroll: true });
  reveal(panel);
}

/** Moves our own box and never the host page. @param {HTMLElement} panel */
function reveal(panel) {
  const box = byId("transcript");
  const below = panel.getBoundingClientRect().bottom - box.getBoundingClientRect().bottom;
  if (below > 0) box.scrollTop += below + MARGIN_PX;
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
