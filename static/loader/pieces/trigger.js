/* global watchPage */
/* exported trigger */

/**
 * Opens the chat by itself, once in a tab and without taking the focus; never where the visitor has
 * had it open before.
 * @param {Widget} widget
 * @returns {Piece}
 */
function trigger(widget) {
  const { asstBtn } = widget.site.ui;
  const stop = watchPage(
    () => asstBtn.openAfter,
    (isDue) => {
      const { seconds, scroll, url } = asstBtn.openAfter;
      if (widget.kept) return stop();
      if (!isDue || !(seconds || scroll || url)) return;
      stop();
      widget.ask("open", false);
    },
  );
  return { stop };
}
