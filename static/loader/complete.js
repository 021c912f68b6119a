/* global fromTag, isTree, overlay */
/* exported complete */

/**
 * What the core left out of the options: the defaults, under what the tag says, under what the page
 * has set meanwhile.
 * @param {Widget} widget
 * @param {Tree} defaults
 */
function complete({ overrides, script, site }, defaults) {
  const said = { ui: fromTag(defaults, script.dataset) || {} };
  overlay(said, overrides);
  overlay(overrides, said);
  overlay(site, said);
  fillIn(site.ui, defaults);
}

/** @param {Tree} tree @param {Tree} defaults */
function fillIn(tree, defaults) {
  for (const name in defaults) {
    const usual = defaults[name];
    if (typeof tree[name] !== typeof usual) tree[name] = isTree(usual) ? {} : usual;
    if (isTree(usual)) fillIn(tree[name], usual);
  }
}
