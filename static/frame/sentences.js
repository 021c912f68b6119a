/**
 * Where sentences end, in Chinese, Japanese and whatever puts a space behind its full stop: what is
 * read aloud while it is written must not break off in the middle of one.
 */

/** A mark that ends a sentence wherever it stands, or one that does so before a space; and what closes behind it. */
const END = /(?:[。！？；…]+|[.!?؟۔।]+(?=["'”’»)\]]*\s))["'”’」』》）)\]»]*/g;
/** Whose full stop ends no sentence. */
const SHORT = /(?:^|[\s(])(?:[A-Z]|e\.g|i\.e|vs|approx|no|mr|mrs|ms|dr|prof|st|\d{1,2})\.$/i;

/**
 * @param {string} text
 * @param {boolean} isOpen more may follow: what has no end yet is left out
 * @returns {string[]}
 */
export function sentencesOf(text, isOpen) {
  /** @type {string[]} */
  const found = [];
  let from = 0;
  for (const { 0: mark, index = 0 } of text.matchAll(END)) {
    const sentence = text.slice(from, index + mark.length);
    if (SHORT.test(sentence)) continue;
    found.push(sentence);
    from = index + mark.length;
  }
  if (!isOpen) found.push(text.slice(from));
  return found.map((one) => one.trim()).filter(Boolean);
}
