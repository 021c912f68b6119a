/* exported beside */

/**
 * Where there is most room beside the launcher: how far it is from the nearest corner of the window,
 * and on which sides of it that leaves the room.
 * @param {HTMLElement} launcher
 */
function beside(launcher) {
  const { bottom, left, right, top } = launcher.getBoundingClientRect();
  const { clientWidth } = document.documentElement;
  const isLeft = left + right < clientWidth;
  const isUpper = top + bottom < window.innerHeight;
  return {
    x: isLeft ? left : clientWidth - right,
    y: isUpper ? bottom : window.innerHeight - top,
    side: isLeft ? "left" : "right",
    edge: isUpper ? "top" : "bottom",
  };
}
