/* global checkedContext named */
/* exported createAsking */

const LONGEST_QUESTION = 32000;

/**
 * What the page says to the frame: questions, and what it says of itself. Kept until the frame listens.
 * @param {Widget} widget
 * @param {ReturnType<typeof createCalls>} calls
 * @param {ReturnType<typeof createLink>} link
 * @param {ReturnType<typeof createIdentity>} identity
 */
function createAsking(widget, calls, link, identity) {
  /** @type {Array<{go: () => void, stop: (why: Error) => void}>} */
  const waiting = [];
  const faults = new Set();
  /** @type {unknown} */
  let told;

  /**
   * @param {unknown} text
   * @param {unknown} [how]
   */
  async function send(text, how) {
    const { newConversation, open: opens } = Object(how);
    const isQuiet = opens === false;
    if (typeof text !== "string" || !text.trim() || text.length > LONGEST_QUESTION) throw named("bad_input");
    if (!isQuiet && !(await /** @type {Panel} */ (widget.panel).open())) throw named("vetoed");
    await ready();
    return calls.make((call) => link.say("send", { text, begins: Boolean(newConversation), is_quiet: isQuiet, call }));
  }

  /** @returns {Promise<void>} */
  async function ready() {
    if (link.phase() === "refused") throw named("refused");
    if (link.phase() !== "ready") await new Promise((go, stop) => waiting.push({ go: () => go(null), stop }));
  }

  /** @param {string} fault for the page's developer, once */
  function complain(fault) {
    if (!faults.has(fault)) console.warn(`chatdock: ${fault}`);
    faults.add(fault);
  }

  /** What the page says of itself, where that is news. */
  function tell() {
    const { context } = widget.told;
    if (context === told || link.phase() !== "ready") return;
    told = context;
    link.say("context", { context: checkedContext(context && context[0], complain) });
  }

  /**
   * A call of the page, and what comes of it. What else there is to do for it, the core has done.
   * @param {string} call
   * @param {...unknown} args
   * @returns {unknown}
   */
  function answer(call, ...args) {
    switch (call) {
      case "open":
      case "close":
      case "toggle":
      case "destroy":
        return /** @type {Panel} */ (widget.panel)[call]();
      case "send":
        return send(args[0], args[1]);
      case "set":
        return ready().then(link.warnings);
      case "identify":
        return ready().then(identity.tell);
      case "on":
      case "off":
      case "context":
        return undefined;
      default:
        return complain(`there is no call "${call}"`);
    }
  }

  return {
    answer,
    tell,
    /** A frame that begins anew knows nothing. */
    greet() {
      told = undefined;
      tell();
      for (const { go } of waiting.splice(0)) go();
    },
    /** @param {string} code */
    fail(code) {
      for (const { stop } of waiting.splice(0)) stop(named(code));
      calls.fail(code);
    },
  };
}
