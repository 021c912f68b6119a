/* global BUTTON NARROW WORDS beside label make remember watchPage */
/* exported teaser */

/**
 * Words in a bubble beside the launcher, until the chat was opened in this tab or the visitor put
 * them away: then nothing opens by itself any more either.
 * @param {Widget} widget
 * @returns {Piece}
 */
function teaser(widget) {
  const { launcher, name, site } = widget;
  const { asstBtn } = site.ui;
  const text = make("button");
  const closer = make("button");
  const bubble = make("div", {}, text, closer);
  let isDue = false;
  const stop = watchPage(
    () => asstBtn.teaser.after,
    (now) => {
      if (!now && !isDue) return;
      isDue = now;
      draw(); // also because the launcher may stand elsewhere now
    },
  );

  function draw() {
    const { x, y, edge, side } = beside(widget.handle || launcher);
    const { background, borderRadius, color, zIndex } = (widget.looks || launcher).style;
    const isShown = isDue && asstBtn.teaser.text && !widget.kept && launcher.offsetWidth;
    text.textContent = asstBtn.teaser.text;
    text.style.cssText = `${BUTTON}padding:12px 0 12px 16px;background:none;color:inherit;text-align:start;overflow:hidden;
text-overflow:ellipsis;white-space:${matchMedia(NARROW).matches ? "nowrap" : "normal"}`;
    label(closer, { "aria-label": WORDS[widget.lang].dismiss });
    closer.style.cssText = `${BUTTON}padding:12px 16px;background:none;color:inherit`;
    bubble.style.cssText = `display:${isShown ? "flex" : "none"};position:fixed;z-index:${zIndex};${side}:${x}px;${edge}:${y + 12}px;
max-width:min(320px,90%);border-radius:${borderRadius};box-shadow:0 4px 16px #0005;
background:${background};color:${color}`;
  }

  /** @type {ShadowRoot} */ (launcher.getRootNode()).prepend(bubble);
  closer.textContent = "×";
  text.onclick = () => widget.ask("open", true);
  closer.onclick = ({ detail }) => {
    widget.kept = remember("sessionStorage", `chatdock.${name}`, "closed");
    draw();
    if (!detail) launcher.focus({ preventScroll: true }); // by a key: the focus goes on from here
  };

  return { draw, stop };
}
