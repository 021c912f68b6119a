/* global remember */
/* exported createSize */

/**
 * How large the floating panel is: as the options say, as the visitor drew it with the grip, or nearly
 * as the window while it is enlarged.
 * @param {Widget} widget
 * @param {() => void} draw  the panel, anew
 * @returns {Size}
 */
function createSize(widget, draw) {
  const { bring, name, pieces, site } = widget;
  const { ui } = site;
  const [drawn, enlarged] = [`chatdock.${name}.size`, `chatdock.${name}.large`];
  const [width, height] = (remember("localStorage", drawn) || "").split(" ").map(Number);
  let own = width && height ? { width, height } : null;
  let isLarge = remember("sessionStorage", enlarged) === "yes";
  let isAsked = false;

  function isEnlarged() {
    return isLarge && ui.header.isNeedExpand && ui.header.isShow && widget.layout === "pc";
  }

  return {
    isEnlarged,
    /** The panel's styles. */
    style() {
      const wanted = (ui.chatBot.isResizable && own) || ui.chatBot;
      return isEnlarged() ? "width:100%;height:100%;" : `width:${wanted.width}px;height:${wanted.height}px;`;
    },
    draw() {
      pieces.grip?.draw?.();
      if (pieces.grip || isAsked || !ui.chatBot.isResizable) return;
      isAsked = true;
      bring("pieces").then(({ add }) => add(widget), Object);
    },
    toggle() {
      isLarge = !isLarge;
      remember("sessionStorage", enlarged, isLarge ? "yes" : "no");
      draw();
    },
    take(now) {
      own = now;
      draw();
    },
    keep: () => remember("localStorage", drawn, own ? `${own.width} ${own.height}` : "no"),
  };
}
