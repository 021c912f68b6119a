/**
 * The three kefu calls of a Chatdock server for mini-programs: `wx.request` or `uni.request` below,
 * promises above. Plain ES2015 without imports, so that it runs untranslated on old phones.
 *
 * Every failure is an Error whose `message` is for the person, with a `reason` (a stable word), the
 * envelope's `code` and `data`, `again` ("now" or "soon": the same `clientMsgId` may still bring the
 * answer) and `isAnswered` (the answer itself failed; the same `clientMsgId` asks for another try).
 */

const TIMEOUT_MS = 60000; // WeChat's own; the server gives up waiting after 50 s
const MOST_TRIES = { now: 6, soon: 3 };
const ANSWER_FAILED = /^(upstream_|empty_reply$|interrupted$)/;
const COMES_BACK = /^(restarting|store_busy)$/;

const WORDS = {
  "zh-CN": {
    network: "网络连接失败，请检查网络后重试。",
    timeout: "服务器很久没有回应，请稍后重试。",
    background: "小程序退到后台，请求中断了，回来后会继续。",
    cut: "回答传到一半断开了，请重试。",
    unreadable: "服务暂时不可用，请稍后重试。",
    sign_in: "登录没有成功，请稍后重试。",
    domain: "服务器域名还没有加到小程序后台的“request 合法域名”里。",
    left: "已离开会话。",
  },
  en: {
    network: "There is no connection. Please check the network and try again.",
    timeout: "The server has not answered for a long time. Please try again later.",
    background: "The request was cut short in the background; it goes on when you are back.",
    cut: "The answer broke off on its way. Please try again.",
    unreadable: "The service is not available just now. Please try again later.",
    sign_in: "Signing in did not work. Please try again later.",
    domain: "The server's domain is not among the mini-program's request domains yet.",
    left: "The conversation was left.",
  },
};
const AGAIN = { network: "soon", cut: "soon", unreadable: "soon", timeout: "soon" };

/**
 * `api` is `wx` or `uni`. `site` may be left out on a server with one site. `userToken` gives a
 * promise of a token from your own server; without it `userId` counts, where the site lets it
 * (`anonymous = true`).
 */
function createKefu(settings) {
  const api = settings.api;
  const lang = settings.lang === "en" ? "en" : "zh-CN";
  const place = settings.site ? `/sites/${settings.site}/api/kefu/` : "/api/kefu/";
  const pauseMs = settings.pauseMs === undefined ? 1000 : settings.pauseMs;
  const failure = (reason, more) => failed(reason, WORDS[lang][reason], AGAIN[reason], more);
  const running = new Set();
  let canStream = settings.stream !== false;
  let token = null;

  function createConversation() {
    return call("createConversation", {});
  }

  /** A page of what was said; `order: "desc"` begins with the newest. */
  function getHistory(conversationId, page) {
    const asked = Object.assign({ conversation_id: conversationId }, page);
    return persevere(() => call("getHistory", asked));
  }

  /**
   * Asks, and gives `data` of the finished answer. `onText` gets all of the text so far, as often
   * as there is more of it. Called again with the same `clientMsgId`, nothing is asked twice.
   */
  function chat(text, options) {
    const { conversationId, clientMsgId, onText } = options || {};
    const asked = {
      message: text,
      conversation_id: conversationId || "",
      client_msg_id: clientMsgId || newId(),
    };
    return persevere(() => ask(asked, onText || (() => {})));
  }

  /** Ends what is under way, as when the page closes. The server goes on writing the answer. */
  function leave() {
    for (const stop of Array.from(running)) stop("left");
  }

  function ask(asked, onText) {
    if (!canStream) return askWhole(asked, onText);
    let text = "";
    const onFrame = (frame) => {
      if (typeof frame.text !== "string") return;
      text = frame.event === "replace" ? frame.text : text + frame.text;
      onText(text);
    };
    return call("chat", Object.assign({ stream: true }, asked), onFrame).catch((error) => {
      if (error.reason !== "no_chunks") throw error;
      canStream = false;
      return askWhole(asked, onText);
    });
  }

  function askWhole(asked, onText) {
    return call("chat", asked).then((data) => {
      onText(data.reply);
      return data;
    });
  }

  function persevere(attempt, tries) {
    const made = tries || 1;
    return attempt().catch((error) => {
      if (!error.again || made >= MOST_TRIES[error.again]) throw error;
      return pause(error.again === "now" ? 0 : pauseMs * made).then(() => persevere(attempt, made + 1));
    });
  }

  /** A pause that `leave` ends. */
  function pause(ms) {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => done(resolve), ms);
      const stop = (reason) => done(() => reject(failure(reason)));
      const done = (then) => {
        clearTimeout(timer);
        running.delete(stop);
        then();
      };
      running.add(stop);
    });
  }

  /** With a user token where there is one, and once more with a new one when it has ended. */
  function call(name, fields, onFrame) {
    if (!settings.userToken) {
      const who = settings.userId ? { user_id: settings.userId } : {};
      return request(name, Object.assign(who, fields), {}, onFrame);
    }
    const attempt = (held) => request(name, fields, { "X-Chatdock-User": held }, onFrame);
    const used = signIn();
    return used.then(attempt).catch((error) => {
      if (error.reason !== "unauthorized") throw error;
      if (token === used) token = null;
      return signIn().then(attempt);
    });
  }

  function signIn() {
    if (token) return token;
    const asked = Promise.resolve().then(settings.userToken);
    token = asked.catch((cause) => {
      token = null;
      throw failure("sign_in", { cause });
    });
    return token;
  }

  function request(name, body, header, onFrame) {
    return new Promise((resolve, reject) => {
      let isOver = false;
      let task = null;
      const settle = (verdict) => {
        if (isOver || !verdict) return;
        isOver = true;
        running.delete(stop);
        if (verdict.data) resolve(verdict.data);
        else reject(verdict.refused ? refusal(verdict.refused) : failure(verdict.failure));
      };
      const stop = (reason) => {
        settle({ failure: reason });
        if (task) task.abort();
      };
      const reader = createReader(onFrame);
      running.add(stop);
      task = api.request({
        url: `${settings.baseUrl}${place}${name}?lang=${lang}`,
        method: "POST",
        data: body,
        header: Object.assign({ "Content-Type": "application/json" }, header),
        timeout: TIMEOUT_MS,
        enableChunked: Boolean(onFrame),
        success: (answer) => settle(reader.end(answer.data)),
        fail: (trouble) => settle({ failure: unreached(trouble.errMsg || "") }),
      });
      if (!onFrame) return;
      if (task && typeof task.onChunkReceived === "function") {
        task.onChunkReceived((chunk) => !isOver && settle(reader.bytes(chunk.data)));
      } else {
        stop("no_chunks");
      }
    });
  }

  return { createConversation, chat, getHistory, leave };
}

/** What the bytes or the body of one answer come to: `data`, an envelope that refused, a failure. */
function createReader(onFrame) {
  const decode = createUtf8();
  const frames = createFrames();
  let raw = ""; // kept until the first frame: a refusal comes as an envelope, in chunks too
  let isStream = false;

  function text(piece) {
    if (!isStream) raw += piece;
    for (const frame of frames(piece)) {
      isStream = true;
      if (frame.event === "end") {
        delete frame.event; // the rest is what the call without streaming gives
        return { data: frame };
      }
      if (frame.event === "error") return { refused: frame };
      onFrame(frame);
    }
    return null;
  }

  function end(body) {
    const envelope = parsed(body) || (isStream ? null : parsed(raw));
    if (envelope) return envelope.code === 0 ? { data: envelope.data } : { refused: envelope };
    if (!onFrame) return { failure: "unreadable" };
    // Where chunks are not known, the whole stream may stand in the body.
    const whole = !raw && typeof body === "string" && body ? text(body) : null;
    if (whole) return whole;
    if (isStream) return { failure: "cut" };
    return { failure: raw || body ? "unreadable" : "no_chunks" };
  }

  return { bytes: (buffer) => text(decode(buffer)), end };
}

/** Feeds on text cut anywhere; gives the frames that are complete. */
function createFrames() {
  let line = "";
  return (piece) => {
    const lines = (line + piece).split("\n");
    line = lines.pop();
    const said = lines.filter((one) => one.startsWith("data:"));
    return said.map((one) => json(one.slice(5))).filter(Boolean);
  };
}

/** UTF-8 from bytes cut anywhere, for devices without `TextDecoder`. */
function createUtf8() {
  let point = 0;
  let missing = 0;
  const next = (byte) => {
    if (missing && byte >> 6 === 2) {
      point = (point << 6) | (byte & 0x3f);
      missing -= 1;
      return missing ? "" : character(point);
    }
    const broken = missing ? "\ufffd" : "";
    missing = byte < 0xc2 ? 0 : byte < 0xe0 ? 1 : byte < 0xf0 ? 2 : byte < 0xf5 ? 3 : 0;
    point = byte & (0x3f >> missing);
    if (missing) return broken;
    return broken + (byte < 0x80 ? String.fromCharCode(byte) : "\ufffd");
  };
  return (buffer) => Array.from(new Uint8Array(buffer), next).join("");
}

function character(point) {
  return point > 0x10ffff ? "\ufffd" : String.fromCodePoint(point);
}

/** The envelope in a body that may be parsed already; null for anything else. */
function parsed(body) {
  const value = typeof body === "string" ? json(body) : body;
  return value && typeof value.code === "number" ? value : null;
}

function json(text) {
  try {
    return JSON.parse(text);
  } catch (error) {
    return null;
  }
}

function refusal(envelope) {
  const reason = envelope.error || String(envelope.code);
  const isAnswered = ANSWER_FAILED.test(reason);
  const again = reason === "timeout" ? "now" : COMES_BACK.test(reason) ? "soon" : undefined;
  const more = { code: envelope.code, data: envelope.data, isAnswered };
  return failed(reason, envelope.message, again, more);
}

function unreached(errMsg) {
  if (/abort/.test(errMsg)) return "left";
  if (/interrupted/.test(errMsg)) return "background";
  if (/domain list/.test(errMsg)) return "domain";
  return /time ?out/i.test(errMsg) ? "timeout" : "network";
}

function failed(reason, message, again, more) {
  const error = new Error(message);
  return Object.assign(error, { reason, again, code: 0, data: null, isAnswered: false }, more);
}

/** Names a message, so that sending it twice asks once. */
function newId() {
  const piece = () => Math.random().toString(36).slice(2, 12);
  return `cm_${Date.now().toString(36)}_${piece()}${piece()}`;
}

module.exports = { createKefu, createFrames, createUtf8, newId };
