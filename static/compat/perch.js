/* global BASICS PIECES addSheet make */

/**
 * The launcher in the flow of the page: in the element that Coze's former `el` names.
 * @param {Widget & {script: {root?: Element}}} widget
 * @returns {Piece}
 */
function perch({ launcher, script }) {
  const { root } = script;
  const seat = make("div");

  function sit() {
    if (root && seat.parentNode !== root) root.append(seat);
  }

  if (root) {
    const inside = seat.attachShadow({ mode: "open" });
    seat.style.cssText = "all:initial!important";
    addSheet(inside, BASICS);
    inside.append(launcher);
  }

  return {
    draw() {
      sit();
      if (root) launcher.style.position = "static";
    },
    stop() {
      seat.remove();
    },
  };
}

PIECES.perch = perch;
