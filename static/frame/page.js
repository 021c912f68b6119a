/**
 * What the server wrote into the page: data, texts, elements, templates.
 *
 * @typedef {object} Page
 * @property {string} site
 * @property {string} lang
 * @property {string} origin of the host page; empty on a direct visit
 * @property {string} token
 * @property {number} expires_in_s
 * @property {number | null} identity_ends_in_s of one whom the owner vouched for
 * @property {boolean} has_cookie the browser sent our cookie, so it keeps it
 * @property {{id: string, epoch: string | null, seq: number}} conversation
 * @property {boolean} has_more there are older messages than those on the page
 * @property {{id: string, message: string} | null} run
 * @property {boolean} is_streaming the answer is coming in as HTML behind us
 * @property {Record<"socket" | "token" | "look" | "page", string>} paths
 * @property {Record<string, string>} strings
 * @property {boolean} has_close
 * @property {import("./wire.js").UploadsOffered | null} uploads
 * @property {string} overrides the host page's options that this page was made with, as JSON
 * @property {string[]} warnings
 * @property {string[]} later modules that come with the first sign of a conversation
 * @property {import("./host.js").OutsideTheme | null} theme what the loader cannot know by itself
 * @property {Record<string, string>} context what the host page says of itself
 * @property {Label} site_label the owner's own word, where the page has none
 * @property {Label} label whom the host page calls the visitor
 * @property {boolean} shares_text
 *
 * @typedef {{id: string, nickname: string}} Label
 *
 * @typedef {(key: string, values?: Record<string, string | number>) => string} Say
 */

/**
 * Resolves when all that the modules touch is there. The page may still be arriving: an answer that
 * streams in as HTML is behind the mark.
 *
 * @returns {Promise<Page>}
 */
export function arrived() {
  return new Promise((resolve) => {
    const observer = new MutationObserver(look);
    function look() {
      const data = document.getElementById("page");
      if (!data || !document.getElementById("arrived")) return;
      observer.disconnect();
      resolve(JSON.parse(data.textContent || ""));
    }
    observer.observe(document, { childList: true, subtree: true });
    look();
  });
}

/**
 * The texts as the catalogue has them: `%(name)s` is a place for a value.
 *
 * @param {Record<string, string>} strings
 * @returns {Say}
 */
export function createTexts(strings) {
  return (key, values = {}) =>
    (strings[key] || key).replace(/%\((\w+)\)s/g, (_, name) => String(values[name]));
}

/**
 * @param {string} id
 * @returns {HTMLElement}
 */
export function byId(id) {
  const element = document.getElementById(id);
  if (!element) throw new Error(`the page has no #${id}`);
  return element;
}

/**
 * @param {string} name of the template, without its "t-"
 * @returns {HTMLElement} a fresh copy of its only element
 */
export function fromTemplate(name) {
  const template = /** @type {HTMLTemplateElement} */ (byId(`t-${name}`));
  const element = template.content.firstElementChild;
  if (!element) throw new Error(`template ${name} is empty`);
  return /** @type {HTMLElement} */ (document.importNode(element, true));
}

/**
 * @param {Element} root
 * @param {string} name
 * @returns {HTMLElement} the root itself or what is inside it
 */
export function slot(root, name) {
  const wanted = `[data-slot="${name}"]`;
  const element = root.matches(wanted) ? root : root.querySelector(wanted);
  if (!element) throw new Error(`no slot ${name}`);
  return /** @type {HTMLElement} */ (element);
}

/**
 * Whom the page calls the visitor: what fits of it, over the owner's word. The server says of the rest
 * why not.
 *
 * @param {Label} ours
 * @param {unknown} given
 * @returns {Label}
 */
export function labelOf(ours, given) {
  const { id, nickname } = Object(given);
  const fits = (/** @type {unknown} */ text, /** @type {number} */ most) => typeof text === "string" && text.length <= most;
  return { id: fits(id, 200) ? id : ours.id, nickname: fits(nickname, 100) ? nickname : ours.nickname };
}

/** An id for a message: 128 random bits, in the same form as the server's. */
export function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  const text = btoa(String.fromCharCode(...bytes));
  return text.replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}
