// What a page that was written for Dify's embed gets from us in its place: `difyChatbotConfig` is
// read, and both elements that its owner styles and clicks by id are there. The page API is as well.
/* global PIECES SITE createButton createWidget createWindow dock meaningOf */

const CONFIG = "difyChatbotConfig";
const LATE_MS = 1000;
// A module is no current script.
const difyTag = /** @type {HTMLScriptElement} */ (
  document.currentScript ||
    Array.from(document.scripts).find(({ src }) => src.includes(`/compat/dify/${SITE.key}/embed.`))
);

/**
 * @param {Widget} widget
 * @param {Record<string, any>} properties  of the page's `containerProps`
 * @param {() => void} leave  the page is done with it
 * @returns {Piece}
 */
function createDify(widget, properties, leave) {
  const button = createButton(widget, properties);
  const panel = createWindow(widget, button.node);
  const watcher = new MutationObserver(look);
  /** @type {HTMLElement | null} */
  let home = null;
  let isOver = false;

  /** Another body gets them anew; a page that takes both away is done with us. */
  function look() {
    const { body } = document;
    if (isOver || !body || button.node.isConnected || panel.node.isConnected) return;
    if (home === body) return leave();
    home = body;
    body.append(panel.node, button.node);
    widget.draw();
  }

  widget.handle = button.node;
  widget.stand = panel.stand;
  watcher.observe(document, { childList: true, subtree: true });

  return {
    draw() {
      look();
      panel.draw();
      button.draw();
    },
    stop() {
      isOver = true;
      watcher.disconnect();
      for (const one of [button, panel]) {
        one.stop();
        one.node.remove();
      }
    },
  };
}

/** @param {DifyConfig} config */
function startDify(config) {
  const meaning = meaningOf(config);
  hint(...meaning.hints);
  if (!dock.sites.has(SITE.key)) dockWidget(meaning);
  else mean(meaning);
  if (document.readyState !== "complete") window.addEventListener("load", () => settleDify(config), { once: true });
}

/**
 * With Dify, what a page writes into its config until its `load` counts, and an application that
 * made its body anew until then has the chat all the same.
 * @param {DifyConfig} config
 */
function settleDify(config) {
  if (!dock.sites.has(SITE.key) && difyTag.isConnected) startDify(config);
  else mean(meaningOf(config));
}

/** To the widget that stands, unless that is the one of the site's own tag. @param {DifyMeaning} meaning */
function mean(meaning) {
  const { mean: take } = Object(dock.sites.get(SITE.key));
  if (take) take(meaning);
}

/** @param {DifyMeaning} first */
function dockWidget(first) {
  const { key } = SITE;
  const src = `${new URL(`../../../embed/${key}.js`, difyTag.src)}`;
  let known = "";
  PIECES.dify = (/** @type {Widget} */ widget) => createDify(widget, first.button, () => run("destroy"));
  const run = createWidget(SITE, { src, dataset: difyTag.dataset }, key, () => dock.sites.delete(key));
  /** News only: what the page said by the page API meanwhile stays. @param {DifyMeaning} meaning */
  const take = ({ context, options }) => {
    const now = JSON.stringify([context, options]);
    if (now === known) return;
    known = now;
    run("context", context);
    run("set", options);
  };
  take(first);
  dock.sites.set(key, Object.assign((/** @type {[string]} */ ...call) => run(...call), { mean: take }));
  for (const call of dock.q.splice(0)) (call.done || Object)(dock(...call));
}

/** Each once on a page, however often it runs the script. @param {...string} names */
function hint(...names) {
  dock.said = dock.said || new Set();
  for (const name of names) {
    if (!dock.said.has(name)) console.warn(`chatdock: ${Object(SITE.hints)[name]}`);
    dock.said.add(name);
  }
}

/** A config that comes later starts the chat when it is set; a page that sets none hears of it once. */
function awaitConfig() {
  const page = /** @type {any} */ (window);
  const isLate = document.readyState === "complete";
  const complain = () => page[CONFIG] || hint("missing");
  let tries = 240;

  /** @param {unknown} value */
  function take(value) {
    Object.defineProperty(page, CONFIG, { value, configurable: true, enumerable: true, writable: true });
    if (value) startDify(Object(value));
    else trap();
  }

  function trap() {
    Object.defineProperty(page, CONFIG, { get: () => undefined, set: take, configurable: true, enumerable: true });
  }

  /** Of a `var` that the page declared there is no hearing. */
  function look() {
    if (page[CONFIG]) startDify(Object(page[CONFIG]));
    else if ((tries -= 1)) setTimeout(look, 250);
  }

  try {
    trap();
  } catch {
    look();
  }
  if (isLate) setTimeout(complain, LATE_MS);
  else window.addEventListener("load", () => setTimeout(complain, LATE_MS), { once: true });
}

const given = /** @type {any} */ (window)[CONFIG];
if (given) startDify(Object(given));
else awaitConfig();
