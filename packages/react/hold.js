// What a component says of a chat, told to the page's calls: only what is news, with the functions
// that it gave last.
import { call, giveBack, siteOf, stands, take } from "./tag.js";

/** The page's events, by the property that listens to each. @type {Record<string, string>} */
export const EVENTS = {
  onReady: "ready",
  onOpen: "open",
  onClose: "close",
  onMessage: "message",
  onAnswerStarted: "answer.started",
  onAnswer: "answer",
  onFeedback: "feedback",
  onUnread: "unread",
  onConversationChanged: "conversation.changed",
  onRefused: "refused",
  onEffect: "effect",
  onAction: "action",
  onTool: "tool",
  onIdentityRefused: "identity.refused",
  onIdentityExpired: "identity.expired",
  onError: "error",
};

/**
 * @typedef {{[name: string]: any}} Given the properties of a component
 *
 * @typedef {object} Hold
 * @property {(given: Given) => void} update
 * @property {() => void} release
 */

/**
 * Holds a chat on the page.
 * @param {string} src of its script
 * @param {Given} first
 * @returns {Hold}
 */
export function hold(src, first) {
  const site = siteOf(src);
  if (site) return holdSite(site, src, first);
  console.error(`chatdock: src="${src}" is no address such as https://chat.example.com/embed/acme.js`);
  return { update() {}, release() {} };
}

/**
 * @param {string} site
 * @param {string} src
 * @param {Given} first
 * @returns {Hold}
 */
function holdSite(site, src, first) {
  let given = first;
  let isFirst = true;
  /** Outlives the component: the chat may go on with the next one. @type {unknown} */
  let who;
  /** What was told last, by name, as text. @type {Record<string, string | undefined>} */
  const told = {};
  /** @type {Map<string, (detail: unknown) => unknown>} */
  const heard = new Map();
  /** @type {Element | null} */
  let marked = null;
  const { el: place, nonce } = first;
  const tag = take(src, { el: selector(place), nonce });
  tag.addEventListener("error", lose);

  /** What is no selector gets a mark that one finds. @param {unknown} el @returns {string | undefined} */
  function selector(el) {
    if (typeof el === "string") return el || undefined;
    return el ? `[data-chatdock="${site}"]` : undefined;
  }

  function lose() {
    emit("onError", { code: "unreachable" });
  }

  /**
   * @param {string} name
   * @param {unknown} detail
   */
  function emit(name, detail) {
    const results = listeners(given[name]).map((listener) => listener(detail));
    return results.find((result) => result !== undefined);
  }

  /**
   * @param {string} name
   * @param {unknown} value
   * @returns {boolean} whether the component says something else than before
   */
  function isNews(name, value) {
    const text = value === undefined ? undefined : textOf(value);
    if (told[name] === text) return false;
    told[name] = text;
    return true;
  }

  function listen() {
    for (const [name, event] of Object.entries(EVENTS)) {
      const wanted = listeners(given[name]).length > 0;
      const handler = heard.get(name);
      if (wanted && !handler) {
        const made = (/** @type {unknown} */ detail) => emit(name, detail);
        heard.set(name, made);
        call(site, "on", event, made);
      } else if (!wanted && handler) {
        heard.delete(name);
        call(site, "off", event, handler);
      }
    }
  }

  /** The element of an `el` that is none by name; one that React or Vue puts anew is found anew. */
  function mark() {
    const { el } = given;
    if (typeof el === "string") {
      if (isNews("el", el) && !isFirst) call(site, "set", { ui: { chatBot: { el } } });
      return;
    }
    const node = elementOf(el);
    if (node === marked) return;
    if (marked) marked.removeAttribute("data-chatdock");
    if (node) node.setAttribute("data-chatdock", site);
    marked = node;
    call(site, "set", {});
  }

  function update(/** @type {Given} */ now) {
    given = now;
    const { context, open, options, userToken } = given;
    listen();
    mark();
    who = userToken;
    if (isNews("userToken", userToken)) {
      const ask = () => (isFunction(who) ? who() : who);
      call(site, "identify", isFunction(userToken) ? ask : userToken || null);
    }
    if (isNews("context", context)) call(site, "context", context ? { ...context } : null);
    if (isNews("options", options) && options) call(site, "set", lasting(options, () => given.options));
    if (isNews("open", open) && open !== undefined && (open || !isFirst)) call(site, open ? "open" : "close");
    isFirst = false;
  }

  function release() {
    tag.removeEventListener("error", lose);
    const isThere = stands(site) || tag.isConnected;
    if (isThere) {
      heard.forEach((handler, name) => call(site, "off", EVENTS[name], handler));
      if (given.context) call(site, "context", null); // the next page is about something else
    }
    if (marked) marked.removeAttribute("data-chatdock");
    heard.clear();
    given = {}; // what is on its way finds nobody
    giveBack(tag);
  }

  return { update, release };
}

/** Vue has lists of them. @param {unknown} given @returns {Function[]} */
function listeners(given) {
  return /** @type {unknown[]} */ ([]).concat(given).filter(isFunction);
}

/** @param {unknown} value @returns {value is Function} */
function isFunction(value) {
  return typeof value === "function";
}

/**
 * A value as text that can be compared. One function is as good as another: the last one is called.
 * @param {unknown} value
 */
function textOf(value) {
  return JSON.stringify(value, (_, one) => (isFunction(one) ? "ƒ" : isElement(one) ? `#${one.id}` : one));
}

/** Of an element, a ref of React's, a component of Vue's. @param {any} el @returns {Element | null} */
function elementOf(el) {
  return (el && ("current" in el ? el.current : el.$el || el)) || null;
}

/** @param {any} value */
function isElement(value) {
  return Boolean(Object(value).nodeType);
}

/**
 * A copy whose functions call those that the component gave last.
 * @param {any} value
 * @param {() => any} now
 * @returns {any}
 */
function lasting(value, now) {
  if (isFunction(value)) {
    return (/** @type {unknown[]} */ ...args) => {
      const last = now();
      return isFunction(last) ? last(...args) : undefined;
    };
  }
  if (Object(value) !== value || isElement(value)) return value;
  if (Array.isArray(value)) return value.map((one) => lasting(one, () => undefined));
  const copied = Object.keys(value).map((name) => [name, lasting(value[name], () => Object(now())[name])]);
  return Object.fromEntries(copied);
}
