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
  let place = recall();
  /** @type {any} where on it the launcher is held, and where that was on the page */
  let held = null;
  let isMoved = false;

  /** The storage is the host page's, and may hold anything. @returns {any} */
  function recall() {
    const kept = (remember("localStorage", memory) || "").split(" ").map(Number);
    return kept.length === 2 && kept.every((share) => share >= 0 && share <= 1) ? kept : null;
  }

  function keep() {
    if (place) remember("localStorage", memory, place.join(" "));
  }

  /** What moves: a page's own element, where the launcher stands in one. */
  function moved() {
    return widget.handle || launcher;
  }

  /** @param {number} left @param {number} top in pixels */
  function put(left, top) {
    const share = (/** @type {number} */ at, /** @type {number} */ room) =>
      Math.min(1, Math.max(0, (at - 8) / (room - 16))) || 0;
    place = [
      share(left, document.documentElement.clientWidth - moved().offsetWidth),
      share(top, window.innerHeight - moved().offsetHeight),
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
  /** A drag is no click. On the way to the launcher, so before its own handler; a key's has no detail. @param {MouseEvent} event */
  function hush(event) {
    if (isMoved && event.detail && event.composedPath().includes(launcher)) event.stopPropagation();
  }
  window.addEventListener("click", hush, true);

  return {
    draw() {
      const { style } = moved();
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
    stop() {
      window.removeEventListener("click", hush, true);
    },
  };
}
