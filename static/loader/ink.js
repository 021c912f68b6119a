/* exported inkOn */

/**
 * White where it can be read (4.5:1), else nearly black, and where that is not dark enough either,
 * black: the same choice as the server's theme.
 * @param {string} colour `#rgb` or `#rrggbb`
 */
function inkOn(colour) {
  const digits = colour.replace(/^#(.)(.)(.)$/, "#$1$1$2$2$3$3");
  const part = (/** @type {number} */ at) => parseInt(digits.slice(at, at + 2), 16) ** 2.2;
  const light = 0.213 * part(1) + 0.715 * part(3) + 0.072 * part(5);
  return light > 46800 ? "#1c1e22" : light > 35450 ? "#000" : "#fff";
}
