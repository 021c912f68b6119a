import assert from "node:assert/strict";
import { test } from "node:test";

import { asked, data, last, pass, ready, settle, sockets, start, startPolling, startStreaming, whole } from "./network.js";

async function online() {
  const frame = start();
  frame.connection.open();
  await settle();
  sockets[0].open();
  sockets[0].bring(ready);
  return frame;
}

test("a socket that answers is all there is", async () => {
  const frame = await online();
  await pass(5000);

  assert.deepEqual(sockets[0].said[0], { type: "hello", token: "t", lang: "en", conversation: "c", epoch: "e", seq: 0 });
  assert.deepEqual([frame.states, frame.types(), asked.length], [["connecting", "online"], ["ready"], 0]);
});

test("a quiet socket is asked, sooner after something was said", async () => {
  await online();
  const types = () => sockets[0].said.map(({ type }) => type);
  await pass(5900);
  assert.deepEqual(types(), ["hello"]);
  await pass(200);
  assert.deepEqual(types(), ["hello", "ping"]);
  sockets[0].bring({ type: "pong" });
  await pass(24900);
  assert.deepEqual(types(), ["hello", "ping"]);
});

test("a socket that never says ready gets company, and the first to answer is kept", async () => {
  const frame = start();
  frame.connection.open();
  await settle();
  sockets[0].open();
  await pass(4000);
  assert.equal(last(asked).path, "events");
  await pass(4000);
  assert.equal(last(asked).path, "poll");
  asked[1].answer(200, whole(ready));
  await settle();

  assert.deepEqual([frame.types(), sockets[0].readyState, asked[0].signal.aborted], [["ready"], 3, true]);
  assert.deepEqual([last(asked).path, frame.connection.isOnline()], ["poll?wait", true]);
});

test("a socket that is late but first is kept", async () => {
  const frame = start();
  frame.connection.open();
  await settle();
  sockets[0].open();
  await pass(4000);
  sockets[0].bring(ready);
  asked[0].begin().say(data(ready));
  await settle();

  assert.deepEqual([frame.types(), asked[0].signal.aborted], [["ready"], true]);
});

test("a socket that has worked gets a second chance before another line takes over", async () => {
  const frame = await online();
  sockets[0].end(1006);
  await pass(1000);
  sockets[1].end(1006);
  await settle();
  assert.equal(asked.length, 0);
  await pass(2000);
  sockets[2].end(1006);
  await settle();

  assert.equal(asked[0].path, "events");
  assert.deepEqual(frame.states, ["connecting", "online", "connecting", "offline", "offline"]);
});

test("a socket that fell silent is replaced at once, and not by another like it", async () => {
  await online();
  await pass(6000);
  await pass(5000);
  await pass(0);
  assert.equal(sockets.length, 2);
  await pass(1000);

  assert.equal(asked[0].path, "events");
});

test("what the server itself says of a socket is no reason for another line", async () => {
  for (const [code, wait_ms, renewals] of [[4429, 7000, 0], [1012, 300, 0], [1013, 1000, 0], [4401, 0, 1]]) {
    const frame = start();
    frame.connection.open();
    await settle();
    sockets[0].end(code, "7");
    await settle();
    await pass(Math.max(0, wait_ms - 10));
    assert.equal(sockets.length, wait_ms ? 1 : 2, String(code));
    await pass(10);
    assert.deepEqual([sockets.length, asked.length, frame.renewals], [2, 0, renewals], String(code));
  }
});

test("refusals over plain requests mean the same", async () => {
  for (const [status, word, state] of [[401, "unauthorized", 1], [403, "site_paused", 1], [429, "rate_limited", 0], [503, "restarting", 0]]) {
    const { frame, stream } = await startStreaming();
    stream.end();
    await pass(1000);
    last(asked).answer(Number(status), { error: { code: word, message: "why", retryable: false } });
    await settle();
    assert.equal(frame.renewals, state, String(word));
    assert.deepEqual(frame.types().slice(1), word === "restarting" ? [] : ["error"], String(word));
  }
});

test("a browser that lets no socket be made goes on without", async () => {
  const frame = start();
  Object.assign(globalThis, {
    WebSocket: class {
      constructor() {
        throw new Error("not here");
      }
    },
  });
  frame.connection.open();
  await settle();

  assert.equal(asked[0].path, "events");
});

test("where nothing answers but HTTP does, forms have to do", async () => {
  const frame = start();
  frame.connection.open();
  for (let round = 0; round < 3; round += 1) {
    await settle();
    last(sockets).end(1006);
    await settle();
    last(asked).answer(502, "a proxy's own words");
    await settle();
    last(asked).fail();
    await settle();
    await pass(20000);
  }

  assert.deepEqual([last(frame.states), sockets.length, frame.renewals], ["blocked", 3, 1]);
});

test("from an event stream the socket is tried again, ever more rarely", async () => {
  const { frame, stream } = await startStreaming();
  /** @type {number[]} */
  const tried = [];
  for (let at_s = 0; at_s < 300; at_s += 4) {
    stream.say(":\n\n");
    await pass(4000);
    if (sockets.length > tried.length + 1) tried.push(at_s + 4);
  }

  assert.deepEqual(tried, [36, 112, 260]);
  assert.deepEqual([frame.types(), last(sockets).readyState, frame.connection.isOnline()], [["ready"], 3, true]);
});

test("the climb changes over without a word to the visitor", async () => {
  const { frame } = await startStreaming();
  frame.connection.check();
  await settle();
  sockets[1].open();
  assert.deepEqual(sockets[1].said[0].seq, 0);
  sockets[1].bring(ready, [1, 0, "text"]);

  assert.deepEqual([frame.types(), asked[0].signal.aborted], [["ready", "ready", 1], true]);
  assert.deepEqual(frame.states, ["connecting", "online", "online"]);
});

test("nothing changes over while something is unanswered, or another conversation is begun", async () => {
  for (const isBusy of [true, false]) {
    const { frame } = await startStreaming();
    frame.connection.check();
    await settle();
    sockets[1].open();
    if (isBusy) frame.connection.send({ type: "conversation.list" });
    else frame.place = { conversation: "other", epoch: "e", seq: 0 };
    sockets[1].bring(ready);
    assert.deepEqual([frame.types(), sockets[1].readyState], [["ready"], 3]);
    await pass(5000);
    assert.equal(sockets.length, 3);
  }
});

test("from held answers the event stream is tried, too", async () => {
  const frame = await startPolling();
  frame.connection.check();
  await settle();
  last(sockets).end(1006);
  await settle();
  assert.equal(last(asked).path, "events");
  last(asked).begin().say(data(ready));
  await settle();

  assert.deepEqual(frame.types(), ["ready", "ready"]);
  assert.ok(asked[2].signal.aborted);
});

test("a climb that hangs leaves the line alone", async () => {
  const frame = await startPolling();
  frame.connection.check();
  await settle();
  await pass(4000);
  await pass(4000);

  assert.deepEqual([last(sockets).readyState, last(asked).signal.aborted, frame.connection.isOnline()], [3, true, true]);
});

test("what was said on a line that broke is said on the next, but for what is said again anyway", async () => {
  const { frame, stream } = await startStreaming();
  for (const command of [{ type: "run.stop", run: "r" }, { type: "token.renew" }, { type: "conversation.list" }]) {
    frame.connection.send(command);
  }
  frame.connection.send({ type: "message.send", client_message_id: "12345678" });
  await settle();
  assert.deepEqual(last(asked).body, { token: "t", lang: "en", conversation: "c", commands: [{ type: "run.stop", run: "r" }] });
  stream.end();
  await pass(1000);
  last(asked).begin().say(data(ready));
  await settle();

  assert.deepEqual(last(asked).body.commands, [{ type: "run.stop", run: "r" }]);
  last(asked).answer(200, whole({ type: "pong" }));
  await settle();
  assert.deepEqual(last(asked).body.commands, [{ type: "conversation.list" }]);
});

test("a pause ends everything, and what the former visitor has said", async () => {
  const { frame } = await startStreaming();
  frame.connection.send({ type: "conversation.list" });
  await settle();
  frame.connection.pause();
  assert.deepEqual([asked[0].signal.aborted, frame.connection.isOnline()], [true, false]);
  frame.connection.open();
  await pass(60000);
  assert.equal(sockets.length, 1);
  frame.connection.resume(true);
  await settle();
  assert.equal(asked.length, 3);
});

test("starting over does not go round in a circle", async () => {
  const frame = await online();
  frame.connection.reopen();
  await settle();
  assert.equal(sockets.length, 2);
  sockets[1].open();
  sockets[1].bring(ready);
  frame.connection.reopen();
  await settle();
  assert.equal(sockets.length, 2);
  await pass(1000);
  assert.equal(sockets.length, 3);
});
