// One site on a host page: the global, the launcher, and the frame once somebody wants it. What a
// visitor who never clicks need not pay for is in panel.js, which comes beside the frame.
/* global BASICS BUTTON CENTRED CHAT NARROW SITE addSheet fromTag inkOn label make makeIcon overlay pack */

const DOWN = "M5 9l1.5-1.5L12 13l5.5-5.5L19 9l-7 7z";
const SANDBOX =
  "allow-scripts allow-same-origin allow-forms allow-popups allow-popups-to-escape-sandbox";

const { key, ui, words } = SITE;
const options = { ui };
const script = /** @type {HTMLScriptElement} */ (document.currentScript);
const { dataset } = script;
const icon = makeIcon(CHAT);
const text = make("span");
const launcher = make("button", { "aria-haspopup": "dialog" }, icon, text);
const box = make("section");
const host = make("div");
const watcher = new MutationObserver(place);
/** @type {Record<string, any>} */
const handlers = {};
/** @type {any} */
const widget = { site: SITE, script, host, launcher, box, overrides: {}, draw, emit, handlers, load };
/** @type {Promise<void> | undefined} */
let arriving;
let tries = 0;

/** @type {Record<string, any>} */
const commands = {
  __proto__: null,
  open: () => ask("open"),
  close: () => arriving && ask("close"),
  toggle: () => ask("toggle"),
  /** @param {unknown} question */
  send: (question) => ask("send", question),
  set,
  /**
   * @param {string} name
   * @param {Function} handler
   */
  on(name, handler) {
    off(name, handler);
    handlers[name].push(handler);
    if (name === "ready") setTimeout(handler);
  },
  off,
  /** @param {unknown} who */
  identify(who) {
    widget.who = [who];
    draw();
  },
  destroy() {
    if (arriving) ask("destroy");
    window.removeEventListener("message", hear);
    watcher.disconnect();
    host.remove();
    dock.sites.delete(key);
  },
};

/** @param {Tree} [changes] */
function set(changes) {
  overlay(widget.overrides, changes);
  overlay(options, changes);
  draw();
}

/**
 * @param {string} name
 * @param {Function} [handler] without it all of them leave
 */
function off(name, handler) {
  handlers[name] = (handlers[name] || []).filter((/** @type {Function} */ one) => handler && one !== handler);
}

/**
 * Each handler on its own: a host page's mistake stops neither us nor the next one.
 * @param {string} name
 * @param {unknown} [detail]
 */
function emit(name, detail) {
  for (const handler of handlers[name] || []) setTimeout(handler, 0, detail);
}

function draw() {
  const { asstBtn, base, theme } = ui;
  const { isOpen } = widget;
  const said = widget.said || asstBtn.text;
  const langs = [base.lang, document.documentElement.lang, ...navigator.languages, "en"];
  const layout = base.layout === "auto" ? (matchMedia(NARROW).matches ? "mobile" : "pc") : base.layout;
  widget.layout = dataset.el ? "inline" : layout;
  widget.lang = langs.map((tag) => tag.slice(0, 2).toLowerCase()).find((tag) => tag in words);
  const isHidden = !asstBtn.isNeed || dataset.el || (isOpen && layout === "mobile");
  host.lang = widget.lang;
  text.textContent = said;
  text.style.margin = said && "0 8px";
  label(/** @type {Element} */ (icon.firstElementChild), { d: isOpen ? DOWN : CHAT });
  label(launcher, { "aria-label": said || words[widget.lang][0], "aria-expanded": !!isOpen });
  launcher.style.cssText = `${BUTTON}${CENTRED}${isHidden ? "display:none;" : ""}
position:fixed;z-index:${base.zIndex};${asstBtn.position}:${asstBtn.offsetX}px;
bottom:calc(${asstBtn.offsetY}px + env(safe-area-inset-bottom));max-width:calc(100% - ${2 * asstBtn.offsetX}px);
min-height:56px;padding:8px 13px;border-radius:${theme.radius === "none" ? 0 : 28}px;
background:${theme.accent};color:${inkOn(theme.accent)};box-shadow:0 4px 16px rgba(0,0,0,.3)`;
  if (widget.panel) widget.panel.draw();
}

/** Make the frame and ask for what goes around it, both at once. */
function prepare() {
  if (!arriving) {
    draw();
    load();
    window.addEventListener("message", hear);
    const address = new URL(`panel/${SITE.panel}.js?${tries++}`, script.src);
    arriving = import(address.href).then(({ createPanel }) => (widget.panel = createPanel(widget)), lose);
  }
  return arriving;
}

function load() {
  const address = new URL(`../frame/${key}`, script.src);
  const { lang, layout, overrides } = widget;
  address.search = `${new URLSearchParams({ v: "1", lang, layout, origin: location.origin, o: pack(overrides) })}`;
  widget.frame = make("iframe", { src: address, referrerpolicy: "strict-origin", allow: "clipboard-write" });
  if (dataset.el) widget.frame.loading = "lazy";
  // On a page of our own origin it would guard nothing, and the browser says so in the console.
  if (address.origin !== location.origin) label(widget.frame, { sandbox: SANDBOX });
  box.append(widget.frame);
}

/** Our server cannot be reached: the launcher says so, and the next click tries again. */
function lose() {
  arriving = undefined;
  widget.frame.remove();
  widget.said = words[widget.lang][1];
  draw();
  emit("error", { code: "unreachable" });
}

/**
 * @param {string} name of a function of the panel
 * @param {unknown} [detail]
 */
function ask(name, detail) {
  prepare().then(() => widget.panel && widget.panel[name](detail));
}

/** @param {MessageEvent} event */
function hear(event) {
  if (arriving) ask("hear", event);
}

/**
 * Keep the host element on the page: beside the body, where an application that swaps its body does
 * not reach it, or in the element that the tag names. Waits for either; comes back when removed.
 */
function place() {
  const root = document.documentElement;
  const home = dataset.el ? document.querySelector(dataset.el) : document.body && root;
  watcher.observe(root, { childList: true, subtree: !!dataset.el });
  if (host.isConnected || !home) return;
  home.append(host);
  draw();
}

/** Open or closed, as the panel kept it for this tab; a host page may have no storage. */
function recall() {
  try {
    return sessionStorage.getItem(`chatdock.${key}`);
  } catch {
    return "";
  }
}

function start() {
  const root = host.attachShadow({ mode: "open" });
  root.append(launcher, box);
  addSheet(root, BASICS);
  host.style.cssText = "all:initial!important";
  box.style.cssText = "position:fixed;visibility:hidden";
  set(fromTag(options, dataset));
  launcher.onclick = () => {
    if (!widget.panel) launcher.style.opacity = "0.7";
    ask("toggle", true);
  };
  launcher.onpointerenter = launcher.onfocus = prepare;
  watcher.observe(document, { childList: true });
  place();
  if (dataset.el || (recall() || ("open" in dataset && "open")) === "open") ask("open", false);
}

/** @type {any} */
let dock = /** @type {any} */ (window).chatdock;
if (!dock || !dock.sites) {
  const { q } = Object(dock);
  /** @param {...any} args */
  dock = (...args) => {
    const run = dock.sites.get(Object(args[args.length - 1]).site || dock.sites.keys().next().value);
    if (run) run(...args);
    else dock.q.push(args);
  };
  dock.sites = new Map();
  dock.q = q || [];
  /** @type {any} */ (window).chatdock = dock;
}
if (!dock.sites.has(key)) {
  dock.sites.set(key, (/** @type {string} */ name, /** @type {any[]} */ ...args) => commands[name] && commands[name](...args));
  start();
  for (const call of dock.q.splice(0)) dock(...call);
}
