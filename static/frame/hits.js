/**
 * What was looked for, marked in a text. The text stays text, whatever stands in it.
 */

const SPECIAL = /[\\^$.*+?()[\]{}|/]/g;

/**
 * @param {string} text
 * @param {string} words
 * @returns {string[]} plain and found by turns; put together again, the text
 */
export function splitAtHits(text, words) {
  const wanted = words.split(" ").filter(Boolean).map((word) => word.replace(SPECIAL, "\\$&"));
  return wanted.length ? text.split(new RegExp(`(${wanted.join("|")})`, "giu")) : [text];
}

/**
 * @param {HTMLElement} element
 * @param {string} text
 * @param {string} words
 */
export function fillWithHits(element, text, words) {
  const pieces = splitAtHits(text, words);
  element.replaceChildren(...pieces.map((piece, at) => (at % 2 ? markOf(piece) : piece)).filter(Boolean));
}

/** @param {string} text */
function markOf(text) {
  const mark = document.createElement("mark");
  mark.textContent = text;
  return mark;
}
