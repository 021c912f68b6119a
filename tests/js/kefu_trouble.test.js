/** What goes wrong between a phone and the server, played by a server that does as it is told. */
import assert from "node:assert/strict";
import http from "node:http";
import { after, before, test } from "node:test";

import { createKefu } from "../../examples/mini-program/uni-app/src/kefu/kefu.js";
import { userTokenFrom, chatUrlFrom } from "../../examples/mini-program/uni-app/src/kefu/owner.js";
import { createPhone } from "./phone.js";

const DONE = { conversation_id: "conv_1", message_id: "msg_1", reply: "好的", finish_reason: "stop" };
const END = `data: ${JSON.stringify({ event: "end", ...DONE })}\n\n`;

let server;
let baseUrl;
let script = [];
let heard = [];

before(async () => {
  server = http.createServer((request, response) => {
    let body = "";
    request.on("data", (piece) => (body += piece));
    request.on("end", () => {
      heard.push({ url: request.url, headers: request.headers, body: JSON.parse(body) });
      const next = script.length > 1 ? script.shift() : script[0];
      next(response);
    });
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  baseUrl = `http://127.0.0.1:${server.address().port}`;
});

after(() => {
  server.closeAllConnections();
  server.close();
});

/** A client whose calls are answered with these, one after the other, the last one for ever. */
function against(answers, more = {}) {
  script = answers;
  heard = [];
  const api = more.api ?? createPhone();
  return { api, kefu: createKefu({ api, baseUrl, pauseMs: 1, ...more }) };
}

const whole = (status, envelope) => (response) => {
  response.writeHead(status, { "Content-Type": "application/json" });
  response.end(typeof envelope === "string" ? envelope : JSON.stringify(envelope));
};
const stream = (...frames) => (response) => response.end(frames.join(""));
const refused = (code, error, message = "话") =>
  whole(code, { code, error, message, retryable: true, timestamp: 1, data: null });
const hangUp = (response) => response.destroy();
const cutOff = (response) => {
  response.write('data: {"event":"delta","text":"好"}\n\n', () => response.destroy());
};
const names = () => new Set(heard.map((one) => one.body.client_msg_id));

for (const [what, first] of [
  ["a connection that drops", hangUp],
  ["an answer that is cut off", cutOff],
  ["a stream that ends without its end", stream('data: {"event":"delta","text":"好"}\n\n')],
  ["a proxy's page", whole(502, "<html>502 Bad Gateway</html>")],
  ["a server that starts again", refused(503, "restarting")],
  ["an answer that takes longer than is waited for", refused(504, "timeout")],
]) {
  test(`${what} is asked again under the same name`, async () => {
    const { kefu } = against([first, stream(END)]);

    assert.deepEqual(await kefu.chat("你好"), DONE);

    assert.equal(heard.length, 2);
    assert.equal(names().size, 1);
  });
}

for (const [what, answer, expected, calls] of [
  ["no connection", hangUp, { reason: "network", message: /^网络连接失败/ }, 3],
  ["a proxy's page", whole(502, "<html>"), { reason: "unreadable", message: /^服务暂时不可用/ }, 3],
  ["a slow answer", refused(504, "timeout"), { reason: "timeout", code: 504 }, 6],
  ["a limit", refused(429, "rate_limited", "太快了"), { reason: "rate_limited", message: "太快了" }, 1],
  ["a platform's failure", refused(502, "upstream_auth"), { isAnswered: true, reason: "upstream_auth" }, 1],
  ["a failure within the stream", stream('data: {"event":"error","code":502,"error":"empty_reply","message":"空"}\n\n'), { isAnswered: true, message: "空" }, 1],
  ["an envelope of other kefu servers", whole(200, { code: 500, message: "坏了" }), { reason: "500", message: "坏了" }, 1],
]) {
  test(`${what} that stays is a failure in words, after ${calls} calls`, async () => {
    const { kefu } = against([answer]);

    await assert.rejects(kefu.chat("你好"), expected);

    assert.equal(heard.length, calls);
  });
}

test("text that is taken back is replaced", async () => {
  const { kefu } = against([
    stream(
      'data: {"event":"delta","text":"坏"}\n\n',
      'data: {"event":"replace","text":"好"}\n\n',
      'data: {"event":"delta","text":"的"}\n\n',
      END,
    ),
  ]);
  const texts = [];

  await kefu.chat("你好", { onText: (text) => texts.push(text) });

  assert.deepEqual(texts, ["坏", "好", "好的"]);
});

test("a phone that goes to sleep fails what is pending, and nothing is asked by itself", async () => {
  const { api, kefu } = against([() => api.sleep()]);

  await assert.rejects(kefu.chat("你好"), { reason: "background", again: undefined });

  assert.equal(heard.length, 1);
});

test("leaving ends what is under way, the pause between two tries too", async () => {
  const { kefu } = against([hangUp], { pauseMs: 1e9 });
  const asked = assert.rejects(kefu.chat("你好"), { reason: "left" });
  while (!heard.length) await new Promise(setImmediate);

  const leaving = setInterval(() => kefu.leave(), 1);
  await asked;
  clearInterval(leaving);

  assert.equal(heard.length, 1);
});

test("a request that nobody answers runs into the phone's own limit", async () => {
  const phone = createPhone();
  const api = { ...phone, request: (options) => phone.request({ ...options, timeout: 20 }) };
  const { kefu } = against([() => {}], { api });

  await assert.rejects(kefu.getHistory("conv_1"), { reason: "timeout", message: /^服务器很久没有回应/ });

  assert.equal(heard.length, 3);
});

test("a domain that the console does not list is named to who builds the app", async () => {
  const api = { request: (options) => options.fail({ errMsg: "request:fail url not in domain list" }) };
  const { kefu } = against([], { api });

  await assert.rejects(kefu.createConversation(), { reason: "domain", message: /request 合法域名/ });
});

test("the user token is asked from the owner's server with the code of the login", async () => {
  const { api, kefu } = against([whole(200, { code: 0, data: { conversation_id: "conv_1" } })], {
    api: createPhone({ login: "code-1" }),
    userToken: () => userTokenFrom(api, `${owner.url}/token`)(),
  });
  const owner = await ownerServer({ token: "user.token" });

  await kefu.createConversation();

  assert.deepEqual(owner.heard, ['/token {"code":"code-1"}']);
  assert.equal(heard[0].headers["x-chatdock-user"], "user.token");
  owner.close();
});

test("an owner's server that fails is a failure of signing in, and is asked again next time", async () => {
  let isUp = false;
  const { kefu } = against([whole(200, { code: 0, data: { conversation_id: "conv_1" } })], {
    userToken: () => (isUp ? "t" : Promise.reject(new Error("down"))),
  });

  await assert.rejects(kefu.createConversation(), { reason: "sign_in", message: /^登录没有成功/ });
  isUp = true;

  assert.equal((await kefu.createConversation()).conversation_id, "conv_1");
});

test("without a login, as on H5, the owner's server knows the person by itself", async () => {
  const owner = await ownerServer({ chat_url: "https://chat.example.com/chat/acme?code=1" });

  const address = await chatUrlFrom(createPhone(), `${owner.url}/address`);

  assert.equal(address, "https://chat.example.com/chat/acme?code=1");
  assert.deepEqual(owner.heard, ['/address {"code":""}']);
  owner.close();
});

async function ownerServer(answer) {
  const seen = [];
  const own = http.createServer((request, response) => {
    let body = "";
    request.on("data", (piece) => (body += piece));
    request.on("end", () => {
      seen.push(`${request.url} ${body}`);
      response.end(JSON.stringify(answer));
    });
  });
  await new Promise((resolve) => own.listen(0, "127.0.0.1", resolve));
  return { heard: seen, url: `http://127.0.0.1:${own.address().port}`, close: () => own.closeAllConnections() || own.close() };
}
