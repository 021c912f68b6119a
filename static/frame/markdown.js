/**
 * An answer's HTML as Markdown again, for the clipboard. The page holds HTML alone, and a browser
 * lets a script copy only in the moment of the press, so there is no time to ask the server for the
 * source; what the renderer writes is a closed set of elements, and each has one way to be written.
 *
 * @typedef {(element: Element, inner: string) => string} Writer
 */

const CODE_TICKS = /`+/g;
const MARKS = /[\\`*_[<$&~]/g;
const PUNCTUATION = /[!-/:-@[-`{-~]/;
const WORD = /[\p{L}\p{N}]/u;
const FORMULA = /\$\S(?:[^$]*\S)?\$(?!\d)/;
/** What would begin something else at the start of a line; of a number, its dot. */
const BEGINNINGS = /^(\s*)(?=#{1,6}(?:\s|$)|>|[-+*]\s|[-=]+\s*$|```|~~~)|^(\s*\d+)(?=[.)](?:\s|$))/gm;

/** Elements that stand in a line. @type {Record<string, Writer>} */
const INLINE = {
  A: link,
  BR: () => "\\\n",
  CODE: (element) => ticked(element.textContent || ""),
  DEL: (_, inner) => around("~~", inner),
  EM: (_, inner) => around("*", inner),
  I: (_, inner) => inner,
  INPUT: (element) => (element.hasAttribute("checked") ? "[x]" : "[ ]"),
  SPAN: (element, inner) => (element.matches(".formula") ? formula(element) : inner),
  STRONG: (_, inner) => around("**", inner),
  SUP: (element) => (element.querySelector("a") ? `[^${element.textContent}]` : element.textContent || ""),
};

/** Elements that stand between empty lines. @type {Record<string, (element: Element) => string>} */
const BLOCK = {
  BLOCKQUOTE: (element) => quoted(blocks(element)),
  DIV: (element) => (element.matches(".callout") ? callout(element) : blocks(element)),
  HR: () => "---",
  OL: list,
  P: (element) => line(element).replace(BEGINNINGS, "$&\\"),
  PRE: fenced,
  SECTION: notes,
  TABLE: table,
  UL: list,
};

/** @param {Element} root */
export function toMarkdown(root) {
  return blocks(root);
}

/** Loose text between blocks is a paragraph of its own. @param {Element} parent @param {string} [between] */
function blocks(parent, between = "\n\n") {
  /** @type {string[]} */
  const made = [];
  let loose = "";
  const flush = () => {
    if (loose.trim()) made.push(loose.trim());
    loose = "";
  };
  for (const node of parent.childNodes) {
    const text = blockOf(node);
    if (text === null) {
      loose += inline(node);
    } else {
      flush();
      if (text) made.push(text);
    }
  }
  flush();
  return made.join(between);
}

/** Null of what stands in a line. @param {Node} node */
function blockOf(node) {
  if (!(node instanceof Element)) return null;
  const level = /^H([1-6])$/.exec(node.tagName);
  if (level) return `${"#".repeat(Number(level[1]))} ${line(node).replace(/\s*\n/g, " ")}`;
  const write = BLOCK[node.tagName];
  return write ? write(node) : null;
}

/** @param {Node} node @returns {string} */
function inline(node) {
  if (!(node instanceof Element)) return escaped(node.textContent || "");
  const write = INLINE[node.tagName];
  if (write) return write(node, line(node));
  return node.matches("button, math") ? "" : line(node);
}

/** @param {Element} element */
function line(element) {
  return Array.from(element.childNodes, inline).join("");
}

/** Only what would be read as a mark: people read what they paste. @param {string} text */
function escaped(text) {
  return text.replace(MARKS, (mark, place) => (isMark(mark, text, place) ? `\\${mark}` : mark));
}

/** @param {string} mark @param {string} text @param {number} place */
function isMark(mark, text, place) {
  const [before = "", after = ""] = [text[place - 1], text[place + 1]];
  const rest = text.slice(place);
  const stands = (/** @type {RegExp} */ among) => among.test(before) && among.test(after);
  switch (mark) {
    case "\\":
      return PUNCTUATION.test(after);
    case "*":
      return !stands(/\s/);
    case "_":
      return !stands(/\s/) && !stands(WORD);
    case "~":
      return !stands(/\d/);
    case "[": // never with a closing one: both together are a formula
      return /^\[(?:\^|[^\]]*\][([:])/.test(rest);
    case "<":
      return /[a-z/!?]/i.test(after);
    case "$":
      return FORMULA.test(text);
    case "&":
      return /^&(?:#\w+|\w+);/.test(rest);
    default:
      return true;
  }
}

/** Marks hold words, and no spaces at their edges. @param {string} mark @param {string} inner */
function around(mark, inner) {
  const [, before = "", words = "", after = ""] = /^(\s*)([^]*?)(\s*)$/.exec(inner) || [];
  return words ? `${before}${mark}${words}${mark}${after}` : inner;
}

/** @param {string} code */
function ticked(code) {
  const longest = Math.max(0, ...(code.match(CODE_TICKS) || []).map((ticks) => ticks.length));
  const ticks = "`".repeat(longest + 1);
  const pad = /^`|`$|^ .* $/.test(code) ? " " : "";
  return `${ticks}${pad}${code}${pad}${ticks}`;
}

/** @param {Element} element @param {string} inner */
function link(element, inner) {
  const address = element.getAttribute("href") || "";
  if (!address || address.startsWith("#")) return inner === "↩" ? "" : inner;
  if (element.textContent === address) return `<${address}>`;
  const safe = address.replace(/[\s()<>]/g, encodeURIComponent).replace(/[()]/g, "\\$&");
  return `${element.matches(".image") ? "!" : ""}[${inner}](${safe})`;
}

/** @param {Element} element */
function formula(element) {
  const source = element.querySelector("code");
  const tex = (source && source.textContent) || "";
  return element.matches(".display") ? `$$${tex}$$` : `$${tex}$`;
}

/** @param {Element} element */
function fenced(element) {
  const code = element.querySelector("code");
  const text = ((code && code.textContent) || "").replace(/\n$/, "");
  const language = ((code && code.className) || "").replace(/^language-/, "");
  const longest = Math.max(2, ...(text.match(CODE_TICKS) || []).map((ticks) => ticks.length));
  const fence = "`".repeat(longest + 1);
  return `${fence}${language}\n${text}\n${fence}`;
}

/** @param {string} text */
function quoted(text) {
  return text.replace(/^/gm, "> ").replace(/ +$/gm, "");
}

/** @param {Element} element */
function callout(element) {
  const title = element.querySelector(".callout-title");
  const kind = Array.from(element.classList).find((one) => one !== "callout") || "note";
  const words = title ? line(title) : "";
  const body = Array.from(element.children).filter((child) => child !== title);
  const texts = body.map((child) => blockOf(child) || line(child));
  return quoted(`[!${kind.toUpperCase()}]${words && ` ${words}`}\n${texts.join("\n\n")}`);
}

/** @param {Element} element */
function list(element) {
  const items = Array.from(element.children);
  const first = Number(element.getAttribute("start") || "1");
  const isLoose = items.some((item) => item.querySelector(":scope > p"));
  return items
    .map((item, index) => {
      const mark = element.tagName === "OL" ? `${first + index}. ` : "- ";
      const text = blocks(item, isLoose ? "\n\n" : "\n");
      return mark + text.replace(/\n(?=.)/g, `\n${" ".repeat(mark.length)}`);
    })
    .join(isLoose ? "\n\n" : "\n");
}

/** @param {Element} element */
function table(element) {
  const rows = Array.from(element.querySelectorAll("tr"), (row) => Array.from(row.children));
  const [head = [], ...body] = rows;
  const written = (/** @type {Element[]} */ cells) =>
    `| ${cells.map((cell) => line(cell).replace(/\\?\n/g, " ").replace(/\|/g, "\\|")).join(" | ")} |`;
  /** @type {Record<string, string>} */
  const rules = { left: ":--", right: "--:", center: ":-:" };
  const rule = head.map((cell) => rules[cell.getAttribute("align") || ""] || "---");
  return [written(head), `| ${rule.join(" | ")} |`, ...body.map(written)].join("\n");
}

/** Footnotes. @param {Element} element */
function notes(element) {
  return Array.from(element.querySelectorAll("li"), (item, index) => {
    const text = blocks(item).replace(/\n(?=.)/g, "\n    ");
    return `[^${index + 1}]: ${text}`;
  }).join("\n\n");
}
