/* global remember */
/* exported drag */

/**
 * The visitor may put the launcher elsewhere, by mouse, finger and pen alike. Its place is a share of
 * the room that the window leaves it, 8 pixels from each edge: so it stays in sight, and at its edge,
 * when the window changes.
 * @param {Widget} widget
 * @returns {Piece}
 */
function drag(widget) {
  const { launcher, name, site } = widget;
  const { asstBtn } = site.ui;
  const memory = `chatdock.${name}.place`;
  const kept = (remember("localStorage", memory) || "").split(" ");
  /** The storage is the host page's, and may hold anything: it is made to fit. @type {any} */
  let place = kept[1] && [within(kept[0]), within(kept[1])];
  /** @type {any} where on it the launcher is held, and where that was on the page */
  let held = null;
  let isMoved = false;

  /** @param {any} share */
  function within(share) {
    return Math.min(1, Math.max(0, share)) || 0;
  }

  function keep() {
    if (place) remember("localStorage", memory, place.join(" "));
  }

  /** @param {number} left @param {number} top in pixels */
  function put(left, top) {
    const { offsetHeight, offsetWidth } = widget.handle || launcher;
    place = [
      within((left - 8) / (document.documentElement.clientWidth - offsetWidth - 16)),
      within((top - 8) / (window.innerHeight - offsetHeight - 16)),
    ];
    widget.draw();
  }

  launcher.onpointerdown = ({ button, clientX, clientY, isPrimary, pointerId }) => {
    isMoved = false;
    if (!asstBtn.draggable || !isPrimary || button) return;
    const { left, top } = launcher.getBoundingClientRect();
    held = [clientX - left, clientY - top, clientX, clientY];
    launcher.setPointerCapture(pointerId);
  };
  launcher.onpointermove = ({ clientX, clientY }) => {
    if (!held) return;
    isMoved = isMoved || Math.hypot(clientX - held[2], clientY - held[3]) >= 8;
    if (isMoved) put(clientX - held[0], clientY - held[1]);
  };
  launcher.onlostpointercapture = () => {
    held = null;
    if (isMoved) keep();
  };
  // A drag is no click; a key's has no detail.
  launcher.addEventListener("click", (event) => isMoved && event.detail && event.stopImmediatePropagation(), true);

  return {
    draw() {
      const { style } = widget.handle || launcher; // a page's own element may hold it
      const { draggable, dragAxis } = asstBtn;
      const stand = (/** @type {any} */ from, /** @type {any} */ to, /** @type {string} */ way, /** @type {number} */ share) => {
        style[from] = `calc(8px + (100% - 16px)*${share})`;
        style[to] = "auto";
        style.transform += `translate${way}(${-100 * share}%)`;
      };
      widget.isPlaced = draggable && !!place;
      if (!draggable) return;
      style.touchAction = style.webkitUserSelect = "none";
      if (place) style.transform = "";
      if (place && dragAxis !== "y") stand("left", "right", "X", place[0]);
      if (place && dragAxis !== "x") stand("top", "bottom", "Y", place[1]);
    },
    /** What the keys do. @param {number} x @param {number} y in pixels */
    shift(x, y) {
      const { left, top } = launcher.getBoundingClientRect();
      put(left + x, top + y);
      keep();
    },
  };
}
