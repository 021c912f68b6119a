/**
 * The one place where HTML enters the document: what the server made and cleaned, and nothing else.
 *
 * A patch changes a part at its right edge. Depth 0 is the part's root, depth d the element that is
 * reached by going d times to the last child element. Text that meets text is one node.
 *
 * @typedef {[seq: number, depth: number, text: string]} Append  Add text at the end.
 * @typedef {[seq: number, depth: number, drop: number, html: string]} Graft
 *   Take the last nodes away, then add HTML at the end.
 * @typedef {[seq: number, minusOne: -1, block: number, html: string]} Swap
 *   Put HTML in the place of one child element of the root.
 * @typedef {Append | Graft | Swap} Patch
 */

/** @typedef {{ createHTML: (html: string) => string }} Policy */

/** @type {Policy} */
const plain = { createHTML: (html) => html };

/**
 * Made once and never handed out, so no other module can bring HTML in.
 *
 * @type {Policy}
 */
const policy = createPolicy();

/**
 * Set the whole content of a part.
 *
 * @param {Element} root
 * @param {string} html  cleaned by the server
 */
export function setHtml(root, html) {
  root.textContent = "";
  insert(root, html);
}

/**
 * Change a part on screen.
 *
 * @param {Element} root  the part's root
 * @param {Patch} patch
 */
export function applyPatch(root, patch) {
  if (patch.length === 3) append(at(root, patch[1]), patch[2]);
  else if (patch[1] === -1) swap(root, patch[2], patch[3]);
  else graft(at(root, patch[1]), patch[2], patch[3]);
}

/**
 * @param {Element} root
 * @param {number} depth
 * @returns {Element}
 */
function at(root, depth) {
  let element = root;
  for (let level = 0; level < depth; level += 1) {
    const last = element.lastElementChild;
    if (!last) throw new RangeError(`No element at depth ${depth} of this part.`);
    element = last;
  }
  return element;
}

/**
 * @param {Element} element
 * @param {string} text
 */
function append(element, text) {
  const last = element.lastChild;
  if (last instanceof Text) last.appendData(text);
  else element.append(text);
}

/**
 * @param {Element} element
 * @param {number} drop
 * @param {string} html
 */
function graft(element, drop, html) {
  for (let count = 0; count < drop; count += 1) dropLast(element);
  if (html) insert(element, html);
}

/**
 * Parsers cut long text into several nodes; here it is one.
 *
 * @param {Element} element
 */
function dropLast(element) {
  const isText = element.lastChild instanceof Text;
  do {
    if (element.lastChild) element.lastChild.remove();
  } while (isText && element.lastChild instanceof Text);
}

/**
 * @param {Element} element
 * @param {string} html
 */
function insert(element, html) {
  const before = element.lastChild;
  element.insertAdjacentHTML("beforeend", policy.createHTML(html));
  const after = before && before.nextSibling;
  if (before instanceof Text && after instanceof Text) {
    before.appendData(after.data);
    after.remove();
  }
}

/**
 * @param {Element} root
 * @param {number} block
 * @param {string} html
 */
function swap(root, block, html) {
  const old = root.children[block];
  if (!old) throw new RangeError(`No block ${block} in this part.`);
  old.insertAdjacentHTML("afterend", policy.createHTML(html));
  old.remove();
}

/** @returns {Policy} */
function createPolicy() {
  const types = /** @type {{ trustedTypes?: { createPolicy: (name: string, rules: Policy) => Policy } }} */ (
    /** @type {unknown} */ (window)
  ).trustedTypes;
  return types ? types.createPolicy("chatdock", plain) : plain;
}
