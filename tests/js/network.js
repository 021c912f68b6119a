/**
 * A network in a test's hand: sockets and requests that go nowhere by themselves.
 *
 * @typedef {{path: string, body: any, signal: AbortSignal, answer: (status: number, body: any) => void, begin: () => Stream, fail: () => void}} Asked
 * @typedef {{say: (text: string | Uint8Array) => void, end: () => void}} Stream
 */
import { mock } from "node:test";

import { createConnection } from "../../static/frame/connection.js";
import "../../static/frame/lines.js"; // so that no test waits for the disk

/** @type {FakeSocket[]} */
export const sockets = [];
/** @type {Asked[]} */
export const asked = [];

class FakeSocket {
  static OPEN = 1;
  readyState = 0;
  /** @type {any[]} */
  said = [];
  onopen = () => {};
  onmessage = (/** @type {{data: string}} */ _event) => {};
  onclose = (/** @type {{code: number, reason: string}} */ _event) => {};

  constructor() {
    sockets.push(this);
  }

  /** @param {string} frame */
  send(frame) {
    this.said.push(JSON.parse(frame));
  }

  close() {
    this.readyState = 3;
  }

  open() {
    this.readyState = 1;
    this.onopen();
  }

  /** @param {...unknown} events */
  bring(...events) {
    for (const event of events) this.onmessage({ data: JSON.stringify(event) });
  }

  /** @param {number} code */
  end(code, reason = "") {
    this.readyState = 3;
    this.onclose({ code, reason });
  }
}

/** @param {string} url @param {{body: string, signal: AbortSignal}} options */
function fakeFetch(url, { body, signal }) {
  return new Promise((resolve, reject) => {
    signal.addEventListener("abort", () => reject(new Error("aborted")));
    asked.push({
      path: url.replace("/frame/acme/", ""),
      body: JSON.parse(body),
      signal,
      answer(status, said) {
        const text = typeof said === "string" ? said : JSON.stringify(said);
        resolve(new Response(text, { status, headers: { "Retry-After": "7" } }));
      },
      begin() {
        /** @type {ReadableStreamDefaultController} */
        let control;
        const stream = new ReadableStream({ start: (given) => void (control = given) });
        signal.addEventListener("abort", () => control.error(new Error("aborted")));
        resolve(new Response(stream, { status: 200 }));
        const encoder = new TextEncoder();
        const say = (/** @type {string | Uint8Array} */ said) =>
          control.enqueue(typeof said === "string" ? encoder.encode(said) : said);
        return { say, end: () => control.close() };
      },
      fail: () => reject(new TypeError("no network")),
    });
  });
}

/** Until all that can happen now has happened. */
export async function settle() {
  for (let turn = 0; turn < 20; turn += 1) await new Promise((done) => setImmediate(done));
}

/** @param {number} after_ms */
export async function pass(after_ms) {
  await settle();
  mock.timers.tick(after_ms);
  await settle();
}

export const ready = { type: "ready", version: 1, conversation: "c", epoch: "e", seq: 0 };
export const data = (/** @type {unknown[]} */ ...events) =>
  events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join("");
export const whole = (/** @type {unknown[]} */ ...events) => ({ events, close: null });

/** A frame's connection, and what it tells. */
export function start() {
  sockets.length = asked.length = 0;
  Object.assign(globalThis, { WebSocket: FakeSocket, fetch: fakeFetch });
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout", "Date"], now: 1e12 });
  mock.method(Math, "random", () => 1);
  /** @type {any} */
  const frame = { events: [], states: [], renewals: 0, renewal: "renewed", place: { conversation: "c", epoch: "e", seq: 0 } };
  frame.connection = createConnection({
    url: "/frame/acme/socket",
    hello: () => ({ token: "t", lang: "en", ...frame.place }),
    async renew() {
      frame.renewals += 1;
      return frame.renewal;
    },
    onEvent: (event) => frame.events.push(event),
    onState: (state) => frame.states.push(state),
  });
  frame.types = () => frame.events.map((/** @type {any} */ event) => (Array.isArray(event) ? event[0] : event.type));
  return frame;
}

/** On an event stream, whose request is `asked[0]`. */
export async function startStreaming() {
  const frame = start();
  frame.connection.open();
  await settle();
  last(sockets).end(1006);
  await settle();
  const stream = asked[0].begin();
  stream.say(data(ready));
  await settle();
  return { frame, stream };
}

/** On held answers: `last(asked)` is the one that is held. */
export async function startPolling() {
  const frame = start();
  frame.connection.open();
  await settle();
  last(sockets).end(1006);
  await settle();
  last(asked).fail();
  await settle();
  last(asked).answer(200, whole(ready));
  await settle();
  return frame;
}

/** @template T @param {T[]} all @returns {T} */
export function last(all) {
  return all[all.length - 1];
}
