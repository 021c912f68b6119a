/* global cast */
/* exported fromTag, pack */

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
 * Options as the frame's address carries them: base64url of the JSON. What is longer than 2 KB comes
 * with `hello`.
 * @param {Tree} tree
 */
function pack(tree) {
  const text = btoa(unescape(encodeURIComponent(JSON.stringify(tree))));
  return text.length > 2048 ? "" : text.replace(/\+/g, "-").replace(/\//g, "_");
}
