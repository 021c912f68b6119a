// The tag: its site, unless the page has it already.
/* global SITE createWidget dock */

const script = /** @type {HTMLScriptElement} */ (document.currentScript);
if (!dock.sites.has(SITE.key)) {
  dock.sites.set(SITE.key, createWidget(SITE, script, SITE.key, () => dock.sites.delete(SITE.key)));
  for (const call of dock.q.splice(0)) (call.done || Object)(dock(...call));
}
