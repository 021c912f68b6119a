/* global BASICS addSheet make */
/* exported mount */

/**
 * The chat in an element of the page: it fills it, and the launcher opens and closes it there. When
 * the tag names the element the chat stands there open for good, without a launcher. Waits for the
 * element, and follows it when the page puts it anew.
 * @param {Widget} widget
 * @returns {Piece}
 */
function mount(widget) {
  const { box, host, script, site } = widget;
  const stage = make("div");
  const inside = stage.attachShadow({ mode: "open" });
  const watcher = new MutationObserver(look);

  function home() {
    const el = widget.el || site.ui.chatBot.el;
    return el && typeof el === "string" ? document.querySelector(el) : el;
  }

  /** A frame that moves loads anew, and the line to it begins anew with it. */
  function look() {
    const found = /** @type {Element | null} */ (home());
    if (stage.parentNode === (found || null)) return;
    if (found) {
      found.append(stage);
      inside.append(box);
    } else {
      stage.remove();
      /** @type {ShadowRoot} */ (host.shadowRoot).append(box);
    }
    widget.draw();
    if (found && widget.isPinned) widget.ask("open", false);
  }

  addSheet(inside, BASICS);
  stage.style.cssText = "all:initial!important";
  watcher.observe(document, { childList: true, subtree: true });
  if (script.dataset.el) {
    widget.isPinned = true;
    widget.loading = "lazy";
  }

  return {
    draw() {
      look();
      if (stage.isConnected) widget.layout = "inline";
    },
    stop() {
      watcher.disconnect();
      stage.remove();
    },
  };
}
