/** Against a server that tests/web/test_kefu_clients.py has started: what the document promises. */
import assert from "node:assert/strict";
import { test } from "node:test";

import { createDocumentClient, createRequest } from "./kefu_document.js";
import { createPhone } from "./phone.js";

const { url: server, token, other, calm: calmToken } = JSON.parse(process.env.KEFU);

function client(site, more = {}) {
  const baseUrl = (more.server ?? server) + (site && `/sites/${site}`);
  return createDocumentClient(createRequest(createPhone(), { token, ...more, baseUrl }));
}

test("a conversation is begun, asked in, and read again", async () => {
  const own = client("acme");

  const conversation = await own.createConversation();
  const answer = await own.sendMessage("运费怎么算？", conversation);
  const history = await own.getHistory(conversation);

  assert.match(conversation, /^conv_[\w-]+$/);
  assert.equal(answer.conversation_id, conversation);
  assert.match(answer.reply, /^运费看寄到哪里。/);
  assert.match(answer.message_id, /^msg_[\w-]+$/);
  assert.equal(answer.finish_reason, "stop");
  assert.deepEqual(Object.keys(answer.usage), ["prompt_tokens", "completion_tokens", "total_tokens"]);
  assert.deepEqual(
    history.messages.map(({ role, content }) => [role, content]),
    [
      ["user", "运费怎么算？"],
      ["assistant", answer.reply],
    ],
  );
  assert.equal(history.messages[1].id, answer.message_id);
  for (const { created_at } of history.messages) assert.match(created_at, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
  assert.deepEqual([history.total, history.limit, history.offset], [2, 20, 0]);
  assert.deepEqual(own.log, []);
});

test("the first message without a conversation begins one, which goes on with the next", async () => {
  const own = client("acme");

  const first = await own.sendMessage("怎么退货？");
  const second = await own.sendMessage("运费怎么算？", first.conversation_id);
  const page = await own.getHistory(first.conversation_id, 1, 2);

  assert.equal(second.conversation_id, first.conversation_id);
  assert.deepEqual(
    page.messages.map((message) => message.content),
    ["运费怎么算？"],
  );
  assert.deepEqual([page.total, page.limit, page.offset], [4, 1, 2]);
});

test("a conversation that is not there, or another person's, is refused alike", async () => {
  const theirs = await client("acme", { token: other }).createConversation();
  const own = client("acme");

  for (const conversation of ["conv_1234567890", theirs]) {
    assert.equal(await own.sendMessage("你好", conversation), null);
    assert.equal(await own.getHistory(conversation), null);
  }

  const words = "这个会话已结束或不存在，请新建会话。";
  assert.deepEqual(own.log, [`发送失败: ${words}`, `获取历史失败: ${words}`, `发送失败: ${words}`, `获取历史失败: ${words}`]);
});

test("who is not signed in reads that, and what cannot be used is named", async () => {
  const nobody = client("acme", { token: "" });
  assert.equal(await nobody.createConversation(), null);
  assert.match(nobody.log[0], /^创建会话失败: 请先登录。/);

  const own = client("acme");
  assert.equal(await own.sendMessage("  "), null);
  assert.match(own.log[0], /^发送失败: .*message/);
});

test("a site whose door is closed says so", async () => {
  const own = client("closed");

  assert.equal(await own.createConversation(), null);

  assert.deepEqual(own.log, ["创建会话失败: 客服服务未开启。"]);
});

test("a platform that fails is a failure in words, none of them the platform's", async () => {
  const own = client("acme");

  assert.equal(await own.sendMessage("请出错：密钥"), null);

  assert.equal(own.log.length, 1);
  assert.match(own.log[0], /^发送失败: [\u4e00-\u9fff]/);
});

test("a server that cannot be reached is a network failure", async () => {
  const own = client("acme", { server: "http://127.0.0.1:1" });

  assert.equal(await own.createConversation(), null);

  assert.deepEqual(own.log, ["网络错误"]);
});

test("a helper that throws for a status reads the words where the site answers 200 always", async () => {
  const strict = client("acme", { isStrict: true });
  const calm = client("calm", { isStrict: true, token: calmToken });

  await strict.getHistory("conv_1234567890");
  await calm.getHistory("conv_1234567890");

  assert.deepEqual(strict.log, ["网络错误"]);
  assert.deepEqual(calm.log, ["获取历史失败: 这个会话已结束或不存在，请新建会话。"]);
});
