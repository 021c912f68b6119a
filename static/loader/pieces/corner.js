/* exported corner */

/**
 * A launcher in an upper corner.
 * @param {Widget} widget
 * @returns {Piece}
 */
function corner({ launcher, site }) {
  return {
    draw() {
      const { offsetX, offsetY, position } = site.ui.asstBtn;
      if (!position.startsWith("top-")) return;
      launcher.style.cssText += `${position.slice(4)}:${offsetX}px;bottom:auto;top:calc(${offsetY}px + env(safe-area-inset-top))`;
    },
  };
}
