/* global make */
/* exported icon */

/**
 * A picture on the launcher. It is painted, for a strict page blocks every `<img>`: the stored one
 * out of this script, one that a page names from its own origin. Where it cannot be had the stored
 * one stays, else the sign; the sign alone in browsers without `createImageBitmap`.
 * @param {Widget} widget
 * @returns {Piece}
 */
function icon(widget) {
  const { launcher, site } = widget;
  const { asstBtn, base } = site.ui;
  const sign = /** @type {SVGElement} */ (launcher.querySelector("svg"));
  const canvas = make("canvas");
  const stored = wanted();
  let shown = "";
  let isPainted = false;

  function wanted() {
    return asstBtn.icon || base.icon;
  }

  /** Only the last one asked for may be painted. */
  async function show() {
    const mine = shown;
    isPainted = false;
    for (const address of [mine, stored]) {
      try {
        // eslint-disable-next-line compat/compat -- where it is missing, the sign stays
        const bitmap = await createImageBitmap(await blobOf(address));
        if (mine !== shown) return;
        canvas.width = Math.min(bitmap.width, 256); // enough for any screen; its style makes it small
        canvas.height = (canvas.width * bitmap.height) / bitmap.width;
        /** @type {any} */ (canvas.getContext("2d")).drawImage(bitmap, 0, 0, canvas.width, canvas.height);
        isPainted = true;
        break;
      } catch {
        // The next one.
      }
    }
    widget.draw();
  }

  /** What is in the script is not fetched: a strict page refuses that. @param {string} address */
  function blobOf(address) {
    return address.startsWith("data:")
      ? new Blob([Uint8Array.from(atob(`${address.split(",")[1]}`), (char) => char.charCodeAt(0))])
      : fetch(address, { mode: "same-origin" }).then((answer) => answer.blob());
  }

  launcher.prepend(canvas);
  return {
    draw() {
      if (wanted() !== shown) {
        shown = wanted();
        show();
      }
      const isSeen = isPainted && shown && !widget.isOpen;
      sign.style.display = isSeen ? "none" : "";
      canvas.style.cssText = `${isSeen ? "" : "display:none;"}flex:none;width:36px;height:36px;margin:-4px;object-fit:contain;border-radius:${launcher.style.borderRadius}`;
    },
  };
}
