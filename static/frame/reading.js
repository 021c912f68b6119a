/**
 * An answer as it is read aloud: sentence by sentence, in the order of the page. Code and tables are
 * named and not read out; who wants them goes there.
 *
 * @typedef {import("./page.js").Say} Say
 * @typedef {object} Block
 * @property {string} text
 * @property {boolean} isOpen more of it may come
 */
import { sentencesOf } from "./sentences.js";

const WHOLE = "p, h1, h2, h3, h4, h5, h6, dt, dd, summary, td, th";
const BOX = `${WHOLE}, ul, ol, li, blockquote, pre, table, div, section, details, dl, hr`;
/** What a voice pauses after; letters that a full stop of their own goes with. */
const PAUSE = /[.!?,:;…。！？；：，、؟۔।]["'”’」』)）\]»]*$/;
const FULL_WIDTH = /[\u3040-\u30ff\u3400-\u9fff\uff00-\uffef]$/;
/** For the eyes, or said elsewhere. */
const UNREAD = "script, style, button, input, [hidden], [aria-hidden=true], .notes, sup";
/** As its author wrote it, a formula is read where that needs no signs of TeX. */
const PLAIN_FORMULA = /^[^\\{}^_]*$/;

/**
 * What is complete of it so far.
 *
 * @param {HTMLElement} answer
 * @param {boolean} isRunning
 * @param {Say} say
 * @returns {string[]}
 */
export function readAloud(answer, isRunning, say) {
  const parts = Array.from(answer.querySelectorAll(".parts > .text, .parts > .notice, .parts > .file"));
  const blocks = parts.flatMap((part, index) => blocksOf(part, isRunning && index === parts.length - 1, say));
  return blocks.flatMap(({ text, isOpen }) => sentencesOf(isOpen ? text : ended(text.trim()), isOpen));
}

/** Rows of a list have no full stops, and would be read as one. @param {string} text */
function ended(text) {
  if (!text || PAUSE.test(text)) return text;
  return text + (FULL_WIDTH.test(text) ? "。" : ".");
}

/**
 * An answer grows at its right edge: there alone something may be open.
 *
 * @param {Element} box
 * @param {boolean} isOpen
 * @param {Say} say
 * @returns {Block[]}
 */
function blocksOf(box, isOpen, say) {
  if (box.matches(UNREAD)) return [];
  if (box.matches("pre")) return isOpen ? [] : [{ text: codeWords(box, say), isOpen: false }];
  if (box.matches("table")) return isOpen ? [] : [{ text: tableWords(box, say), isOpen: false }];
  if (box.matches(WHOLE)) return [{ text: wordsOf(box, say), isOpen }];
  /** @type {Block[]} */
  const blocks = [];
  let line = "";
  for (const node of box.childNodes) {
    const isLast = isOpen && node === box.lastChild;
    if (node instanceof Element && node.matches(BOX)) {
      blocks.push({ text: line, isOpen: false }, ...blocksOf(node, isLast, say));
      line = "";
    } else line += wordsOf(node, say);
  }
  return [...blocks, { text: line, isOpen }];
}

/** @param {Node} node @param {Say} say @returns {string} */
function wordsOf(node, say) {
  if (node instanceof Text) return node.data.replace(/\s+/g, " ");
  if (!(node instanceof Element) || node.matches(UNREAD)) return "";
  if (node.matches("br")) return " ";
  if (node instanceof HTMLImageElement) return node.alt;
  if (node.matches(".formula")) return formulaWords(node, say);
  return Array.from(node.childNodes, (child) => wordsOf(child, say)).join("");
}

/** One line is as soon read as named. @param {Element} code @param {Say} say */
function codeWords(code, say) {
  const text = (code.textContent || "").trim();
  const lines = text.split("\n").length;
  const [, name] = /language-(\S+)/.exec((code.firstElementChild || code).className) || [];
  return lines > 1 ? say("hear.code", { lines, language: name ? ` ${name}` : "" }) : text;
}

/** @param {Element} table @param {Say} say */
function tableWords(table, say) {
  const heads = Array.from(table.querySelectorAll("th"), (head) => wordsOf(head, say)).filter(Boolean);
  const [first, rows] = [table.querySelector("tr"), table.querySelectorAll("tbody tr").length];
  return say("hear.table", { rows, columns: first ? first.children.length : 0, heads: heads.join(", ") });
}

/** @param {Element} formula @param {Say} say */
function formulaWords(formula, say) {
  const source = (formula.lastElementChild || formula).textContent || "";
  return PLAIN_FORMULA.test(source) ? source : say("hear.formula");
}
