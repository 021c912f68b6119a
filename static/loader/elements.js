// Nodes are made one by one and styled through CSSOM: no markup and no <style>, so that the
// strictest host CSP and Trusted Types have nothing to refuse. Part of core and of the panel.
/* exported BASICS, BUTTON, CENTRED, CHAT, NARROW, addSheet, make, makeIcon */

const CHAT = "M12 3a9 9 0 1 1-4 17l-5 1 1.5-4.5A9 9 0 0 1 12 3M7 11v2h2v-2zm4 0v2h2v-2zm4 0v2h2v-2z";
const NARROW = "(max-width:640px),(max-height:500px)";
const CENTRED = "display:flex;place-items:center;place-content:center;";
const BUTTON =
  "margin:0;border:1px solid #0000;font:500 16px system-ui,sans-serif;cursor:pointer;";
const BASICS =
  "@media print{:host{display:none!important}}" +
  "button:focus-visible{outline:3px solid #fff!important;box-shadow:0 0 0 6px #000!important}svg{flex:none}";

/**
 * @template {Element} Node
 * @param {Node} node
 * @param {Record<string, unknown>} [attributes]
 * @returns {Node}
 */
function label(node, attributes) {
  for (const name in attributes) node.setAttribute(name, `${attributes[name]}`);
  return node;
}

/**
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Record<string, unknown>} [attributes]
 * @param {...Element} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
function make(tag, attributes, ...children) {
  const node = label(document.createElement(tag), attributes);
  node.append(...children);
  return node;
}

/**
 * @param {string} path
 * @returns {SVGElement}
 */
function makeIcon(path) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const shape = document.createElementNS(svg.namespaceURI, "path");
  svg.append(label(shape, { d: path }));
  return label(svg, {
    width: 28,
    height: 28,
    viewBox: "0 0 24 24",
    fill: "currentColor",
  });
}

/**
 * What inline styles cannot say. Safari before 16.4 does without: its own focus ring, no motion.
 * @param {ShadowRoot} root
 * @param {string} rules
 */
function addSheet(root, rules) {
  try {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(rules);
    root.adoptedStyleSheets = [sheet];
  } catch {
    // Everything that must be is in the inline styles.
  }
}
