/* exported createCover */

/**
 * Takes the host page out of reach while a sheet covers it, and gives it back exactly as it was.
 * @param {Element} ours stays in reach
 * @returns {(isOn: boolean) => void}
 */
function createCover(ours) {
  /** @type {Element[]} */
  let inert = [];
  /** @type {(() => void) | null} */
  let unlock = null;

  function hide() {
    for (const node of document.documentElement.children) {
      if (node === ours || node === document.head || node.hasAttribute("inert")) continue;
      node.setAttribute("inert", "");
      inert.push(node);
    }
  }

  function show() {
    for (const node of inert) node.removeAttribute("inert");
    inert = [];
  }

  return (isOn) => {
    if (isOn) {
      unlock = unlock || lockScroll();
      hide();
    } else if (unlock) {
      show();
      unlock();
      unlock = null;
    }
  };
}

/** @returns {() => void} puts everything back */
function lockScroll() {
  const root = document.documentElement;
  const { scrollX, scrollY } = window;
  const isBare = !root.hasAttribute("style");
  const kept = ["overflow-x", "overflow-y"].map((side) => ({
    side,
    value: root.style.getPropertyValue(side),
    priority: root.style.getPropertyPriority(side),
  }));
  for (const { side } of kept) root.style.setProperty(side, "hidden", "important");
  return () => {
    for (const { side, value, priority } of kept) root.style.setProperty(side, value, priority);
    if (isBare && !root.style.length) root.removeAttribute("style");
    window.scrollTo({ left: scrollX, top: scrollY, behavior: "instant" });
  };
}
