/* exported createGate */

/**
 * The page's say in opening and closing, as Coze has it: `onBeforeShow` and `onBeforeHide` are waited
 * for, and only a plain `false` forbids; `onShow` and `onHide` are told. What they throw stops nothing.
 * @param {Widget} widget
 */
function createGate(widget) {
  /** @type {{kind: string, done: Promise<boolean> | null} | null} */
  let moving = null;

  /**
   * @param {"Show" | "Hide"} kind
   * @param {() => void} act
   * @returns {Promise<boolean>} whether the chat is open then
   */
  function pass(kind, act) {
    if (moving && moving.kind === kind && moving.done) return moving.done;
    /** @type {NonNullable<typeof moving>} */
    const mine = (moving = { kind, done: null });
    mine.done = move(mine, act);
    return mine.done;
  }

  /** @param {NonNullable<typeof moving>} mine @param {() => void} act */
  async function move(mine, act) {
    const before = hook(`onBefore${mine.kind}`);
    const isForbidden = before && (await heard(before)) === false;
    if (moving === mine) {
      moving = null;
      if (!isForbidden) act();
      const after = !isForbidden && hook(`on${mine.kind}`);
      if (after) heard(after);
    }
    return Boolean(widget.isOpen);
  }

  /** @param {string} name @returns {Function | null} */
  function hook(name) {
    const found = /** @type {Tree} */ (widget.site.ui.chatBot)[name];
    return typeof found === "function" ? found : null;
  }

  /** @param {Function} callback */
  async function heard(callback) {
    try {
      return await callback();
    } catch (error) {
      return console.error(error);
    }
  }

  return pass;
}
