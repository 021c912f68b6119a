/**
 * What an agent asks of the host page: handed over, waited for, and sent back when the answer that
 * asked has ended. A page that was loaded meanwhile asks again; the server takes the first result.
 *
 * @typedef {object} Call
 * @property {string} message
 * @property {string} id
 * @property {string} name
 * @property {Record<string, unknown>} args
 * @property {number} number under which the host page knows it; 0 before it was asked
 * @property {number} timer
 * @property {{result: unknown, is_error: boolean} | null} outcome
 * @property {boolean} isSaid
 */

const PAGE_LIMIT_MS = 120000;
/** How long the frame in which the question was asked may try alone. */
const OTHERS_WAIT_MS = 10000;
const AGAIN_MS = 2000;
/** In bytes, as the server counts: a page's Chinese has three for each character. */
const LONGEST = 30000;

/**
 * @param {object} around
 * @param {HTMLElement} around.list
 * @param {ReturnType<typeof import("./host.js").createHost>} around.host
 * @param {(command: import("./wire.js").Command) => boolean} around.ask
 * @param {() => boolean} around.isOurs
 */
export function createTools({ list, host, ask, isOurs }) {
  /** @type {Map<string, Call>} */
  const calls = new Map();
  let last = 0;

  /** Everything that waits in the last answer, and nothing else. */
  function look() {
    const waiting = waitingIn(list);
    const keys = waiting.map(keyOf);
    for (const [key, call] of calls) {
      if (keys.includes(key)) continue;
      clearTimeout(call.timer);
      calls.delete(key);
    }
    waiting.forEach((element) => calls.has(keyOf(element)) || take(element));
    say();
  }

  /** @param {HTMLElement} element */
  function take(element) {
    const { id, name, arguments: args } = JSON.parse(element.dataset.call || "{}");
    const call = { message: messageOf(element), id, name, args: args || {}, number: 0, timer: 0, outcome: null, isSaid: false };
    calls.set(keyOf(element), call);
    if (isOurs() && !document.hidden) hand(call);
    else call.timer = setTimeout(() => document.hidden || hand(call), OTHERS_WAIT_MS);
  }

  /** @param {Call} call */
  function hand(call) {
    clearTimeout(call.timer);
    call.number = last += 1;
    if (!host.isFramed) return settle(call, "The chat is not embedded in a page that could do this.", true);
    call.timer = setTimeout(() => settle(call, "The page did not answer in time.", true), PAGE_LIMIT_MS);
    return host.call(call.number, call.name, call.args);
  }

  /** @param {Call} call @param {unknown} result @param {boolean} is_error */
  function settle(call, result, is_error) {
    clearTimeout(call.timer);
    if (call.outcome) return;
    call.outcome = bytesOf(result === undefined ? null : result) > LONGEST
      ? { result: `The page's result is longer than ${LONGEST} bytes.`, is_error: true }
      : { result: result === undefined ? null : result, is_error };
    say();
  }

  /** Results are taken when the answer that asks has ended. */
  function say() {
    for (const call of calls.values()) {
      if (!call.outcome || call.isSaid || !hasEnded(list)) continue;
      call.isSaid = ask({ type: "tool.result", message: call.message, id: call.id, ...call.outcome });
    }
  }

  function sayAgain() {
    for (const call of calls.values()) call.isSaid = false;
    say();
  }

  /** The agent waits for something: then for why it gets nothing. @param {string} reason */
  function giveUp(reason) {
    for (const call of calls.values()) {
      if (!call.isSaid || !call.outcome || call.outcome.is_error) continue;
      call.outcome = { result: reason, is_error: true };
      call.isSaid = false;
    }
    say();
  }

  document.addEventListener("visibilitychange", () => {
    if (document.hidden) return;
    for (const call of calls.values()) if (!call.number) hand(call);
  });

  return {
    look,
    /** The line was cut: what was said last may not have arrived. */
    sayAgain,
    /** @param {import("./wire.js").WireError} error */
    refuse(error) {
      if (error.retryable) setTimeout(sayAgain, (error.retry_after_s || 0) * 1000 || AGAIN_MS);
      else if (error.code === "bad_input") giveUp(error.message);
    },
    /** @param {import("./host.js").Result} message */
    result(message) {
      const call = Array.from(calls.values()).find((one) => one.number === message.call);
      if (call) settle(call, message.result, Boolean(message.is_error));
    },
  };
}

/** @param {unknown} result */
function bytesOf(result) {
  return new TextEncoder().encode(JSON.stringify(result)).length;
}

/** @param {HTMLElement} list @returns {HTMLElement[]} */
function waitingIn(list) {
  const { lastElementChild } = list;
  return lastElementChild ? Array.from(lastElementChild.querySelectorAll('[data-call][data-state="pending"]')) : [];
}

/** @param {HTMLElement} list */
function hasEnded(list) {
  const { lastElementChild } = list;
  return Boolean(lastElementChild && lastElementChild.querySelector('.tail[data-state="done"]'));
}

/** @param {HTMLElement} element */
function messageOf(element) {
  const answer = /** @type {HTMLElement} */ (element.closest(".answer"));
  return answer.dataset.id || "";
}

/** @param {HTMLElement} element */
function keyOf(element) {
  return `${messageOf(element)} ${element.dataset.index}`;
}
