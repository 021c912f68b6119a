/* global PANEL label make */
/* exported createUnread */

const BADGE = `position:absolute;top:-4px;right:-4px;min-width:12px;padding:0 5px;border-radius:11px;
font:600 12px/22px system-ui,sans-serif;text-align:center;background:#c5221f;color:#fff;`;

/**
 * Answers that ended while nobody could see them: told to the page, and counted on the launcher.
 * @param {Widget} widget
 */
function createUnread(widget) {
  const { bring, emit, launcher, pieces, site } = widget;
  const badge = make("span", { class: "badge" });
  let count = 0;

  function isSeen() {
    return widget.isOpen && !document.hidden;
  }

  /** @param {number} now */
  function set(now) {
    if (now === count) return;
    count = widget.unread = now;
    if (now && site.ui.asstBtn.titleHint && !pieces.title) bring("pieces").then(({ add }) => add(widget), Object);
    widget.draw();
    emit("unread", { count });
  }

  function look() {
    if (isSeen()) set(0);
  }

  /** After the launcher, whose name it goes on with. */
  function draw() {
    const { badge: isNeed, text } = site.ui.asstBtn;
    const shown = isNeed ? count : 0;
    const name = widget.said || text || site.words[widget.lang][0];
    badge.textContent = `${shown || ""}`;
    badge.style.cssText = BADGE + (shown ? "" : "display:none");
    label(launcher, { "aria-label": shown ? `${name}${PANEL.words[widget.lang].unread.replace("%(count)s", shown)}` : name });
  }

  launcher.append(badge);
  document.addEventListener("visibilitychange", look);

  return {
    look,
    draw,
    /** An answer has ended. */
    add: () => isSeen() || set(count + 1),
    stop() {
      document.removeEventListener("visibilitychange", look);
      badge.remove();
    },
  };
}
