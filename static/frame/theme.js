/**
 * Changes of look while the page stands: the host page's `set` arrives here. The server checks the
 * values and computes the roles, as it did for the page; so nothing is decided twice.
 *
 * @typedef {object} Look
 * @property {string} lang
 * @property {string} address of the page with this look
 * @property {Record<string, string>} attributes
 * @property {Record<string, string>} roles
 * @property {string} title
 * @property {string} placeholder
 * @property {Record<"header" | "footer" | "new" | "close", boolean>} shows
 * @property {{text: string, link: string}[]} footer
 * @property {string[]} warnings what of the options was left out
 * @property {string} icon address of the picture in the title bar; empty: our own mark
 * @property {import("./bar.js").Action[]} actions
 * @property {import("./host.js").OutsideTheme} theme
 * @property {{greeting: string, starters: string[]} | null} opening
 * @property {Panel} panel
 *
 * @typedef {object} Panel what a dislike opens
 * @property {string} title
 * @property {string} placeholder
 * @property {{label: string, isNeedDetail: boolean}[]} tags
 */
import { drawBar } from "./bar.js";
import { byId, fromTemplate } from "./page.js";
import { setHtml } from "./patches.js";
import { createAsk } from "./transcript.js";

/** Told once each, however often the page sets the same. @type {Set<string>} */
const told = new Set();

/**
 * @param {string} url of the look
 * @param {string} overrides the page's options as JSON
 * @param {() => boolean} isWanted still, when the answer is there
 * @param {(theme: Look["theme"]) => void} tell the host page
 * @returns {Promise<string[]>} what of them was left out
 */
export async function changeLook(url, overrides, isWanted, tell) {
  try {
    const response = await fetch(url, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: overrides,
    });
    const answer = await response.json();
    if (!response.ok) throw new Error(answer.error.message);
    answer.warnings.forEach(warn);
    if (isWanted()) apply(answer, tell);
    return answer.warnings;
  } catch (error) {
    console.warn("Chatdock: the options were not applied.", error);
    return [`${/** @type {Error} */ (error).message}`];
  }
}

/** @param {string} warning */
function warn(warning) {
  if (!told.has(warning)) console.warn(`Chatdock: ${warning}`);
  told.add(warning);
}

/** @param {Look} look @param {(theme: Look["theme"]) => void} tell */
function apply(look, tell) {
  const root = document.documentElement;
  if (look.lang !== root.lang || needsMicrophone(look)) {
    reload(look.address);
    return;
  }
  tell(look.theme);
  drawBar(look);
  if (look.opening) changeOpening(look.opening);
  for (const [name, value] of Object.entries(look.attributes)) root.dataset[name] = value;
  for (const [name, value] of Object.entries(look.roles)) root.style.setProperty(`--${name}`, value);
  document.title = byId("title").textContent = look.title;
  const box = /** @type {HTMLTextAreaElement} */ (byId("text"));
  box.placeholder = look.placeholder;
  box.setAttribute("aria-label", look.placeholder);
  byId("header").hidden = !look.shows.header;
  byId("footer").hidden = !look.shows.footer;
  byId("new").hidden = !look.shows.new;
  byId("close").hidden = !look.shows.close;
  byId("footer").replaceChildren(...look.footer.map(createPiece));
  changePanel(templateOf("panel"), look.panel);
}

/**
 * Only a page that was made with a microphone may use one. Asked for once: options that are too long
 * for an address make no other page.
 *
 * @param {Look} look
 */
function needsMicrophone({ attributes }) {
  const isNew = attributes.audio === "on" && !document.getElementById("speak");
  return isNew && !Object(history.state).hears;
}

/** @param {{greeting: string, starters: string[]}} opening */
function changeOpening({ greeting, starters }) {
  const opening = byId("opening");
  setHtml(/** @type {HTMLElement} */ (opening.querySelector(".greeting")), greeting);
  /** @type {Element} */ (opening.querySelector(".starters")).replaceChildren(...starters.map(createAsk));
}

/** Another language is another page; what was typed is kept for it. @param {string} address */
async function reload(address) {
  if (/** @type {HTMLTextAreaElement} */ (byId("text")).value) await import("./talk.js");
  history.replaceState({ ...history.state, hears: true }, "", address);
  location.reload();
}

/** @param {{text: string, link: string}} piece */
function createPiece(piece) {
  if (!piece.link) return document.createTextNode(piece.text);
  const link = /** @type {HTMLAnchorElement} */ (fromTemplate("link"));
  link.href = piece.link;
  link.textContent = piece.text;
  return link;
}

/**
 * The next dislike opens it; a panel that is open keeps what the visitor began.
 * @param {DocumentFragment} template
 * @param {Panel} panel
 */
function changePanel(template, { title, placeholder, tags }) {
  const part = (/** @type {string} */ selector) => /** @type {HTMLElement} */ (template.querySelector(selector));
  const detail = part(".detail");
  part(".panel").setAttribute("aria-label", title);
  part(".panel-title").textContent = title;
  detail.setAttribute("aria-label", placeholder);
  detail.setAttribute("placeholder", placeholder);
  detail.classList.toggle("is-open", !tags.length);
  template.querySelectorAll("[name=tags], label").forEach((node) => node.remove());
  detail.before(...tags.map(createTag));
}

/** @param {Panel["tags"][number]} tag */
function createTag({ label, isNeedDetail }) {
  const made = /** @type {DocumentFragment} */ (document.importNode(templateOf("tag"), true));
  const box = /** @type {HTMLInputElement} */ (made.querySelector("input"));
  box.value = label;
  box.toggleAttribute("data-detail", isNeedDetail);
  /** @type {Element} */ (made.querySelector("label")).textContent = label;
  return made;
}

/** @param {string} name */
function templateOf(name) {
  return /** @type {HTMLTemplateElement} */ (byId(`t-${name}`)).content;
}
