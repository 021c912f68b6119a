/* global BUTTON CENTRED CHAT PANEL inkOn label make makeIcon */
/* exported createNote */

/** What stands in the panel while the frame cannot be seen: it is coming, or it did not come. */
function createNote() {
  const pulse = makeIcon(CHAT);
  const status = make("p", { role: "status" });
  const retry = make("button");
  const node = make("div", {}, pulse, status, retry);

  /**
   * @param {Widget} widget
   * @param {Phase} phase
   */
  function draw({ lang, site }, phase) {
    const { accent, radius } = site.ui.theme;
    const words = PANEL.words[lang];
    const isLost = phase === "lost";
    const isNeed = isLost || phase === "loading";
    label(pulse, { class: isLost ? "" : "busy" });
    status.textContent = isNeed ? words[isLost ? "lost" : "loading"] : "";
    status.style.cssText = "margin:12px 24px 20px";
    retry.textContent = words.retry;
    retry.style.cssText = `${BUTTON}${isLost ? "" : "display:none;"}height:44px;padding:0 20px;
background:${accent};color:${inkOn(accent)};border-radius:${PANEL.radii[radius]}`;
    node.style.cssText = `${CENTRED}${isNeed ? "" : "display:none;"}position:absolute;width:100%;height:100%;
flex-direction:column;text-align:center`;
  }

  return { node, retry, draw };
}
