/** The talk of a chat page, with calls that end as the test says. */
import assert from "node:assert/strict";
import { test } from "node:test";

import { createTalk } from "../../examples/mini-program/uni-app/src/kefu/talk.js";
import { createPhone } from "./phone.js";

const OK = { message_id: "msg_1", reply: "好的" };
const failure = (reason, more) => Object.assign(new Error("话"), { reason, isAnswered: false }, more);
const said = (id, role, content) => ({ id, role, content });

/** A talk whose questions end with these, one after the other, and whose history is this. */
function talkOf({ endings = [], history = [], stored } = {}) {
  const api = createPhone();
  if (stored) api.setStorageSync("talk", stored);
  const asked = [];
  const pages = [];
  let ids = 0;
  let state = null;
  const kefu = {
    createConversation: () => Promise.resolve({ conversation_id: "conv_new" }),
    chat: (text, { conversationId, clientMsgId }) => {
      asked.push([text, conversationId, clientMsgId]);
      const ending = endings.shift() || OK;
      return ending instanceof Error ? Promise.reject(ending) : Promise.resolve(ending);
    },
    getHistory: (conversation, { limit, offset }) => {
      pages.push([conversation, offset]);
      if (history instanceof Error) return Promise.reject(history);
      return Promise.resolve({ messages: history.slice(offset, offset + limit), total: history.length });
    },
  };
  const newId = () => `cm_${(ids += 1)}`;
  const talk = createTalk({ kefu, newId, api, key: "talk", onChange: (next) => (state = next) });
  const settled = async () => {
    for (let turn = 0; turn < 20; turn += 1) await new Promise(setImmediate);
  };
  const shown = () => state.messages.map(({ role, text, state: how }) => [role, text, how]);
  return { talk, asked, pages, settled, shown, state: () => state, kept: () => api.getStorageSync("talk") };
}

test("nothing blank is sent, and nothing while an answer is being written", async () => {
  const { talk, asked, settled } = talkOf();

  assert.deepEqual([talk.send("  "), talk.send(" 你好 "), talk.send("还在吗")], [false, true, false]);
  await settled();

  assert.deepEqual(asked, [["你好", "conv_new", "cm_1"]]);
});

test("a question that may have arrived is tried again under its name", async () => {
  const { talk, asked, settled, shown, kept } = talkOf({ endings: [failure("network")] });
  talk.send("你好");
  await settled();
  assert.deepEqual(shown()[1], ["assistant", "", "failed"]);
  assert.equal(kept().pending.id, "cm_1");

  talk.retry();
  await settled();

  assert.deepEqual(
    asked.map((one) => one[2]),
    ["cm_1", "cm_1"],
  );
  assert.equal(kept().pending, null);
});

for (const [reason, names] of [
  ["upstream_busy", ["cm_1", "cm_1", "cm_2", "cm_2"]],
  ["empty_reply", ["cm_1", "cm_2", "cm_3", "cm_4"]],
]) {
  test(`an answer that failed (${reason}) is tried again, under a new name where the old one does not help`, async () => {
    const { talk, asked, settled, kept } = talkOf({ endings: Array(3).fill(failure(reason, { isAnswered: true })) });
    talk.send("你好");
    await settled();
    assert.equal(kept().pending, null);

    for (let turn = 0; turn < 3; turn += 1) {
      talk.retry();
      talk.retry();
      await settled();
    }

    assert.deepEqual(
      asked.map((one) => one[2]),
      names,
    );
  });
}

test("what was refused stays to be read, above what is asked next", async () => {
  const { talk, settled, shown } = talkOf({ endings: [failure("bad_input")] });
  talk.send("太长");
  await settled();

  talk.send("短");
  await settled();

  assert.deepEqual(shown(), [
    ["user", "太长", "asked"],
    ["assistant", "", "failed"],
    ["user", "短", "done"],
    ["assistant", "好的", "done"],
  ]);
});

test("a request that fails when the page is back already goes on by itself, a few times", async () => {
  const { talk, asked, settled, shown } = talkOf({ endings: Array(9).fill(failure("background")) });
  talk.show();

  talk.send("你好");
  await settled();

  assert.equal(asked.length, 4);
  assert.deepEqual(shown()[1], ["assistant", "", "failed"]);
});

test("in the background nothing goes on before the page is back", async () => {
  const { talk, asked, settled, shown } = talkOf({ endings: [failure("background")] });
  talk.show();
  talk.send("你好");
  talk.hide();
  await settled();
  assert.deepEqual([asked.length, shown()[1][2]], [1, "waiting"]);

  await talk.show();

  assert.deepEqual(asked[0], asked[1]);
});

test("an open question of the last time is asked again, and not shown twice", async () => {
  const history = [said("msg_1", "assistant", "好的"), said("msg_0", "user", "你好")];
  const pending = { id: "cm_old", text: "你好", resumes: 0 };
  const { talk, asked, shown } = talkOf({ history, stored: { conversation: "conv_1", pending } });

  await talk.show();

  assert.deepEqual(asked, [["你好", "conv_1", "cm_old"]]);
  assert.deepEqual(shown(), [
    ["user", "你好", "done"],
    ["assistant", "好的", "done"],
  ]);
});

test("older messages come above those that are shown, page by page", async () => {
  const history = Array.from({ length: 45 }, (_, index) => said(`m${index}`, "user", `${45 - index}`));
  const { talk, pages, state } = talkOf({ history, stored: { conversation: "conv_1", pending: null } });

  await talk.show();
  assert.deepEqual([state().messages.length, state().hasMore], [20, true]);
  await talk.more();
  await talk.more();

  assert.deepEqual(
    state().messages.map((message) => message.text),
    Array.from({ length: 45 }, (_, index) => `${index + 1}`),
  );
  assert.equal(state().hasMore, false);
  assert.deepEqual(
    pages.map((page) => page[1]),
    [0, 20, 40],
  );
});

test("a history that does not come is told, and asked for again by showing", async () => {
  const { talk, pages, state } = talkOf({ history: failure("network"), stored: { conversation: "conv_1" } });

  await talk.show();
  assert.equal(state().note, "话");
  await talk.show();

  assert.equal(pages.length, 2);
});

test("a conversation that has ended is forgotten, and the next question begins one", async () => {
  const { talk, asked, settled, state } = talkOf({
    history: failure("conversation_not_found"),
    stored: { conversation: "conv_old", pending: null },
  });

  await talk.show();
  assert.equal(state().note, "");
  talk.send("你好");
  await settled();

  assert.deepEqual(asked, [["你好", "conv_new", "cm_1"]]);
});

test("beginning anew forgets what was said, but not while an answer is being written", async () => {
  const { talk, settled, state, kept } = talkOf();
  talk.send("你好");
  talk.restart();
  await settled();
  assert.equal(state().messages.length, 2);

  talk.restart();

  assert.deepEqual([state().messages, kept().conversation], [[], ""]);
});
