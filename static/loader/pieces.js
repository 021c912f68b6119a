// All pieces in one script, for a page that sets what its site's owner did not. The server puts the
// defaults in front of it.
/* global DEFAULTS PIECES complete */
/* exported addPieces */

/** @param {Widget} widget */
function addPieces(widget) {
  complete(widget, DEFAULTS);
  for (const name in PIECES) widget.pieces[name] = widget.pieces[name] || PIECES[name](widget);
  widget.draw();
}
