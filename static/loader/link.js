/* exported createLink */

const FIRST_WORD_MS = 15000;
const AFTER_LOAD_MS = 3000;

/**
 * The line to the frame: watched until its first word, used only to and from our own origin. A
 * browser fires `load` for a refused frame and for a dead server too, so that only shortens the wait.
 * @param {Widget} widget
 * @param {ReturnType<typeof createCalls>} calls
 * @param {(message: FrameMessage) => void} onMessage
 * @param {() => void} onChange  the phase changed by itself
 */
function createLink(widget, calls, onMessage, onChange) {
  const { origin } = new URL(widget.script.src);
  /** @type {Phase} */
  let phase = "loading";
  /** @type {Window | null} */
  let far = null;
  /** @type {number | undefined} */
  let timer;
  let told = "";
  /** @type {Promise<string[]>} */
  let warnings = Promise.resolve([]);

  /** A frame that was made, or that the page moved, begins anew. Whether it did. */
  function watch() {
    const { contentWindow } = widget.frame;
    if (!contentWindow || contentWindow === far) return false;
    far = contentWindow;
    phase = "loading";
    if (widget.layout !== "inline") wait(FIRST_WORD_MS);
    widget.frame.onload = () => wait(AFTER_LOAD_MS);
    return true;
  }

  /** @param {number} ms */
  function wait(ms) {
    clearTimeout(timer);
    timer = setTimeout(lose, ms);
  }

  function lose() {
    if (phase !== "loading") return;
    phase = "lost";
    onChange();
    widget.emit("error", { code: "unreachable" });
  }

  /** @param {MessageEvent} event */
  function hear({ data, origin: from, source }) {
    if (source !== far || !far || from !== origin || Object(data).chatdock !== 1) return;
    if (data.type === "ready" || data.type === "refused") phase = data.type;
    if (data.type === "shown" && phase !== "ready") phase = "shown";
    onMessage(data);
  }

  /**
   * @param {string} type
   * @param {object} [more]
   */
  function say(type, more) {
    if (phase === "ready" && far) far.postMessage({ chatdock: 1, type, ...more }, origin);
  }

  /** The page's options, by copy: what a page puts into them may be nothing that can be sent. */
  function state() {
    return JSON.stringify({ options: widget.overrides, layout: widget.layout });
  }

  /** @param {"hello" | "options"} type */
  function tell(type) {
    told = state();
    warnings = calls.make((call) => say(type, { ...JSON.parse(told), call }));
  }

  function tellChanges() {
    if (phase === "ready" && state() !== told) tell("options");
  }

  return {
    watch,
    hear,
    say,
    greet: () => tell("hello"),
    tellChanges,
    phase: () => phase,
    /** What the server left out of the page's options. */
    warnings: () => warnings,
    stop: () => clearTimeout(timer),
  };
}
