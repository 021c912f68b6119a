// The tag of a chat, on the page for as long as something holds it, and the page's calls.

// Two packages on one page, or two copies of one, count together.
const HELD = Symbol.for("chatdock.held");
const ADDRESS = /\/embed\/([\w-]{1,64})\.js(?:[?#]|$)/;

/**
 * @typedef {object} Held what a tag of ours remembers
 * @property {number} count of those that hold it
 * @property {boolean} isLoaded
 *
 * @typedef {HTMLScriptElement & {[HELD]?: Held}} Tag without `Held` it is the page's own
 */

/**
 * The site whose chat an address brings; empty when it brings none.
 * @param {string} src
 */
export function siteOf(src) {
  const [, site = ""] = ADDRESS.exec(src) || [];
  return site;
}

/**
 * A call of the page, also before the script has arrived.
 * @param {string} site the first on the page, where it is empty
 * @param {string} name
 * @param {...unknown} args
 * @returns {Promise<any>}
 */
export function call(site, name, ...args) {
  if (typeof window === "undefined") return Promise.resolve(); // a page that is being rendered
  const done = Promise.resolve(page()(name, ...args, ...(site ? [{ site }] : [])));
  done.catch(() => {}); // who calls need not care
  return done;
}

/** @returns {any} the page's global, or a queue in its place that the script takes over */
function page() {
  const host = /** @type {any} */ (window);
  if (!host.chatdock) {
    /** @param {...any} args */
    const queue = (...args) => new Promise((done) => queue.q.push(Object.assign(args, { done })));
    /** @type {any[]} */
    queue.q = [];
    host.chatdock = queue;
  }
  return host.chatdock;
}

/** Whether the chat stands on this page. @param {string} site */
export function stands(site) {
  const { sites } = page();
  return Boolean(sites && sites.has(site));
}

/**
 * The tag that is there, else a new one.
 * @param {string} src
 * @param {{el?: string, nonce?: string}} more  `el`: where the chat stands for good
 * @returns {Tag}
 */
export function take(src, more) {
  const { href } = new URL(src, document.baseURI);
  /** @type {Tag | undefined} */
  let tag = Array.from(document.scripts).find((one) => one.src === href);
  if (tag && tag.dataset.el !== more.el && leave(tag)) tag = undefined;
  const found = tag || insert(href, more);
  const held = found[HELD];
  if (held) held.count += 1;
  return found;
}

/**
 * What unmounts may mount again at once: React does it to find mistakes, a route change with the
 * next page. So the chat goes a moment later.
 * @param {Tag} tag
 */
export function giveBack(tag) {
  const held = tag[HELD];
  if (!held) return;
  held.count -= 1;
  setTimeout(leave, 0, tag);
}

/**
 * Takes the chat off the page when nothing holds it. One that is on its way is waited for.
 * @param {Tag} tag
 * @returns {boolean} whether it is gone
 */
function leave(tag) {
  const held = tag[HELD];
  if (!held || held.count || !held.isLoaded) return false;
  held.isLoaded = false;
  const site = siteOf(tag.src);
  if (stands(site)) call(site, "destroy");
  tag.remove();
  return true;
}

/**
 * @param {string} href
 * @param {{el?: string, nonce?: string}} more
 * @returns {Tag}
 */
function insert(href, { el, nonce }) {
  const held = { count: 0, isLoaded: false };
  const tag = Object.assign(document.createElement("script"), { async: true, [HELD]: held });
  if (el) tag.dataset.el = el;
  if (nonce) tag.nonce = nonce;
  tag.addEventListener("load", () => {
    held.isLoaded = true;
    leave(tag);
  });
  tag.addEventListener("error", () => tag.remove()); // the next one tries again
  try {
    tag.src = href;
    document.head.append(tag);
  } catch (error) {
    console.error(error); // the page wants trusted types: its own HTML may carry the tag
    setTimeout(() => tag.dispatchEvent(new Event("error")));
  }
  return tag;
}

/**
 * What a component or a button calls.
 * @param {string} [site] its key, or the address of its script; the first on the page without
 */
export function callsOf(site = "") {
  /** @param {string} name */
  const calling = (name) => (/** @type {unknown[]} */ ...args) =>
    call(site.includes("/") ? siteOf(site) : site, name, ...args);
  return {
    open: calling("open"),
    close: calling("close"),
    toggle: calling("toggle"),
    send: calling("send"),
    set: calling("set"),
    context: calling("context"),
    identify: calling("identify"),
  };
}
