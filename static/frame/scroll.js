/**
 * Keeps the end of the thread in view for those who are at the end, and leaves everybody else where
 * they read. What nobody has begun is read from its greeting on. Scrolls our own box only, never the
 * host page.
 */
import { announce } from "./announcer.js";

const NEAR_PX = 40;

/**
 * @param {HTMLElement} box
 * @param {HTMLElement} thread
 * @param {HTMLElement} jump the button that leads back to the end
 * @param {() => void} onLeave takes the focus when that goes away under it
 */
export function createScroll(box, thread, jump, onLeave) {
  let isPinned = true;
  let top = box.scrollTop;
  let height = thread.offsetHeight;
  /** What the reader unfolds is no news. */
  const isAnswering = () => document.documentElement.hasAttribute("data-running");

  /** @param {boolean} isNeeded */
  function setJump(isNeeded) {
    if (jump.hidden && isNeeded) announce((jump.textContent || "").trim());
    const hadFocus = !isNeeded && document.activeElement === jump;
    jump.hidden = !isNeeded;
    if (hadFocus) onLeave();
  }

  function toEnd() {
    isPinned = true;
    setJump(false);
    box.scrollTop = thread.hasAttribute("data-started") ? box.scrollHeight : 0;
  }

  function follow() {
    const hasGrown = thread.offsetHeight > height;
    height = thread.offsetHeight;
    if (isPinned) toEnd();
    else if (hasGrown && isAnswering()) setJump(true);
  }

  box.addEventListener("scroll", () => {
    const distance = box.scrollHeight - box.clientHeight - box.scrollTop;
    if (distance < NEAR_PX) isPinned = true;
    else if (box.scrollTop < top) isPinned = false;
    if (isPinned) setJump(false);
    top = box.scrollTop;
  }, { passive: true });
  jump.addEventListener("click", toEnd);

  const observer = new ResizeObserver(follow);
  observer.observe(thread);
  observer.observe(box);

  return {
    toEnd,
    /**
     * Runs a change above what is read and keeps that where it is.
     *
     * @param {() => void} change
     */
    keep(change) {
      const fromEnd = box.scrollHeight - box.scrollTop;
      change();
      height = thread.offsetHeight;
      box.scrollTop = box.scrollHeight - fromEnd;
    },
    /** @param {number} pages up (negative) or down */
    page: (pages) => box.scrollBy(0, pages * box.clientHeight * 0.9),
  };
}
