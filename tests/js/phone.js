/**
 * `wx` and `uni` for Node, as far as a chat needs them and as the facts have them: `success` for
 * every status, no body in it when chunks are on, pieces cut anywhere, HTTP/1 without `Origin`,
 * `interrupted` for what is pending when the app goes to the background.
 */
import http from "node:http";

const CUTS = [1, 2, 3, 7, 1, 13];

/**
 * @param {{ hasChunks?: boolean, knowsChunks?: boolean, isMute?: boolean, login?: string }} [ways]
 * `hasChunks`: the task can tell of pieces. `knowsChunks`: the flag does something. `isMute`: it
 * takes the listener and never calls it. `login`: the code that signing in gives.
 */
export function createPhone({ hasChunks = true, knowsChunks = hasChunks, isMute = false, login } = {}) {
  const pending = new Set();
  const stored = new Map();
  const asked = [];

  function request(options) {
    const { url, data, header = {}, method = "GET", timeout = 60000, enableChunked } = options;
    const listeners = [];
    const inPieces = Boolean(enableChunked) && knowsChunks;
    asked.push({ url, data, header, enableChunked });
    let isOver = false;
    const finish = (tell) => {
      if (isOver) return;
      isOver = true;
      clearTimeout(timer);
      pending.delete(fail);
      tell();
      options.complete?.();
    };
    const fail = (why) => {
      finish(() => options.fail?.({ errMsg: `request:fail ${why}` }));
      message.destroy();
    };
    const timer = setTimeout(() => fail("timeout"), timeout);
    const message = http.request(url, { method, headers: { ...header, Referer } }, (answer) => {
      const all = [];
      answer.on("data", (bytes) => {
        if (isOver) return;
        if (!inPieces) all.push(bytes);
        else if (!isMute) for (const piece of cut(bytes)) for (const tell of listeners) tell({ data: piece });
      });
      answer.on("end", () =>
        finish(() =>
          options.success?.({
            statusCode: answer.statusCode,
            header: answer.headers,
            data: inPieces ? "" : read(Buffer.concat(all).toString("utf8")),
          }),
        ),
      );
      answer.on("error", () => fail("errcode:-101 cronet_error_code:-101"));
    });
    message.on("error", () => fail("errcode:-102 cronet_error_code:-102"));
    pending.add(fail);
    message.end(JSON.stringify(data));
    const task = { abort: () => fail("abort") };
    if (hasChunks) task.onChunkReceived = (tell) => listeners.push(tell);
    return task;
  }

  return {
    asked,
    stored,
    request,
    /** What is pending fails, as five seconds after the app has gone to the background. */
    sleep: () => Array.from(pending).forEach((fail) => fail("interrupted")),
    login: (options) =>
      login ? options.success({ code: login }) : options.fail({ errMsg: "login:fail not supported" }),
    getStorageSync: (key) => (stored.has(key) ? JSON.parse(stored.get(key)) : ""),
    setStorageSync: (key, value) => stored.set(key, JSON.stringify(value)),
  };
}

const Referer = "https://servicewechat.com/wx0123456789abcdef/1/page-frame.html";

function* cut(bytes) {
  for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
    const end = Math.min(at + CUTS[turn % CUTS.length], bytes.length);
    yield bytes.buffer.slice(bytes.byteOffset + at, bytes.byteOffset + end);
    at = end;
  }
}

/** `dataType: "json"`, the default: parsed where it can be. */
function read(text) {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
