/**
 * Buttons that scripts make for themselves: a symbol, and its name for those who do not see it.
 */

const SVG = "http://www.w3.org/2000/svg";

/** @param {string} shape the name of a symbol of the page, `#i-…`, or a path of its own */
export function createIcon(shape) {
  const isKnown = shape.startsWith("#");
  const svg = document.createElementNS(SVG, "svg");
  const drawn = document.createElementNS(SVG, isKnown ? "use" : "path");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  if (!isKnown) svg.setAttribute("viewBox", "0 0 24 24");
  drawn.setAttribute(isKnown ? "href" : "d", shape);
  svg.append(drawn);
  return svg;
}

/** @param {string} shape @param {string} words */
export function createIconButton(shape, words) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "icon-button";
  button.append(createIcon(shape));
  name(button, words);
  return button;
}

/** @param {HTMLElement} button @param {string} words */
export function name(button, words) {
  button.title = words;
  button.setAttribute("aria-label", words);
}
