/**
 * Lines for networks that break WebSocket: what the server says comes as an event stream, or as
 * answers that it holds back until there is news; what the frame says goes as posts. Loaded when the
 * socket does not get through.
 *
 * @typedef {import("./socket.js").Line} Line
 * @typedef {import("./socket.js").LineParts} LineParts
 * @typedef {import("./wire.js").Command} Command
 * @typedef {{code: number, reason: string}} Goodbye
 * @typedef {{events: unknown[], close: Goodbye | null}} Complete an answer with its end
 *
 * @typedef {object} Listening one request for what the server says
 * @property {(path: string) => Promise<Response | null>} ask until an answer begins
 * @property {(path: string) => Promise<Complete | null>} askWhole until all of it is there
 * @property {(event: unknown) => void} heard
 * @property {(goodbye: Goodbye) => void} end
 * @property {() => boolean} isOver nobody waits for the rest
 * @property {() => boolean} isGreeted
 */
import { SILENT } from "./socket.js";
import { eventOf } from "./wire.js";

/** The server says something every 15 s. */
const QUIET_MS = 25000;
/** It holds an answer for 20 s. */
const HELD_MS = 35000;
const POST_LIMIT_MS = 20000;
const HASTE_MS = 1000;
const MOST_AT_ONCE = 20;
const LOST = { code: 1006, reason: "" };
/** What is said again by its own means, or is worth nothing later. */
const PASSING = /^(message\.send|token\.renew|ping)$/;

/** @param {LineParts} parts @returns {Line} */
export function createStream(parts) {
  return createPosts(parts, hearStream);
}

/** @param {LineParts} parts @returns {Line} */
export function createPolls(parts) {
  return createPosts(parts, poll);
}

/**
 * @param {LineParts} parts
 * @param {(listening: Listening) => Promise<void>} listen until its request is over
 * @returns {Line}
 */
function createPosts({ url, hello, onEvent, onEnd }, listen) {
  let listening = new AbortController();
  /** @type {Command[]} */
  const waiting = [];
  /** @type {Command[]} */
  let posted = [];
  let [hasEnded, isGreeted] = [false, false];

  /** @param {Goodbye} goodbye */
  function end({ code, reason }) {
    if (hasEnded) return;
    close();
    onEnd(code, reason);
  }

  function close() {
    hasEnded = true;
    listening.abort();
  }

  /** @param {unknown} value */
  function heard(value) {
    const event = eventOf(value);
    if (hasEnded || !event) return;
    if (!Array.isArray(event) && event.type === "ready") {
      if (isGreeted) return;
      isGreeted = true;
    }
    try {
      onEvent(event);
    } catch (error) {
      // A fault of the page's is told as one, and is no reason to give the line up.
      setTimeout(() => {
        throw error;
      });
    }
  }

  /** From where the screen stands now, which may be another conversation. */
  async function follow() {
    listening.abort();
    const mine = new AbortController();
    listening = mine;
    const isOver = () => hasEnded || listening !== mine;
    while (!isOver()) {
      const greeting = { type: "hello", ...hello() };
      await listen({
        ask: (path) => ask(path, greeting, mine, QUIET_MS, (response) => response),
        askWhole: (path) => ask(path, greeting, mine, HELD_MS, (response) => response.json()),
        heard,
        end: (goodbye) => isOver() || end(goodbye),
        isOver,
        isGreeted: () => isGreeted,
      });
    }
  }

  async function post() {
    if (posted.length || !waiting.length || hasEnded) return;
    posted = waiting.splice(0, MOST_AT_ONCE);
    const { token, lang, conversation } = hello();
    const body = { token, lang, conversation: conversation || null, commands: posted };
    const answer = await ask("commands", body, new AbortController(), POST_LIMIT_MS, (response) => response.json());
    if (hasEnded) return;
    if (!answer) return end(LOST);
    posted = [];
    answer.events.forEach(heard);
    if (answer.close) return end(answer.close);
    if (answer.events.some(isElsewhere)) follow();
    return post();
  }

  /**
   * Null when nothing came back in time, or the line has ended over what did.
   *
   * @template T
   * @param {string} path
   * @param {object} body
   * @param {AbortController} control
   * @param {number} limit_ms
   * @param {(response: Response) => T | Promise<T>} read
   */
  async function ask(path, body, control, limit_ms, read) {
    const timer = setTimeout(() => control.abort(), limit_ms);
    try {
      const response = await fetch(url.replace(/socket$/, path), {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify(body),
        signal: control.signal,
      });
      if (response.ok) return await read(response);
      await refused(response);
    } catch {
      // As if the line had been cut.
    } finally {
      clearTimeout(timer);
    }
    return null;
  }

  /** What the server will not do, it says as it would on a socket. @param {Response} response */
  async function refused(response) {
    const { error } = await response.json();
    const code = codeOf(response.status, error.code);
    if (code >= 4000) heard({ type: "error", ...error });
    if (code === 4400) posted = []; // again it would be no better
    end({ code, reason: response.headers.get("Retry-After") || "" });
  }

  follow();
  return {
    say(command) {
      waiting.push(command);
      post();
      return true;
    },
    close,
    check() {},
    isBusy: () => posted.length + waiting.length > 0,
    left: () => [...posted, ...waiting].filter(({ type }) => !PASSING.test(type)),
  };
}

/** @param {Listening} listening */
async function hearStream({ ask, heard, end, isOver }) {
  const response = await ask("events");
  if (!response || !response.body) return end(LOST);
  const reader = response.body.getReader();
  const decoder = new TextDecoder();
  let [rest, timer] = ["", 0];
  try {
    for (;;) {
      timer = setTimeout(() => end({ code: SILENT, reason: "" }), QUIET_MS);
      const { done, value } = await reader.read();
      clearTimeout(timer);
      if (done || isOver()) break;
      const pieces = (rest + decoder.decode(value, { stream: true })).split("\n\n");
      rest = pieces.pop() || "";
      for (const piece of pieces) take(piece);
    }
  } catch {
    clearTimeout(timer);
  }
  return end(LOST);

  /** @param {string} piece a frame, a comment, or the goodbye */
  function take(piece) {
    if (isOver()) return;
    const [, goodbye, data = ""] = /^(event: close\n)?data: (.*)$/.exec(piece) || [];
    if (goodbye) end(JSON.parse(data));
    else if (data) heard(JSON.parse(data));
  }
}

/** @param {Listening} listening */
async function poll({ askWhole, heard, end, isOver, isGreeted }) {
  const [askedAt, isHeld] = [Date.now(), isGreeted()];
  const answer = await askWhole(isHeld ? "poll?wait" : "poll");
  if (isOver()) return;
  if (!answer) return end(LOST);
  for (const event of answer.events) if (!isOver()) heard(event);
  if (answer.close) return end(answer.close);
  // Something on the way that answers by itself must not be asked without a pause.
  const isHasty = isHeld && answer.events.length < 2 && Date.now() - askedAt < HASTE_MS;
  if (isHasty) await new Promise((done) => setTimeout(done, HASTE_MS));
}

/** Whether the screen stands elsewhere after this, than where the server was told. @param {any} event */
function isElsewhere({ type, epoch }) {
  return type === "conversation" || (type === "message.accepted" && Boolean(epoch));
}

/** The close of a socket that says the same. @param {number} status @param {string} word ours */
function codeOf(status, word) {
  if (word === "restarting") return 1012;
  if (status === 429) return 4429;
  if (/^40[134]$/.test(String(status))) return 4401;
  return status < 500 ? 4400 : 1011;
}
