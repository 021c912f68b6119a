import assert from "node:assert/strict";
import { test } from "node:test";

import { createTexts, newId } from "../../static/frame/page.js";

test("places in a text are filled by name", () => {
  const say = createTexts({ wait: "%(seconds)s s, then %(what)s, %(seconds)s" });

  assert.equal(say("wait", { seconds: 3, what: "go" }), "3 s, then go, 3");
});

test("a text without values is said as it is", () => {
  assert.equal(createTexts({ full: "100 % sure" })("full"), "100 % sure");
});

test("a text that is missing shows its key, so that it is found", () => {
  assert.equal(createTexts({})("live.lost"), "live.lost");
});

test("ids are new, and what the server takes for a message", () => {
  const ids = new Set(Array.from({ length: 100 }, newId));

  assert.equal(ids.size, 100);
  for (const id of ids) assert.match(id, /^[\w-]{22}$/);
});
