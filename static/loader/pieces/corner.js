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
      const { style } = launcher;
      style.bottom = "auto";
      style.top = `calc(${offsetY}px + env(safe-area-inset-top))`;
      style.setProperty(position.slice(4), `${offsetX}px`);
    },
  };
}
