/* exported cast, isTree, overlay, remember */

/** Neither a list nor a function, which both have a length. @param {any} value */
function isTree(value) {
  return Object(value) === value && !("length" in value);
}

/**
 * Lay changes over a tree. A leaf that is there keeps its type; what an unknown one means, the
 * frame knows.
 * @param {Tree} tree
 * @param {Tree | undefined} changes
 */
function overlay(tree, changes) {
  for (const name in changes) {
    const value = changes[name];
    // What a page parsed must not reach what all its objects inherit; an element is no option's value.
    if (name in {} || Object(value).nodeType) continue;
    if (!(name in tree)) tree[name] = isTree(value) ? {} : value;
    if (isTree(tree[name])) isTree(value) && overlay(tree[name], value);
    else if (typeof tree[name] === typeof value) tree[name] = value;
  }
}

/**
 * @param {string | undefined} text
 * @param {string} type
 */
function cast(text, type) {
  if (text === undefined || type === "string") return text;
  return type === "number" ? +text : text !== "false";
}

/**
 * What the browser keeps for the host page, which may have no storage.
 * @param {"localStorage" | "sessionStorage"} where
 * @param {string} name
 * @param {string} [value] to be kept from now on
 * @returns {string | null | undefined}
 */
function remember(where, name, value) {
  try {
    if (value) window[where].setItem(name, value);
    return window[where].getItem(name);
  } catch {
    return value;
  }
}
