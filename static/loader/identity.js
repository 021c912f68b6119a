/* exported createIdentity */

const SIGN_IN_AGAIN_MS = 60000;

/**
 * Who the page says its visitor is: a user token, nobody, or a function that knows. It goes to the
 * frame alone; whether it is good the server says.
 * @param {Widget} widget
 * @param {(type: string, more: object) => Promise<boolean>} say  whether it is so now
 */
function createIdentity(widget, say) {
  const { emit, script } = widget;
  const { body } = document;
  /** @type {unknown} */
  let told;
  let turn = 0;
  let refusedAt = 0;
  /** @type {number | undefined} */
  let timer;
  /** @type {Promise<boolean>} */
  let done = Promise.resolve(true);

  /** What was said by a call, else what the page's tag says: another page may have another one. */
  function who() {
    return widget.told.identify || tag().userToken;
  }

  /** @returns {DOMStringMap} */
  function tag() {
    const address = script.tag || script.src;
    const last = [...document.scripts].filter(({ src }) => src === address).pop();
    if (last) return last.dataset;
    return document.body === body ? script.dataset : {}; // some pages take their scripts away
  }

  /** @returns {Promise<boolean>} whether the server has taken it */
  function tell() {
    const now = who();
    if (now !== told) {
      told = now;
      done = give();
    }
    return done;
  }

  async function give() {
    const mine = (turn += 1);
    clearTimeout(timer);
    let token;
    try {
      token = await tokenNow();
    } catch (error) {
      if (mine === turn) wait(error);
      return false;
    }
    const user_token = token ? `${token}` : null;
    return mine === turn && say("identify", { user_token }).catch(() => false);
  }

  /** @param {unknown} error of the page's function, which is asked again */
  function wait(error) {
    complain(`${Object(error).message || error}`);
    timer = setTimeout(give, SIGN_IN_AGAIN_MS);
  }

  async function tokenNow() {
    const given = source();
    return typeof given === "function" ? given() : given;
  }

  function source() {
    return Array.isArray(told) ? told[0] : told;
  }

  /** @param {string} reason for the page's developer */
  function complain(reason) {
    console.warn(`chatdock: ${reason}`);
    emit("identity.refused", { reason });
  }

  /** @param {import("../frame/host.js").Identity} message */
  function hear({ state, reason }) {
    const knows = typeof source() === "function";
    if (state === "refused") complain(reason);
    if (!knows) return state === "ended" && emit("identity.expired", {});
    if (state === "refused" && Date.now() - refusedAt < SIGN_IN_AGAIN_MS) return undefined;
    if (state === "refused") refusedAt = Date.now();
    return give();
  }

  return {
    tell,
    hear,
    /** A frame that begins anew knows nobody. */
    greet() {
      told = undefined;
      tell();
    },
    stop() {
      turn += 1;
      clearTimeout(timer);
    },
  };
}
