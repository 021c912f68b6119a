/* global PANEL */
/* exported fill, stand */

const BESIDE_LAUNCHER = 68;
const EDGE = 16;

/**
 * Where the panel stands: in its container, over the whole window, or above the launcher.
 * @param {Widget} widget
 * @param {string} size  styles of a panel that floats
 * @returns {string}
 */
function stand({ layout, site }, size) {
  if (layout === "inline") return "position:relative;height:100%;";
  return layout === "mobile" ? sheet(site.ui) : float(site.ui, size);
}

/**
 * All of the window that the keyboard leaves free; a page zoomed with two fingers keeps the whole.
 * @param {Ui} ui
 */
function sheet({ base }) {
  const view = window.visualViewport;
  const [top, height] = view && Math.abs(view.scale - 1) < 0.01 ? [view.offsetTop, `${view.height}px`] : [0, "100%"];
  return `position:fixed;left:0;top:${top}px;width:100%;height:${height};z-index:${base.zIndex + 1};`;
}

/** @param {Ui} ui @param {string} size */
function float({ asstBtn, base, theme }, size) {
  const { isNeed, offsetX, offsetY, position } = asstBtn;
  const [side, edge = "bottom"] = position.split("-").reverse();
  const away = offsetY + (isNeed ? BESIDE_LAUNCHER : 0);
  return `position:fixed;${side}:${offsetX}px;${edge}:calc(${away}px + env(safe-area-inset-${edge}));
${size}max-width:calc(100% - ${offsetX + EDGE}px);max-height:calc(100% - ${away + EDGE}px);
border-radius:${PANEL.radii[theme.radius]};box-shadow:0 8px 40px rgba(0,0,0,.28);z-index:${base.zIndex};`;
}

/**
 * An inline chat fills its container; in one without a height of its own it takes the panel's.
 * @param {HTMLElement} host
 * @param {number} height
 */
function fill(host, height) {
  const style = (/** @type {string} */ value) =>
    `all:initial!important;display:block!important;height:${value}!important`;
  host.style.cssText = style("100%");
  if (!host.offsetHeight) host.style.cssText = style(`${height}px`);
}
