/* global PANEL beside */
/* exported fill, stand */

const LAUNCHER = 56;
const FROM_LAUNCHER = 12;
const EDGE = 16;
const USABLE = { width: 320, height: 400 };

/**
 * Where the panel stands: in its container, over the whole window, or beside the launcher.
 * @param {Widget} widget
 * @param {string} size  styles of a panel that floats
 * @returns {string}
 */
function stand(widget, size) {
  const { layout, site } = widget;
  if (layout === "inline") return "position:relative;height:100%;";
  return layout === "mobile" ? sheet(site.ui) : float(widget, size);
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

/** @param {Widget} widget @param {string} size */
function float(widget, size) {
  const { base, theme } = widget.site.ui;
  const { edge, side, x, y } = widget.isPlaced && widget.launcher.offsetWidth ? roomBeside(widget.launcher) : inCorner(widget.site.ui);
  return `position:fixed;${side}:${x}px;${edge}:calc(${y}px + env(safe-area-inset-${edge}));
${size}max-width:calc(100% - ${x + EDGE}px);max-height:calc(100% - ${y + EDGE}px);
border-radius:${PANEL.radii[theme.radius]};box-shadow:0 8px 40px rgba(0,0,0,.28);z-index:${base.zIndex};`;
}

/** @param {Ui} ui */
function inCorner({ asstBtn }) {
  const { isNeed, offsetX, offsetY, position } = asstBtn;
  const [side, edge = "bottom"] = position.split("-").reverse();
  return { side, edge, x: offsetX, y: offsetY + (isNeed ? LAUNCHER + FROM_LAUNCHER : 0) };
}

/**
 * Above or below the launcher, where there is more room; where that is too little, beside it.
 * @param {HTMLElement} launcher
 */
function roomBeside(launcher) {
  const { edge, side, x, y } = beside(launcher);
  const inner = x + launcher.offsetWidth + FROM_LAUNCHER;
  const isLow = window.innerHeight - y - FROM_LAUNCHER - EDGE < USABLE.height;
  return isLow && window.innerWidth - inner - EDGE >= USABLE.width
    ? { edge, side, x: inner, y: EDGE }
    : { edge, side, x, y: y + FROM_LAUNCHER };
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
