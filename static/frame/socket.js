/**
 * The best line: a WebSocket, and how it is found out when it has gone silent.
 *
 * @typedef {import("./wire.js").Command} Command
 *
 * @typedef {object} Line carries commands one way and events the other, from its `hello` on
 * @property {(command: Command) => boolean} say whether it went out
 * @property {() => void} close
 * @property {() => void} check finds out whether it still works
 * @property {() => boolean} isBusy something was said that is not answered yet
 * @property {() => Command[]} left what was said and never answered
 *
 * @typedef {object} LineParts
 * @property {string} url
 * @property {() => Omit<import("./wire.js").Hello, "type">} hello
 * @property {(event: NonNullable<ReturnType<typeof eventOf>>) => void} onEvent
 * @property {(code: number, reason: string) => void} onEnd a socket's close, or `SILENT`
 */
import { eventOf } from "./wire.js";

/** No close of a socket: the line said nothing for too long. */
export const SILENT = 0;
const QUIET_MS = 25000;
/** While somebody talks a lost line is found out sooner. */
const BRISK_MS = 6000;
const PONG_LIMIT_MS = 5000;

/** @param {LineParts} parts @returns {Line} */
export function createSocket({ url, hello, onEvent, onEnd }) {
  const socket = new WebSocket(url);
  let [timer, hasEnded] = [0, false];
  socket.onopen = () => say({ type: "hello", ...hello() });
  socket.onmessage = ({ data }) => hasEnded || receive(data);
  socket.onclose = ({ code, reason }) => end(code, reason);

  /** @param {string} frame */
  function receive(frame) {
    const event = eventOf(JSON.parse(frame));
    const isPong = event && !Array.isArray(event) && event.type === "pong";
    watch(isPong ? QUIET_MS : BRISK_MS, ping);
    if (event) onEvent(event);
  }

  /** A pong that does not come tells. */
  function ping() {
    say({ type: "ping" });
    watch(PONG_LIMIT_MS, () => end(SILENT, ""));
  }

  /** @param {number} after_ms @param {() => void} then */
  function watch(after_ms, then) {
    clearTimeout(timer);
    timer = setTimeout(then, after_ms);
  }

  /** @param {number} code @param {string} reason */
  function end(code, reason) {
    if (hasEnded) return;
    close();
    onEnd(code, reason);
  }

  function close() {
    hasEnded = true;
    clearTimeout(timer);
    socket.close();
  }

  /** @param {Command} command */
  function say(command) {
    if (socket.readyState !== WebSocket.OPEN) return false;
    socket.send(JSON.stringify(command));
    return true;
  }

  return {
    say(command) {
      watch(BRISK_MS, ping);
      return say(command);
    },
    close,
    check: ping,
    isBusy: () => false,
    left: () => [],
  };
}
