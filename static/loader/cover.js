/* exported createCover */

/**
 * Takes the host page out of reach while a sheet covers it, and gives it back exactly as it was.
 * @param {Element} host  ours, stays in reach
 * @param {() => Element} stage  so does this, wherever in the page it is
 * @returns {(isOn: boolean) => void}
 */
function createCover(host, stage) {
  /** @type {Element[]} */
  let inert = [];
  /** @type {(() => void) | null} */
  let unlock = null;

  function hide() {
    for (let within = stage(); within.parentElement; within = within.parentElement) {
      for (const node of within.parentElement.children) if (node !== within) take(node);
    }
  }

  /** @param {Element} node */
  function take(node) {
    if (node === host || node === document.head || node.hasAttribute("inert")) return;
    node.setAttribute("inert", "");
    inert.push(node);
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

/**
 * Inline styles give way as a whole; only when the page has changed its own meanwhile, ours are
 * taken out one by one.
 * @returns {() => void} puts everything back
 */
function lockScroll() {
  const root = document.documentElement;
  const { style } = root;
  const { scrollX, scrollY } = window;
  const hadStyle = root.hasAttribute("style");
  const before = style.cssText;
  const kept = ["overflow-x", "overflow-y"].map((side) => ({
    side,
    value: style.getPropertyValue(side),
    priority: style.getPropertyPriority(side),
  }));
  for (const { side } of kept) style.setProperty(side, "hidden", "important");
  const locked = style.cssText;
  return () => {
    if (style.cssText === locked) style.cssText = before;
    else for (const { side, value, priority } of kept) style.setProperty(side, value, priority);
    // Chromium removes the attribute only after it was read.
    if (!hadStyle && root.getAttribute("style") === "") root.removeAttribute("style");
    window.scrollTo({ left: scrollX, top: scrollY, behavior: "instant" });
  };
}
