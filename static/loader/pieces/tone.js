/* global inkOn */
/* exported tone */

/**
 * What can be read on an accent that the page chose: the server knew the owner's only.
 * @param {Widget} widget
 * @returns {Piece}
 */
function tone({ launcher, site }) {
  return {
    draw() {
      launcher.style.color = inkOn(site.ui.theme.accent);
    },
  };
}
