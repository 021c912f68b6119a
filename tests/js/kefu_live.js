/** Against a server that tests/web/test_kefu_clients.py has started: the clients of examples/. */
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { test } from "node:test";

import { createKefu, newId } from "../../examples/mini-program/uni-app/src/kefu/kefu.js";
import { createTalk } from "../../examples/mini-program/uni-app/src/kefu/talk.js";
import { createPhone } from "./phone.js";

const native = createRequire(import.meta.url)("../../examples/mini-program/native/kefu/kefu.js");
const { url: server, token, expired } = JSON.parse(process.env.KEFU);

const POSTAGE = "运费怎么算？";
const LONG = "讲个长的故事";

function client(more = {}) {
  const api = more.api ?? createPhone();
  const kefu = (more.createKefu ?? createKefu)({
    api,
    baseUrl: server,
    site: "acme",
    userToken: () => Promise.resolve(token),
    pauseMs: 1,
    ...more,
  });
  return { api, kefu };
}

for (const [name, create] of [["uni-app", createKefu], ["native", native.createKefu]]) {
  test(`${name}: the answer grows, and its end is what the blocking call gives`, async () => {
    const { kefu } = client({ createKefu: create });
    const whole = await client({ createKefu: create, stream: false }).kefu.chat(POSTAGE);
    const texts = [];

    const data = await kefu.chat(POSTAGE, { onText: (text) => texts.push(text) });

    assert.equal(data.reply, whole.reply);
    assert.deepEqual(Object.keys(data), Object.keys(whole));
    assert.ok(texts.length > 1, "it came in one piece");
    texts.forEach((text, index) => assert.ok(data.reply.startsWith(text), `text ${index}`));
    assert.equal(texts[texts.length - 1], data.reply);
  });
}

for (const [name, ways, calls] of [
  ["has no chunks", { hasChunks: false }, 2],
  ["never tells of chunks", { isMute: true }, 2],
  ["does not know the flag", { knowsChunks: false }, 1],
]) {
  test(`a phone that ${name} gets the whole answer, asked once`, async () => {
    const { api, kefu } = client({ api: createPhone(ways) });
    const conversationId = (await kefu.createConversation()).conversation_id;

    const data = await kefu.chat(POSTAGE, { conversationId });

    const history = await kefu.getHistory(conversationId);
    assert.deepEqual(
      history.messages.map((message) => message.content),
      [POSTAGE, data.reply],
    );
    assert.equal(api.asked.filter((one) => one.url.includes("/chat?")).length, calls);
  });
}

test("a refusal of a streamed question is read from its chunks", async () => {
  const { kefu } = client();

  await assert.rejects(kefu.chat("你好", { conversationId: "conv_unknown" }), {
    message: "这个会话已结束或不存在，请新建会话。",
    reason: "conversation_not_found",
    code: 404,
  });
});

test("an answer that fails while it streams is told in words, and tried again under the same name", async () => {
  const { kefu } = client();
  const conversationId = (await kefu.createConversation()).conversation_id;
  const asked = { conversationId, clientMsgId: newId() };

  await assert.rejects(kefu.chat("请出错：超时", asked), { reason: "upstream_timeout", code: 504, isAnswered: true });
  const data = await kefu.chat("请出错：超时", asked);

  const history = await kefu.getHistory(conversationId);
  assert.deepEqual(
    history.messages.map((message) => message.content),
    ["请出错：超时", data.reply],
  );
});

test("an expired user token is renewed, once for all that wait for it", async () => {
  const tokens = [expired, token];
  const { kefu } = client({ userToken: () => Promise.resolve(tokens.shift()) });

  const [one, two] = await Promise.all([kefu.createConversation(), kefu.createConversation()]);

  assert.notEqual(one.conversation_id, two.conversation_id);
  assert.deepEqual(tokens, []);
});

test("a user token that is refused again is a failure in words", async () => {
  const { kefu } = client({ userToken: () => Promise.resolve(expired) });

  await assert.rejects(kefu.chat("你好"), { reason: "unauthorized", code: 401, message: /^请先登录。/ });
});

test("words are in the language of the page", async () => {
  const { kefu } = client({ lang: "en" });

  await assert.rejects(kefu.getHistory("conv_unknown"), { message: /^This conversation has ended/ });
});

test("a question cut short in the background is answered once, and the page has it all", async () => {
  const { api, kefu } = client();
  const shown = pageOf(api, kefu);
  shown.talk.show();
  shown.talk.send(LONG);
  await shown.until((state) => state.messages[1].text);
  shown.talk.hide();

  api.sleep();
  await shown.until((state) => state.messages[1].state === "waiting");
  await shown.talk.show();

  const { messages } = shown.state();
  assert.deepEqual(
    messages.map(({ role, state }) => [role, state]),
    [
      ["user", "done"],
      ["assistant", "done"],
    ],
  );
  const history = await kefu.getHistory(api.getStorageSync("talk").conversation);
  assert.deepEqual(
    messages.map(({ id, text }) => [id, text]),
    history.messages.map(({ id, content }) => [id, content]),
  );
  assert.equal(api.getStorageSync("talk").pending, null);
});

test("a page that was closed over an open question goes on with it when it is opened again", async () => {
  const { api, kefu } = client();
  const first = pageOf(api, kefu);
  first.talk.show();
  first.talk.send(LONG);
  await first.until((state) => state.messages[1].text);
  kefu.leave();

  const second = pageOf(api, client({ api }).kefu);
  await second.talk.show();

  assert.deepEqual(
    second.state().messages.map(({ role, state }) => [role, state]),
    [
      ["user", "done"],
      ["assistant", "done"],
    ],
  );
  assert.equal(second.state().messages[0].text, LONG);
});

test("a stored conversation that is gone is replaced, and the question is answered in a new one", async () => {
  const { api, kefu } = client();
  api.setStorageSync("talk", { conversation: "conv_gone", pending: null });
  const shown = pageOf(api, kefu);

  await shown.talk.show();
  shown.talk.send(POSTAGE);
  await shown.until((state) => !state.isBusy);

  assert.equal(shown.state().messages[1].state, "done");
  assert.match(api.getStorageSync("talk").conversation, /^conv_(?!gone)/);
});

/** A page that only remembers; `until` waits for a state of it. */
function pageOf(api, kefu) {
  let state = null;
  const waiting = new Set();
  const talk = createTalk({
    kefu,
    newId,
    api,
    key: "talk",
    onChange: (next) => {
      state = next;
      for (const look of waiting) look();
    },
  });
  const until = (isTrue) =>
    new Promise((resolve) => {
      const look = () => {
        if (!state || !isTrue(state)) return;
        waiting.delete(look);
        resolve();
      };
      waiting.add(look);
      look();
    });
  return { talk, until, state: () => state };
}

test("the native page shows the talk, and begins anew when told to", async () => {
  const phone = createPhone();
  const page = nativePage(phone);
  page.onLoad();
  page.onShow();
  page.type({ detail: { value: POSTAGE } });

  page.send();
  assert.deepEqual([page.data.draft, page.data.isBusy], ["", true]);
  await page.until(() => !page.data.isBusy);

  assert.deepEqual(
    page.data.messages.map(({ role, state }) => [role, state]),
    [
      ["user", "done"],
      ["assistant", "done"],
    ],
  );
  assert.match(page.data.messages[1].text, /^运费看寄到哪里。/);
  assert.equal(page.data.end, "end");

  page.restart();
  page.onHide();
  page.onUnload();
  assert.deepEqual(page.data.messages, []);
});

/** The page as the mini-program makes it, its settings pointed at this server. */
function nativePage(phone) {
  const load = createRequire(import.meta.url);
  const at = "../../examples/mini-program/native/";
  Object.assign(load(`${at}config.js`), { baseUrl: server, tokenUrl: "", site: "trusting" });
  let made = null;
  globalThis.wx = { ...phone, setNavigationBarTitle() {} };
  globalThis.Page = (page) => (made = page);
  load(`${at}pages/chat/chat.js`);
  const waiting = new Set();
  made.setData = (changes) => {
    for (const [path, value] of Object.entries(changes)) put(made.data, path, value);
    for (const look of waiting) look();
  };
  made.until = (isTrue) =>
    new Promise((resolve) => {
      const look = () => isTrue() && waiting.delete(look) && resolve();
      waiting.add(look);
      look();
    });
  return made;
}

/** `messages[1]` is a place, as `setData` reads it; values cross over as copies. */
function put(data, path, value) {
  const [name, index] = path.split(/[[\]]/);
  const copy = JSON.parse(JSON.stringify(value));
  if (index === undefined) data[name] = copy;
  else data[name][index] = copy;
}
