/* exported inkOn */

/**
 * White where it can be read (4.5:1), else nearly black: the same choice as the server's theme.
 * @param {string} colour `#rgb` or `#rrggbb`
 */
function inkOn(colour) {
  const digits = colour.replace(/^#(.)(.)(.)$/, "#$1$1$2$2$3$3");
  const part = (/** @type {number} */ at) => parseInt(digits.slice(at, at + 2), 16) ** 2.2;
  return 0.21 * part(1) + 0.72 * part(3) + 0.07 * part(5) > 35600 ? "#1c1e22" : "#fff";
}
