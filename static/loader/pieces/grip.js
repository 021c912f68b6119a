/* global BUTTON WORDS inkOn label make makeIcon */
/* exported grip */

const GRIP = "M4 4h9v2H7.4l6.1 6.1-1.4 1.4L6 7.4V13H4z";
const LEAST = { width: 280, height: 320 };
const ROOM = 36;
const STEP = 16;

/**
 * The panel's free corner, by which a visitor makes it larger or smaller: with the pointer, or with the
 * arrow keys. Twice on it, or Home, and it is as the options say.
 * @param {Widget} widget
 * @returns {Piece}
 */
function grip(widget) {
  const { box, site } = widget;
  const { ui } = site;
  const handle = make("button", {}, makeIcon(GRIP));
  const shield = make("div");
  /** @type {{x: number, y: number, width: number, height: number} | null} */
  let start = null;

  /** Whether it is the left one, and the upper one: across from where the panel stands. */
  function corner() {
    const { bottom, right } = box.style;
    return [right !== "", bottom !== ""];
  }

  function draw() {
    const { layout, size } = widget;
    if (!size) return;
    const [isLeft, isTop] = corner();
    const isNeed = ui.chatBot.isResizable && layout === "pc" && !size.isEnlarged();
    if (isNeed && !handle.isConnected) box.append(handle);
    label(handle, { "aria-label": WORDS[widget.lang].resize });
    handle.style.cssText = `${BUTTON}${isNeed ? "" : "display:none;"}position:absolute;z-index:1;width:24px;height:24px;
padding:0;background:none;color:${isTop && ui.header.isShow ? inkOn(ui.theme.accent) : "inherit"};overflow:hidden;
${isLeft ? "left" : "right"}:0;${isTop ? "top" : "bottom"}:0;cursor:${isLeft === isTop ? "nwse" : "nesw"}-resize;
touch-action:none;opacity:.7;transform:scale(${isLeft ? 1 : -1},${isTop ? 1 : -1})`;
  }

  /** @param {number} width @param {number} height */
  function take(width, height) {
    const within = (/** @type {number} */ length, /** @type {number} */ least, /** @type {number} */ most) =>
      Math.round(Math.max(least, Math.min(length, most - ROOM)));
    /** @type {Size} */ (widget.size).take({
      width: within(width, LEAST.width, innerWidth),
      height: within(height, LEAST.height, innerHeight),
    });
  }

  function keep() {
    /** @type {Size} */ (widget.size).keep();
  }

  function reset() {
    /** @type {Size} */ (widget.size).take(null);
    keep();
  }

  /** The frame would swallow the pointer: a shield lies over all of the page. @param {PointerEvent} event */
  function begin({ button, clientX, clientY, pointerId }) {
    if (button) return;
    const { width, height } = box.getBoundingClientRect();
    start = { x: clientX, y: clientY, width, height };
    handle.setPointerCapture(pointerId);
    shield.style.cssText = `position:fixed;left:0;top:0;width:100%;height:100%;z-index:2;cursor:${handle.style.cursor}`;
    box.append(shield);
  }

  /** @param {PointerEvent} event */
  function move({ clientX, clientY }) {
    if (!start) return;
    const [isLeft, isTop] = corner();
    const [x, y] = [clientX - start.x, clientY - start.y];
    take(start.width + (isLeft ? -x : x), start.height + (isTop ? -y : y));
  }

  function end() {
    if (!start) return;
    start = null;
    shield.remove();
    keep();
  }

  /** The keys move the corner. @param {KeyboardEvent} event */
  function press(event) {
    const [isLeft, isTop] = corner();
    const { width, height } = box.getBoundingClientRect();
    const step = (/** @type {boolean} */ isOut) => (isOut ? STEP : -STEP);
    if (event.key === "Home") reset();
    else if (/^Arrow(Left|Right)$/.test(event.key)) take(width + step((event.key === "ArrowLeft") === isLeft), height);
    else if (/^Arrow(Up|Down)$/.test(event.key)) take(width, height + step((event.key === "ArrowUp") === isTop));
    else return;
    event.preventDefault();
    keep();
  }

  handle.onpointerdown = begin;
  handle.onpointermove = move;
  handle.onpointerup = handle.onlostpointercapture = end;
  handle.ondblclick = reset;
  handle.onkeydown = press;

  return { draw, stop: end };
}
