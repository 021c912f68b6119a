/* exported title */

/**
 * Answers that wait unseen, in front of the host page's title: "(2) Lamps". The title is the page's:
 * when the page changes it meanwhile it stays so, and what is taken out at the end is ours alone.
 * @param {Widget} widget
 * @returns {Piece}
 */
function title(widget) {
  const { asstBtn } = widget.site.ui;
  let mark = "";
  let plain = "";

  /** The page's own text node, for an application may hold on to it. */
  function text() {
    const node = document.head.querySelector("title");
    return /** @type {Text | null} */ (node && node.firstChild);
  }

  /** @param {unknown} count */
  function put(count) {
    const wanted = count ? `(${count}) ` : "";
    const node = text();
    if (!node || wanted === mark) return;
    // A page may have made its new title of the one with the mark.
    const now = mark ? node.data.split(mark + plain).join(plain) : node.data;
    [mark, plain] = [wanted, now];
    if (node.data !== mark + now) node.data = mark + now;
  }

  return {
    draw: () => put(asstBtn.titleHint && widget.unread),
    stop: () => put(0),
  };
}
