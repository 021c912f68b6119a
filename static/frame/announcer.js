/**
 * What a screen reader is told beside what the focus meets: plain text in a region of its own, which
 * is emptied again. The visible thread is no live region, or all of it would be read again.
 */
import { byId } from "./page.js";

/** TalkBack misses what is there for a tenth of a second. */
const HEARD_AFTER_MS = 1500;

/** Not twice, whoever noticed it. @param {string} text */
export function announce(text) {
  const region = byId("announcer");
  const isSaid = Array.from(region.children).some((line) => line.textContent === text);
  if (!text || isSaid) return;
  const line = document.createElement("span");
  line.textContent = text;
  region.append(line);
  setTimeout(() => line.remove(), HEARD_AFTER_MS);
}
