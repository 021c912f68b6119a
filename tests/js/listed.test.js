import assert from "node:assert/strict";
import { test } from "node:test";

import { splitAtHits } from "../../static/frame/hits.js";
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

/** What the server found. */
function found(search, items, has_more = false, before = undefined) {
  return { ...page(items, has_more, before), search };
}

test("pages follow each other, each row once", () => {
  const listed = createListed();

  listed.take(page(rows("ab"), true));
  listed.take(page(rows("bcd", 1), false, "a"));

  assert.deepEqual(ids(listed), ["a", "b", "c", "d"]);
  assert.equal(listed.lastId(""), "d");
  assert.equal(listed.hasMore(""), false);
});

test("the newest anew leave what was loaded behind them", () => {
  const listed = createListed();
  listed.take(page(rows("abc"), true));
  listed.take(page(rows("de", 3), false, "c"));

  const [a, b, c] = rows("abc");
  listed.take(page([{ ...c, updated_at: "2026-03-01T12:01:00Z" }, a, b], true));

  assert.deepEqual(ids(listed), ["c", "a", "b", "d", "e"]);
  assert.equal(listed.hasMore(""), false);
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
  assert.equal(listed.hasMore(""), false);
  listed.clear();
  listed.take(page(rows("zy", -2), true));
  assert.equal(listed.hasMore(""), true);
});

test("nothing at all has no end", () => {
  const listed = createListed();

  listed.take(page([], false));

  assert.deepEqual([ids(listed), listed.lastId(""), listed.hasMore("")], [[], undefined, false]);
});

test("titles are found at once, whatever their case and width, by each of the words", () => {
  const listed = createListed();
  listed.take(page(rows("ab"), false));
  listed.rename("a", "Ｒeturn of 订单 2046");

  assert.deepEqual(
    [ids(listed, "RETURN"), ids(listed, "订单 return"), ids(listed, "return b"), ids(listed, "x")],
    [["a"], ["a"], [], []],
  );
});

test("what the server found stands among the titles, by its time", () => {
  const listed = createListed();
  listed.take(page(rows("abc"), true));
  const [, , , , said] = rows("abcde");
  listed.take(found("about", [{ ...said, excerpt: "… about it" }, ...rows("b", 1)], true));

  assert.deepEqual(ids(listed, "about"), ["a", "b", "c", "e"]);
  assert.deepEqual([listed.hasMore("about"), listed.lastId("about")], [true, "b"]);
  assert.deepEqual([listed.isFound("about"), listed.isFound("abou")], [true, false]);
  assert.equal(listed.find("e").excerpt, "… about it");
  assert.deepEqual(ids(listed), ["a", "b", "c"]);
});

test("pages of what was found follow each other, and other words begin anew", () => {
  const listed = createListed();
  listed.take(found("lamp", rows("ab"), true));
  listed.take(found("lamp", rows("cd", 2), false, "b"));
  assert.deepEqual(ids(listed, "lamp"), ["a", "b", "c", "d"]);

  listed.take(found("lamps", rows("d", 3)));

  assert.deepEqual([ids(listed, "lamps"), ids(listed, "lamp")], [["d"], []]);
  assert.equal(listed.hasMore("lamp"), false);
});

test("a removed row is found nowhere", () => {
  const listed = createListed();
  listed.take(page(rows("ab"), false));
  listed.take(found("about", rows("ab")));

  listed.remove("a");

  assert.deepEqual([listed.find("a"), ids(listed), ids(listed, "about")], [undefined, ["b"], ["b"]]);
});

test("times are told by the visitor's calendar", () => {
  const now = new Date(2026, 2, 15, 0, 30);
  const at = (...parts) => new Date(2026, ...parts).toISOString();

  assert.deepEqual(
    [
      at(2, 15, 0, 0), at(2, 15, 9, 0), at(2, 14, 23, 59), at(2, 14, 0, 0), at(2, 13, 23, 59), at(2, 8, 0, 0),
      at(2, 7, 23, 59), at(1, 13, 0, 0), at(1, 12, 23, 59), at(0, 31, 23, 59), at(-1, 1, 0, 0),
    ].map((used) => groupOf(used, now)),
    [
      "today", "today", "yesterday", "yesterday", "week", "week",
      "month", "month", "2026-02", "2026-01", "2025-12",
    ],
  );
});

test("a clock that goes ahead makes it today", () => {
  assert.equal(groupOf(new Date(2026, 2, 16).toISOString(), new Date(2026, 2, 15, 12)), "today");
});

test("hits are told apart from what stands around them, and nothing is lost", () => {
  assert.deepEqual(splitAtHits("Where is ORDER 2046 (50%)?", "order 50%"), [
    "Where is ", "ORDER", " 2046 (", "50%", ")?",
  ]);
  assert.deepEqual(splitAtHits("订单运费", "运费"), ["订单", "运费", ""]);
  assert.deepEqual(splitAtHits("<b>a.c|[x]</b>", "a.c|[x]"), ["<b>", "a.c|[x]", "</b>"]);
  assert.deepEqual(splitAtHits("abc", "a.c"), ["abc"]);
  assert.deepEqual(splitAtHits("Été", "éTÉ"), ["", "Été", ""]);
  assert.deepEqual(splitAtHits("as it is", " "), ["as it is"]);
});
