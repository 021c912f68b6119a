/* exported fromTag, isTree, overlay, pack */

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
 * The options that the tag carries: `data-offset-x="40"` is the leaf `offsetX`, wherever it stands.
 * @param {Tree} tree
 * @param {DOMStringMap} data
 * @returns {Tree | undefined}
 */
function fromTag(tree, data) {
  /** @type {Tree | undefined} */
  let changes;
  for (const name in tree) {
    const leaf = tree[name];
    const found = isTree(leaf) ? fromTag(leaf, data) : cast(data[name], typeof leaf);
    if (found !== undefined) changes = { ...changes, [name]: found };
  }
  return changes;
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
 * Options as the frame's address carries them: base64url of the JSON. What is longer than 2 KB comes
 * with `hello`.
 * @param {Tree} tree
 */
function pack(tree) {
  const text = btoa(unescape(encodeURIComponent(JSON.stringify(tree))));
  return text.length > 2048 ? "" : text.replace(/\+/g, "-").replace(/\//g, "_");
}
