/**
 * What a screen reader is told beside what the focus meets: plain text in a region of its own, which
 * is emptied again. The visible thread is no live region, or all of it would be read again.
 */
import { byId } from "./page.js";

/** TalkBack misses what is there for a tenth of a second. */
const HEARD_AFTER_MS = 1500;

/** @param {string} text */
export function announce(text) {
  if (!text) return;
  const line = document.createElement("span");
  line.textContent = text;
  byId("announcer").append(line);
  setTimeout(() => line.remove(), HEARD_AFTER_MS);
}
