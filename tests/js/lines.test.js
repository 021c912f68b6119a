import assert from "node:assert/strict";
import { test } from "node:test";

import { asked, data, last, pass, ready, settle, sockets, startPolling, startStreaming, whole } from "./network.js";

const close = (/** @type {number} */ code, /** @type {string} */ reason) =>
  `event: close\ndata: ${JSON.stringify({ code, reason })}\n\n`;

test("a stream is read however it is cut, also within a letter", async () => {
  const { frame, stream } = await startStreaming();
  const text = data([1, 0, "长"], { type: "pong" }) + ":\n\n" + data([2, 0, "\n\n"]);
  for (const byte of new TextEncoder().encode(text)) stream.say(Uint8Array.of(byte));
  await settle();

  assert.deepEqual(frame.events.slice(1), [[1, 0, "长"], { type: "pong" }, [2, 0, "\n\n"]]);
});

test("ready is told once a line, whatever is asked anew", async () => {
  const { frame } = await startStreaming();
  frame.connection.send({ type: "conversation.open", conversation: "other" });
  await settle();
  last(asked).answer(200, whole({ type: "conversation", conversation: {} }));
  await settle();
  assert.ok(asked[0].signal.aborted);
  assert.equal(last(asked).path, "events");
  last(asked).begin().say(data(ready, { type: "pong" }));
  await settle();

  assert.deepEqual(frame.types(), ["ready", "conversation", "pong"]);
});

test("a question that begins a conversation is followed from its start", async () => {
  const { frame } = await startStreaming();
  frame.connection.send({ type: "message.send", client_message_id: "12345678", text: "Hello" });
  await settle();
  frame.place = { conversation: "new", epoch: "f", seq: 0 };
  last(asked).answer(200, whole({ type: "message.accepted", epoch: "f" }));
  await settle();

  assert.deepEqual([last(asked).path, last(asked).body.conversation], ["events", "new"]);
});

test("the goodbye of a stream is that of a socket", async () => {
  for (const [code, renewals] of [[4401, 1], [1012, 0]]) {
    const { frame, stream } = await startStreaming();
    stream.say(data({ type: "restart" }) + close(code, "why"));
    await settle();
    assert.deepEqual([frame.types(), frame.renewals], [["ready", "restart"], renewals]);
    assert.equal(frame.connection.isOnline(), false);
    await pass(300);
    assert.equal(asked.length, 2);
  }
});

test("a stream that says nothing for too long is asked for anew", async () => {
  const { frame, stream } = await startStreaming();
  await pass(20000);
  stream.say(":\n\n");
  await settle();
  await pass(24000);
  assert.ok(frame.connection.isOnline());
  await pass(1000);
  await pass(0);

  assert.deepEqual([asked[0].signal.aborted, last(asked).path], [true, "events"]);
});

test("held answers are asked for one after the other, from where the screen stands", async () => {
  const frame = await startPolling();
  frame.place = { conversation: "c", epoch: "e", seq: 1 };
  last(asked).answer(200, whole(ready, [1, 0, "text"]));
  await settle();

  assert.deepEqual(frame.types(), ["ready", 1]);
  assert.deepEqual([last(asked).path, last(asked).body.seq], ["poll?wait", 1]);
});

test("whoever answers by itself and has nothing to say is not asked without a pause", async () => {
  await startPolling();
  const before = asked.length;
  last(asked).answer(200, whole(ready));
  await settle();
  assert.equal(asked.length, before);
  await pass(1000);
  assert.equal(asked.length, before + 1);
});

test("an answer that is held for ever is given up", async () => {
  const frame = await startPolling();
  await pass(35000);

  assert.equal(frame.connection.isOnline(), false);
});

test("the goodbye of a held answer comes after what it says", async () => {
  const frame = await startPolling();
  last(asked).answer(200, { events: [ready, { type: "restart" }], close: { code: 1012, reason: "restart" } });
  await settle();
  assert.deepEqual(frame.types(), ["ready", "restart"]);
  await pass(300);
  assert.deepEqual([last(asked).path, sockets.length], ["poll", 1]);
});

test("commands go in order, and those that wait go together", async () => {
  const { frame } = await startStreaming();
  for (const run of ["one", "two", "three"]) frame.connection.send({ type: "run.stop", run });
  await settle();
  assert.deepEqual(last(asked).body.commands.length, 1);
  last(asked).answer(200, whole());
  await settle();

  assert.deepEqual(last(asked).body.commands.map((/** @type {any} */ { run }) => run), ["two", "three"]);
});

test("commands that cannot be used are not said again", async () => {
  const { frame } = await startStreaming();
  frame.connection.send({ type: "run.stop", run: "r" });
  await settle();
  last(asked).answer(422, { error: { code: "bad_input", message: "no", retryable: false } });
  await pass(1000);
  last(asked).begin().say(data(ready));
  await settle();

  assert.deepEqual(asked.map(({ path }) => path), ["events", "commands", "events"]);
});

test("what the server says in a command's answer ends the line, too", async () => {
  const { frame } = await startStreaming();
  frame.connection.send({ type: "token.renew" });
  await settle();
  last(asked).answer(200, { events: [], close: { code: 4401, reason: "unauthorized" } });
  await settle();

  assert.deepEqual([frame.renewals, asked[0].signal.aborted], [1, true]);
});
