/* global label */
/* exported createNudge */

const NUDGE_PX = 16;
/** @type {Record<string, [number, number]>} */
const WAYS = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] };

/**
 * A launcher that can be dragged moves by Shift and an arrow key too. Without Shift the arrows scroll
 * the page, and with Alt browsers take them. The focus on the launcher brings the panel, and this.
 * @param {Widget} widget
 * @returns {() => void} says so on the launcher
 */
function createNudge({ launcher, pieces, site }) {
  const { asstBtn } = site.ui;

  launcher.onkeydown = (event) => {
    const way = event.shiftKey && WAYS[event.key];
    if (!way || !asstBtn.draggable) return;
    event.preventDefault();
    pieces.drag?.shift?.(NUDGE_PX * way[0], NUDGE_PX * way[1]);
  };

  return () => {
    if (asstBtn.draggable) label(launcher, { "aria-keyshortcuts": Object.keys(WAYS).map((key) => `Shift+${key}`).join(" ") });
    else launcher.removeAttribute("aria-keyshortcuts");
  };
}
