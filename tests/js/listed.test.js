import assert from "node:assert/strict";
import { test } from "node:test";

import { createListed, groupOf } from "../../static/frame/listed.js";

const ids = (listed, words = "") => listed.matching(words).map((row) => row.id);

/** Rows named by letters, each used a minute before the one ahead of it. */
function rows(letters, since = 0) {
  return Array.from(letters, (id, at) => {
    const used = new Date(Date.UTC(2026, 2, 1, 12, 0, 0) - (since + at) * 60_000);
    return { id, title: `About ${id}`, updated_at: used.toISOString() };
  });
}

function page(items, has_more, before = undefined) {
  return { type: "conversations", items, has_more, before };
}

test("pages follow each other, each row once", () => {
  const listed = createListed();

  listed.take(page(rows("ab"), true));
  listed.take(page(rows("bcd", 1), false, "a"));

  assert.deepEqual(ids(listed), ["a", "b", "c", "d"]);
  assert.equal(listed.lastId(), "d");
  assert.equal(listed.hasMore(), false);
});

test("the newest anew leave what was loaded behind them", () => {
  const listed = createListed();
  listed.take(page(rows("abc"), true));
  listed.take(page(rows("de", 3), false, "c"));

  const [a, b, c] = rows("abc");
  listed.take(page([{ ...c, updated_at: "2026-03-01T12:01:00Z" }, a, b], true));

  assert.deepEqual(ids(listed), ["c", "a", "b", "d", "e"]);
  assert.equal(listed.hasMore(), false);
});

test("what is gone among the newest is gone here", () => {
  const listed = createListed();
  listed.take(page(rows("abc"), false));

  listed.take(page(rows("ac"), false));

  assert.deepEqual(ids(listed), ["a", "c"]);
});

test("what was known to its end has no more, however it grew", () => {
  const listed = createListed();
  listed.take(page(rows("ab"), false));

  listed.take(page(rows("zy", -2), true));

  assert.deepEqual(ids(listed), ["z", "y", "a", "b"]);
  assert.equal(listed.hasMore(), false);
  listed.clear();
  listed.take(page(rows("zy", -2), true));
  assert.equal(listed.hasMore(), true);
});

test("nothing at all has no end", () => {
  const listed = createListed();

  listed.take(page([], false));

  assert.deepEqual([ids(listed), listed.lastId(), listed.hasMore()], [[], undefined, false]);
});

test("titles are found whatever their case and width", () => {
  const listed = createListed();
  listed.take(page(rows("ab"), false));
  listed.rename("a", "Ｒeturn of 订单 2046");

  assert.deepEqual([ids(listed, "RETURN"), ids(listed, "订单 2046"), ids(listed, "x")], [["a"], ["a"], []]);
});

test("a removed row is not found", () => {
  const listed = createListed();
  listed.take(page(rows("ab"), false));

  listed.remove("a");

  assert.deepEqual([listed.find("a"), ids(listed)], [undefined, ["b"]]);
});

test("times are told by the visitor's calendar", () => {
  const now = new Date(2026, 2, 15, 0, 30);
  const at = (...parts) => new Date(2026, ...parts).toISOString();

  assert.deepEqual(
    [at(2, 15, 0, 0), at(2, 15, 9, 0), at(2, 14, 23, 59), at(1, 13, 0, 31), at(1, 13, 0, 29)].map(
      (used) => groupOf(used, now)),
    ["today", "today", "month", "month", "older"],
  );
});
