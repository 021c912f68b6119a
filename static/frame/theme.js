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
 * @property {Panel} panel
 *
 * @typedef {object} Panel what a dislike opens
 * @property {string} title
 * @property {string} placeholder
 * @property {{label: string, isNeedDetail: boolean}[]} tags
 */
import { byId, fromTemplate } from "./page.js";

/** Told once each, however often the page sets the same. @type {Set<string>} */
const told = new Set();

/**
 * @param {string} url of the look
 * @param {string} overrides the page's options as JSON
 * @param {() => boolean} isWanted still, when the answer is there
 * @returns {Promise<string[]>} what of them was left out
 */
export async function changeLook(url, overrides, isWanted) {
  try {
    const response = await fetch(url, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: overrides,
    });
    const answer = await response.json();
    if (!response.ok) throw new Error(answer.error.message);
    answer.warnings.forEach(warn);
    if (isWanted()) apply(answer);
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

/** @param {Look} look */
function apply(look) {
  const root = document.documentElement;
  if (look.lang !== root.lang) return reload(look.address);
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

/** Another language is another page; what was typed comes along. @param {string} address */
function reload(address) {
  const draft = /** @type {HTMLTextAreaElement} */ (byId("text")).value;
  history.replaceState({ draft }, "", address);
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
