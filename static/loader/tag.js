/* global cast */
/* exported chosen, fromTag, pack */

/**
 * The options that the tag carries: `data-offset-x="40"` is the leaf `offsetX`, in whichever group.
 * @param {Tree} tree
 * @param {DOMStringMap} data
 */
function fromTag({ ui }, data) {
  /** @type {Tree} */
  const found = {};
  for (const group in ui) {
    for (const name in ui[group]) {
      const value = cast(data[name], typeof ui[group][name]);
      if (value !== undefined) found[group] = { ...found[group], [name]: value };
    }
  }
  return { ui: found };
}

/**
 * How the tag begins of the first language that is wished for and there is, else of the first one
 * that there is. The server's `beginnings` says which.
 * @param {unknown} wishes with commas between them, as an array is written
 * @param {string} langs beginnings with strokes between them
 * @returns {string}
 */
function chosen(wishes, langs) {
  const found = `,${wishes},${langs}`.toLowerCase().match(`,(${langs})(?![a-z])`);
  return /** @type {any} */ (found)[1]; // the last of them is found in itself
}

/**
 * Options as the frame's address carries them: base64 of the JSON. What is longer than 2 KB comes
 * with `hello`.
 * @param {Tree} tree
 */
function pack(tree) {
  const text = btoa(unescape(encodeURIComponent(JSON.stringify(tree))));
  return text.length > 2048 ? "" : text;
}
