/* global cast isTree overlay */
/* exported complete */

/**
 * What the core left out of the options: the defaults, under what the tag says, under what the page
 * has set meanwhile, and of the theme how it came out.
 * @param {Widget} widget
 * @param {Tree} defaults
 */
function complete({ dressed, overrides, script, site }, defaults) {
  /** @type {{ui: Tree}} */
  const said = { ui: {} };
  for (const group in defaults) said.ui[group] = saidInTag(defaults[group], script.dataset, "");
  overlay(said, overrides);
  overlay(overrides, said);
  overlay(site, said);
  fillIn(site.ui, defaults);
  Object.assign(site.ui.theme, dressed);
}

/**
 * A group's leaves as the tag has them, by their last name; what is deeper has the names above it
 * too: `data-teaser-text`.
 * @param {Tree} tree
 * @param {DOMStringMap} data
 * @param {string} above
 */
function saidInTag(tree, data, above) {
  /** @type {Tree} */
  const found = {};
  for (const name in tree) {
    const key = above ? above + name.charAt(0).toUpperCase() + name.slice(1) : name;
    const value = isTree(tree[name]) ? saidInTag(tree[name], data, key) : cast(data[key], typeof tree[name]);
    if (value !== undefined) found[name] = value;
  }
  return found;
}

/** @param {Tree} tree @param {Tree} defaults */
function fillIn(tree, defaults) {
  for (const name in defaults) {
    const usual = defaults[name];
    if (typeof tree[name] !== typeof usual) tree[name] = isTree(usual) ? {} : usual;
    if (isTree(usual)) fillIn(tree[name], usual);
  }
}
