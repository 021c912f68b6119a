/* exported checkedContext */

const NAME = /^[A-Za-z0-9_]{1,40}$/;
const LONGEST = 1000;
const MOST_NAMES = 32;
/** Of all together: with a long question it still fits one frame of the socket. */
const MOST_CHARACTERS = 8000;

/**
 * What of the page's context can go along with its questions. What cannot is named to its developer.
 * @param {unknown} given
 * @param {(fault: string) => void} complain
 * @returns {Record<string, string>}
 */
function checkedContext(given, complain) {
  /** @type {Record<string, string>} */
  const taken = {};
  let room = MOST_CHARACTERS;
  for (const [name, value] of Object.entries(Object(given))) {
    const fault = faultOf(name, value, room, Object.keys(taken).length);
    if (fault) complain(`context.${name}: ${fault}`);
    else room -= `${(taken[name] = value)}`.length;
  }
  return taken;
}

/**
 * @param {string} name
 * @param {unknown} value
 * @param {number} room
 * @param {number} count
 */
function faultOf(name, value, room, count) {
  if (!NAME.test(name)) return "a name is 1 to 40 of A-Z, a-z, 0-9 and _";
  if (typeof value !== "string") return "must be text";
  if (value.length > LONGEST) return `is longer than ${LONGEST} characters`;
  return count < MOST_NAMES && value.length <= room ? "" : "is more than a page may say";
}
