/**
 * The socket: opens it, says hello, finds out when it has gone silent, and opens it again.
 *
 * @typedef {import("./wire.js").Command} Command
 * @typedef {"connecting" | "online" | "offline" | "blocked" | "refused" | "ended"} ConnectionState
 *   `blocked`: HTTP works and sockets do not. `refused`: the server will not have us back. `ended`:
 *   not before the owner has vouched for the visitor again.
 */
import { parseEvent } from "./wire.js";

const HELLO_LIMIT_MS = 12000;
const QUIET_MS = 25000;
const PONG_LIMIT_MS = 8000;
const LONGEST_WAIT_MS = 20000;
const CALM_MS = 5000;
const TRIES_BEFORE_BLOCKED = 3;

/**
 * @param {object} parts
 * @param {string} parts.url
 * @param {() => Omit<import("./wire.js").Hello, "type">} parts.hello
 * @param {() => Promise<import("./token.js").Renewal>} parts.renew a new embed token over HTTP
 * @param {(event: NonNullable<ReturnType<typeof parseEvent>>) => void} parts.onEvent
 * @param {(state: ConnectionState) => void} parts.onState
 */
export function createConnection({ url, hello, renew, onEvent, onState }) {
  /** @type {WebSocket | null} */
  let socket = null;
  let isReady = false;
  let wasEverReady = false;
  let tries = 0;
  let retryTimer = 0;
  let quietTimer = 0;
  let reopenedAt = 0;
  let isPaused = false;

  function open() {
    if (socket || isPaused) return;
    clearTimeout(retryTimer);
    onState(tries ? "offline" : "connecting");
    const opened = new WebSocket(url);
    socket = opened;
    opened.onopen = () => say({ type: "hello", ...hello() });
    opened.onmessage = (message) => opened === socket && receive(message.data);
    opened.onclose = (close) => opened === socket && closed(close.code, close.reason);
    watch(HELLO_LIMIT_MS, drop);
  }

  /** @param {string} frame */
  function receive(frame) {
    watch(QUIET_MS, ping);
    const event = parseEvent(frame);
    if (!event) return;
    if (!Array.isArray(event) && event.type === "ready") {
      isReady = wasEverReady = true;
      tries = 0;
      onState("online");
    }
    onEvent(event);
  }

  function ping() {
    say({ type: "ping" });
    watch(PONG_LIMIT_MS, drop);
  }

  /**
   * One timer guards every silence: the hello that is not answered, the quiet line, the lost pong.
   *
   * @param {number} after_ms
   * @param {() => void} then
   */
  function watch(after_ms, then) {
    clearTimeout(quietTimer);
    quietTimer = setTimeout(then, after_ms);
  }

  /** Gives a socket up that may still believe itself open. */
  function drop() {
    const dead = socket;
    if (!dead) return;
    closed(1006, "");
    dead.close();
  }

  /**
   * @param {number} code
   * @param {string} reason
   */
  async function closed(code, reason) {
    clearTimeout(quietTimer);
    socket = null;
    isReady = false;
    tries += 1;
    if (code === 4401) return tokenRefused();
    if (code === 4429) return again(Math.max(1, Number(reason) || 5) * 1000);
    if (code === 1012) tries = 0;
    if (await isBlocked()) return onState("blocked");
    again(code === 1012 ? 300 : Math.min(LONGEST_WAIT_MS, 500 * 2 ** tries));
  }

  /** Tried long enough to know: then forms do the work, and the next page tries again. */
  async function isBlocked() {
    const isSuspect = !wasEverReady && tries >= TRIES_BEFORE_BLOCKED;
    return isSuspect && (await renew()) === "renewed";
  }

  async function tokenRefused() {
    const answer = await renew();
    if (isPaused) return;
    if (answer === "refused" || answer === "ended") return onState(answer);
    again(answer === "renewed" && tries < 3 ? 0 : Math.min(LONGEST_WAIT_MS, 1000 * 2 ** tries));
  }

  /**
   * Waits between half and all of the time, so that a thousand frames do not come back at once.
   *
   * @param {number} wait_ms
   */
  function again(wait_ms) {
    onState("offline");
    clearTimeout(retryTimer);
    retryTimer = setTimeout(open, wait_ms * (0.5 + Math.random() / 2));
  }

  /**
   * @param {Command} command
   * @returns {boolean} whether it went out; what matters is kept by the caller and said again
   */
  function say(command) {
    if (!socket || socket.readyState !== WebSocket.OPEN) return false;
    socket.send(JSON.stringify(command));
    return true;
  }

  return {
    open,
    isOnline: () => isReady,
    /** Nothing goes out and nothing comes in: the visitor is about to be somebody else. */
    pause() {
      const former = socket;
      isPaused = true;
      isReady = false;
      socket = null;
      clearTimeout(quietTimer);
      clearTimeout(retryTimer);
      if (former) former.close();
    },
    /** @param {boolean} isWanted whether a socket is worth having */
    resume(isWanted) {
      isPaused = false;
      tries = 0;
      if (isWanted) open();
    },
    /** @param {Command} command */
    send: (command) => isReady && say(command),
    /** The page came back to the front or the network did: find out now, not in half a minute. */
    check() {
      if (isReady) ping();
      else if (!socket) open();
    },
    /** Starts over, to be sent everything; not in a circle, whatever is wrong. */
    reopen() {
      const isFirst = Date.now() - reopenedAt > CALM_MS;
      reopenedAt = Date.now();
      drop();
      if (isFirst) open();
    },
  };
}
