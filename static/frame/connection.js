/**
 * The connection: puts lines to the server on trial, keeps the best that answers, and finds another
 * when it is lost. The socket goes first; where it cannot be had, lines.js has others.
 *
 * @typedef {import("./wire.js").Command} Command
 * @typedef {NonNullable<ReturnType<typeof import("./wire.js").eventOf>>} Event
 * @typedef {"connecting" | "online" | "offline" | "blocked" | "refused" | "ended"} ConnectionState
 *   `blocked`: HTTP works and no line does. `refused`: the server will not have us back. `ended`: not
 *   before the owner has vouched for the visitor again.
 * @typedef {import("./socket.js").Line} Line
 * @typedef {import("./socket.js").LineParts} LineParts
 * @typedef {{rank: number, place: string, line: Line | null}} Trial
 */
import { SILENT, createSocket } from "./socket.js";

/** Rank 0 is the socket, 1 the event stream, 2 the held answers. */
const WORST = 2;
/** A line on trial gets company after this, sooner where one has just gone silent. */
const HEDGE_MS = 4000;
const WARY_HEDGE_MS = 1000;
const LONGEST_WAIT_MS = 20000;
const LONGEST_TRIAL_MS = 20000;
const CALM_MS = 5000;
const CLIMB_MS = 30000;
const LONGEST_CLIMB_MS = 600000;
const STEADY_MS = 60000;
const MOST_TRIES = 3;

/**
 * @param {object} parts
 * @param {string} parts.url
 * @param {() => Omit<import("./wire.js").Hello, "type">} parts.hello
 * @param {() => Promise<import("./token.js").Renewal>} parts.renew a new embed token over HTTP
 * @param {(event: Event) => void} parts.onEvent
 * @param {(state: ConnectionState) => void} parts.onState
 */
export function createConnection({ url, hello, renew, onEvent, onState }) {
  /** The line in use. @type {Trial | null} */
  let current = null;
  /** Opened, and not heard of yet. @type {Trial[]} */
  const trials = [];
  /** Said on a line that ended before it had answered. @type {Command[]} */
  let unsaid = [];
  /** The rank of the line that worked last; -1: none ever did. */
  let worked = -1;
  let [tries, climbs, timer, beganAt, adoptedAt, climbedAt, reopenedAt] = [0, 0, 0, 0, 0, 0, 0];
  let [isPaused, isWary] = [false, false];

  function open() {
    if (current || trials.length || isPaused) return;
    beganAt = beganAt || Date.now();
    onState(tries > 1 ? "offline" : "connecting");
    race(worked > 0 && tries < 3 ? worked : 0);
  }

  /** Puts a line on trial, and later the next one beside it. @param {number} rank */
  function race(rank) {
    start(rank);
    after(isWary && !rank ? WARY_HEDGE_MS : HEDGE_MS, () => {
      if (tries && rank) onState("offline");
      if (rank < WORST) race(rank + 1);
      else after(HEDGE_MS, noneAnswered);
    });
  }

  function noneAnswered() {
    drop();
    failed(SILENT, "");
  }

  /** @param {number} rank */
  async function start(rank) {
    /** @type {Trial} */
    const trial = { rank, place: "", line: null };
    trials.push(trial);
    const parts = {
      url,
      hello() {
        trial.place = place();
        return hello();
      },
      onEvent: (/** @type {Event} */ event) => heard(trial, event),
      onEnd: (/** @type {number} */ code, /** @type {string} */ reason) => ended(trial, code, reason),
    };
    try {
      const make = await makerOf(rank);
      if (trials.includes(trial)) trial.line = make(parts);
    } catch {
      ended(trial, 1006, ""); // the module did not come, or the browser lets no socket be made
    }
  }

  /** Which conversation a line follows that says hello now. */
  function place() {
    const { conversation, epoch } = hello();
    return `${conversation} ${epoch}`;
  }

  /** @param {Trial} trial @param {Event} event */
  function heard(trial, event) {
    if (trial === current) onEvent(event);
    else if (trials.includes(trial)) answered(trial, event);
  }

  /** @param {Trial} trial @param {Event} event */
  function answered(trial, event) {
    if (Array.isArray(event) || event.type !== "ready") {
      if (!current) onEvent(event); // why nothing is served here
      return;
    }
    // What is answered on the one line may change what the other was told to follow.
    if (current && ((current.line && current.line.isBusy()) || trial.place !== place())) {
      drop();
      after(CALM_MS, climb);
      return;
    }
    adopt(trial);
    onEvent(event);
    unsaid.splice(0).forEach(say);
  }

  /** @param {Trial} trial */
  function adopt(trial) {
    const former = current;
    trials.splice(trials.indexOf(trial), 1);
    drop();
    if (former) close(former);
    current = trial;
    worked = trial.rank;
    tries = 0;
    isWary = false;
    adoptedAt = Date.now();
    onState("online");
    if (worked) climbLater();
  }

  /** @param {Trial} trial @param {number} code @param {string} reason */
  function ended(trial, code, reason) {
    if (trial === current) return lost(trial, code, reason);
    if (!trials.includes(trial)) return undefined;
    trials.splice(trials.indexOf(trial), 1);
    const isLast = trials.every((other) => other.rank < trial.rank);
    if (current) return isLast && trial.rank + 1 < current.rank ? climbBy(trial.rank + 1) : undefined;
    if (isOurs(code)) drop();
    else if (isLast && trial.rank < WORST && mayFall()) return race(trial.rank + 1);
    return trials.length ? undefined : failed(code, reason);
  }

  /** @param {Trial} trial @param {number} code @param {string} reason */
  function lost(trial, code, reason) {
    current = null;
    drop();
    unsaid.push(.../** @type {Line} */ (trial.line).left());
    isWary = code === SILENT;
    if (!trial.rank && Date.now() - adoptedAt > STEADY_MS) climbs = 0;
    return failed(code, reason);
  }

  /** A socket that has worked gets a second chance before another line does its work. */
  function mayFall() {
    return worked !== 0 || tries > 1 || isWary;
  }

  /** @param {number} code @param {string} reason */
  async function failed(code, reason) {
    clearTimeout(timer);
    tries += 1;
    if (code === 4401) return tokenRefused();
    if (code === 4429) return again(Math.max(1, Number(reason) || 5) * 1000);
    if (code === 1012) tries = 0;
    if (code === SILENT && tries === 1) return again(0);
    if (await isBlocked()) return onState("blocked");
    return again(code === 1012 ? 300 : Math.min(LONGEST_WAIT_MS, 500 * 2 ** tries));
  }

  /** Tried long enough to know: then forms do the work, and the next page tries again. */
  async function isBlocked() {
    const isLong = tries >= MOST_TRIES || Date.now() - beganAt > LONGEST_TRIAL_MS;
    return worked < 0 && isLong && (await renew()) === "renewed";
  }

  async function tokenRefused() {
    const answer = await renew();
    if (isPaused) return;
    if (answer === "refused" || answer === "ended") return void onState(answer);
    again(answer === "renewed" && tries < 3 ? 0 : Math.min(LONGEST_WAIT_MS, 1000 * 2 ** tries));
  }

  /**
   * Waits between half and all of the time, so that a thousand frames do not come back at once.
   *
   * @param {number} wait_ms
   */
  function again(wait_ms) {
    if (isPaused || current || trials.length) return;
    if (wait_ms > 1500) onState("offline");
    after(wait_ms * (0.5 + Math.random() / 2), open);
  }

  /** Tries the better lines beside the one in use, every time after a longer while. */
  function climbLater() {
    after(Math.min(LONGEST_CLIMB_MS, CLIMB_MS * 2 ** climbs) * (0.8 + Math.random() * 0.4), climb);
    climbs += 1;
  }

  function climb() {
    if (!current || !current.rank || trials.length) return;
    climbedAt = Date.now();
    climbBy(0);
  }

  /** @param {number} rank */
  function climbBy(rank) {
    start(rank);
    after(HEDGE_MS, () => {
      if (current && rank + 1 < current.rank) return climbBy(rank + 1);
      drop();
      return climbLater();
    });
  }

  /**
   * One timer for what comes next: the end of a wait, of a trial's patience, or the next climb.
   *
   * @param {number} wait_ms
   * @param {() => void} then
   */
  function after(wait_ms, then) {
    clearTimeout(timer);
    timer = setTimeout(then, wait_ms);
  }

  /** Gives up all lines on trial. */
  function drop() {
    clearTimeout(timer);
    trials.splice(0).forEach(close);
  }

  /** @param {Command} command */
  function say(command) {
    return Boolean(current && current.line && current.line.say(command));
  }

  return {
    open,
    isOnline: () => Boolean(current),
    /** Nothing goes out and nothing comes in: the visitor is about to be somebody else. */
    pause() {
      isPaused = true;
      unsaid = [];
      letGo();
    },
    /** @param {boolean} isWanted whether a line is worth having */
    resume(isWanted) {
      isPaused = false;
      tries = 0;
      if (isWanted) open();
    },
    /** What matters is kept by the caller and said again. */
    send: say,
    /** The page came back to the front or the network did: find out now, not in half a minute. */
    check() {
      if (!current) return open();
      if (current.line) current.line.check();
      if (Date.now() - climbedAt > CALM_MS) climb();
      return undefined;
    },
    /** Starts over, to be sent everything; not in a circle, whatever is wrong. */
    reopen() {
      const isFirst = Date.now() - reopenedAt > CALM_MS;
      reopenedAt = Date.now();
      letGo();
      if (isFirst) open();
      else failed(1006, "");
    },
  };

  function letGo() {
    drop();
    if (current) close(current);
    current = null;
  }
}

/** @param {number} rank @returns {Promise<(parts: LineParts) => Line>} */
async function makerOf(rank) {
  if (!rank) return createSocket;
  const { createPolls, createStream } = await import("./lines.js");
  return rank === 1 ? createStream : createPolls;
}

/** @param {Trial} trial */
function close({ line }) {
  if (line) line.close();
}

/** Whether the server itself has closed the line, and not something on the way. @param {number} code */
function isOurs(code) {
  return code >= 4000 || (code >= 1009 && code <= 1013);
}
