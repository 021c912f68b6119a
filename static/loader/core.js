// The global of the tag: one function for all sites on the page. Before it stands, a page may keep its
// calls in a queue of the same name.
/* global SITE createWidget */

const script = /** @type {HTMLScriptElement} */ (document.currentScript);
/** @type {any} */
let dock = /** @type {any} */ (window).chatdock;
if (!dock || !dock.sites) {
  const { q } = Object(dock);
  /** @param {...any} args */
  dock = (...args) => {
    const run = dock.sites.get(Object(args[args.length - 1]).site || dock.sites.keys().next().value);
    return run ? run(...args) : dock.q.push(args);
  };
  dock.sites = new Map();
  dock.q = q || [];
  /** @type {any} */ (window).chatdock = dock;
}
if (!dock.sites.has(SITE.key)) {
  dock.sites.set(SITE.key, createWidget(SITE, script, SITE.key, () => dock.sites.delete(SITE.key)));
  for (const call of dock.q.splice(0)) dock(...call);
}
