/**
 * One message on the page: made from the templates that the server made its own messages with.
 *
 * @typedef {import("./wire.js").ShownMessage} ShownMessage
 * @typedef {import("./wire.js").ShownPart} ShownPart
 * @typedef {import("./wire.js").ShownFailure} ShownFailure
 * @typedef {import("./page.js").Say} Say
 */
import { fromTemplate, slot } from "./page.js";
import { setHtml } from "./patches.js";

/** Lines that begin with `> `, an empty one, and words: as `cite.js` writes them. */
const QUOTED = /^((?:> ?[^\n]*\n)+)\n([^]*\S[^]*)$/;

/**
 * @param {Pick<ShownMessage, "id" | "client_message_id" | "created_at" | "parts">} message
 */
export function createQuestion(message) {
  const element = fromTemplate("question");
  element.dataset.id = message.id;
  element.dataset.when = message.created_at;
  element.dataset.client = message.client_message_id || "";
  const parts = message.parts || [];
  const text = parts.map((part) => part.text).filter(Boolean).join("\n");
  const [, quoted = "", words = text] = QUOTED.exec(text) || [];
  slot(element, "text").textContent = words;
  slot(element, "quoted").textContent = quoted.replace(/^> ?/gm, "").trim();
  slot(element, "quoted").hidden = !quoted;
  const files = parts.filter((part) => part.kind === "attachment");
  if (files.length) slot(element, "quoted").before(placeFiles(document.createElement("div"), files));
  return element;
}

/**
 * @param {ShownMessage} message
 * @param {Say} say
 */
export function createAnswer(message, say) {
  const element = fromTemplate("answer");
  element.dataset.id = message.id;
  element.dataset.when = message.created_at;
  (message.parts || []).forEach((part, index) => setPart(element, index, part, say));
  setState(element, message.state, message.failure || null, say);
  setVerdict(element, message.feedback ? message.feedback.verdict : null);
  return element;
}

/**
 * @param {HTMLElement} element an answer
 * @param {import("./wire.js").MessageState} state
 * @param {ShownFailure | null} failure
 * @param {Say} say
 */
export function setState(element, state, failure, say) {
  const { remedy = "", retry_after_s = 0 } = failure || {};
  Object.assign(slot(element, "tail").dataset, { remedy, wait: retry_after_s, state });
  slot(element, "ending").textContent = ending(state, failure, say);
  slot(element, "retry").hidden = state === "failed" && !(failure && failure.retryable);
}

/**
 * @param {string} state
 * @param {ShownFailure | null} failure
 * @param {Say} say
 */
export function ending(state, failure, say) {
  if (state === "stopped" || state === "interrupted") return say(`live.${state}`);
  if (state !== "failed") return "";
  const words = say(`live.failure.${failure ? failure.code : "unknown"}`);
  const wait_s = failure && failure.retry_after_s;
  return wait_s ? say("live.retry_in", { words, seconds: wait_s }) : words;
}

/**
 * @param {HTMLElement} element an answer
 * @param {import("./wire.js").Verdict | null} verdict
 */
export function setVerdict(element, verdict) {
  for (const name of ["like", "dislike"]) {
    slot(element, name).setAttribute("aria-pressed", String(name === verdict));
  }
}

/**
 * Puts part `index` in its place, new or again. Steps in a row share one fold; sources stand at the
 * end, whenever they come.
 *
 * @param {HTMLElement} element an answer
 * @param {number} index
 * @param {ShownPart} part
 * @param {Say} say
 */
export function setPart(element, index, part, say) {
  const old = element.querySelector(`[data-index="${index}"]`);
  const made = createPart(index, part, say);
  if (old) old.replaceWith(made);
  else if (part.kind === "source") slot(element, "source-list").append(made);
  else if (part.kind === "step") stepList(slot(element, "parts")).append(made);
  else slot(element, "parts").append(made);
  if (part.kind === "text" || part.kind === "image") slot(element, "cite").hidden = false;
  if (part.kind === "source") countSources(element);
  if (part.kind === "step") countSteps(/** @type {HTMLElement} */ (made.closest(".steps")));
}

/**
 * The element that patches change: the text or thinking that was opened last.
 *
 * @param {HTMLElement} element an answer
 * @returns {HTMLElement | null}
 */
export function openRoot(element) {
  const roots = slot(element, "parts").querySelectorAll(".text, .reasoning > .prose");
  return /** @type {HTMLElement | null} */ (roots[roots.length - 1] || null);
}

/**
 * What a screen reader is told of a finished answer.
 *
 * @param {HTMLElement} element an answer
 */
export function plainText(element) {
  const texts = /** @type {NodeListOf<HTMLElement>} */ (element.querySelectorAll(".parts > .text"));
  return Array.from(texts, (text) => text.innerText).join("\n").replace(/\s+/g, " ").trim();
}

/**
 * @param {number} index
 * @param {ShownPart} part
 * @param {Say} say
 */
function createPart(index, part, say) {
  const element = fromTemplate(templateOf(part));
  element.dataset.index = String(index);
  if (part.kind === "text") setHtml(element, part.html || "");
  else if (part.kind === "reasoning") setHtml(slot(element, "html"), part.html || "");
  else if (part.kind === "step") fillStep(element, part);
  else if (part.kind === "source") fillSource(element, part);
  else if (element.matches(".attachments")) placeFiles(element, [part]);
  else if (element.matches(".file")) fillLink(element, part, part.name || part.title);
  else if (part.kind === "notice") fillNotice(element, part, say);
  else if (part.kind === "tool_call") fillCall(element, part);
  else if (element.matches(".asked")) fillAsked(element, part);
  return element;
}

/** @param {ShownPart} part */
function templateOf({ kind, html, url, attachment }) {
  if (kind === "image" && !url) return attachment ? "picture" : "other";
  if (kind === "image" || kind === "file") return "file";
  if (kind === "tool_call") return "call";
  if (kind === "removed") return "gone";
  if (kind === "widget" || kind === "input_request") return html ? "asked" : "other";
  return ["text", "reasoning", "step", "source", "notice"].includes(kind) ? kind : "other";
}

/**
 * `files.js` shows them there.
 *
 * @param {HTMLElement} place
 * @param {ShownPart[]} parts
 */
function placeFiles(place, parts) {
  place.dataset.files = JSON.stringify(parts);
  return place;
}

/**
 * A form or a widget; `answers.js` puts our own words into it.
 *
 * @param {HTMLElement} element
 * @param {ShownPart} part
 */
function fillAsked(element, part) {
  element.dataset.state = part.state || "";
  setHtml(element, part.html || "");
}

/**
 * Nothing to see: `tools.js` asks the host page for it.
 *
 * @param {HTMLElement} element
 * @param {ShownPart} part
 */
function fillCall(element, part) {
  element.dataset.state = part.state || "";
  element.dataset.call = JSON.stringify({ id: part.id, name: part.name, arguments: part.data });
}

/**
 * @param {HTMLElement} element
 * @param {ShownPart} part
 */
function fillStep(element, part) {
  element.dataset.state = part.state || "done";
  slot(element, "title").textContent = part.title || "";
  slot(element, "detail").textContent = part.detail || "";
}

/**
 * @param {HTMLElement} element
 * @param {ShownPart} part
 */
function fillSource(element, part) {
  fillLink(element, part, part.title);
  slot(element, "host").textContent = hostOf(part.url);
  slot(element, "quote").textContent = part.quote || "";
}

/**
 * @param {HTMLElement} element
 * @param {ShownPart} part
 * @param {string | undefined} label
 */
function fillLink(element, part, label) {
  const link = /** @type {HTMLAnchorElement} */ (slot(element, "link"));
  link.textContent = label || hostOf(part.url);
  if (hostOf(part.url)) link.href = /** @type {string} */ (part.url);
}

/**
 * @param {HTMLElement} element
 * @param {ShownPart} part
 * @param {Say} say
 */
function fillNotice(element, part, say) {
  element.dataset.level = part.level || "info";
  slot(element, "text").textContent = part.text || (part.name ? say("live.cut") : "");
}

/**
 * Empty for what is not an address of the web.
 *
 * @param {string | undefined} url
 */
function hostOf(url) {
  const found = /^https?:\/\/([^/?#]+)/i.exec(url || "");
  return (found && found[1]) || "";
}

/** @param {HTMLElement} parts */
function stepList(parts) {
  const last = parts.lastElementChild;
  const fold = last && last.matches(".steps") ? last : parts.appendChild(fromTemplate("steps"));
  return slot(fold, "step-list");
}

/** @param {HTMLElement} fold */
function countSteps(fold) {
  const steps = /** @type {NodeListOf<HTMLElement>} */ (fold.querySelectorAll(".step"));
  const running = Array.from(steps).filter((step) => step.dataset.state === "running").pop();
  slot(fold, "step-count").textContent = String(steps.length);
  slot(fold, "step-now").textContent = running ? slot(running, "title").textContent : "";
}

/** @param {HTMLElement} element an answer */
function countSources(element) {
  const count = slot(element, "source-list").children.length;
  slot(element, "source-count").textContent = String(count);
  slot(element, "sources").hidden = !count;
}
