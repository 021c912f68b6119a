import assert from "node:assert/strict";
import { test } from "node:test";

import { eventOf, unreachable } from "../../static/frame/wire.js";

test("an event of ours is read as it is", () => {
  assert.deepEqual(eventOf({ type: "pong" }), { type: "pong" });
});

test("a short array is a patch", () => {
  assert.deepEqual(eventOf([7, 1, "text"]), [7, 1, "text"]);
});

test("what a newer server says is left alone", () => {
  assert.equal(eventOf({ type: "weather", seq: 9 }), null);
});

test("a case that was forgotten names what it could not handle", () => {
  assert.throws(() => unreachable({ type: "weather" }), /weather/);
});
