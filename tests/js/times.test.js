import assert from "node:assert/strict";
import { test } from "node:test";

process.env.TZ = "Asia/Shanghai";
const { createTimes } = await import("../../static/frame/times.js");

const NOW = new Date("2026-03-10T08:00:00+08:00");

/** @param {string} lang @param {string[]} times */
function days(lang, ...times) {
  return createTimes(lang).days(times.map((at) => new Date(at)), NOW);
}

test("a conversation of today alone needs no line", () => {
  assert.deepEqual(days("en", "2026-03-09T16:00:01Z", "2026-03-10T07:59:00+08:00"), ["", ""]);
});

test("a line stands where another day begins in the visitor's own zone", () => {
  const found = days("en", "2026-03-08T15:59:00Z", "2026-03-08T16:00:00Z", "2026-03-08T17:00:00Z", "2026-03-10T00:00:00+08:00");

  assert.deepEqual(found, ["Sunday, March 8", "Yesterday", "", "Today"]);
});

test("another year is named", () => {
  assert.deepEqual(days("en", "2025-12-31T00:00:00+08:00"), ["Wednesday, December 31, 2025"]);
});

test("days are said in the visitor's language", () => {
  const times = ["2025-12-31T00:00:00+08:00", "2026-03-08T12:00:00+08:00", "2026-03-09T12:00:00+08:00", "2026-03-10T01:00:00+08:00"];

  assert.deepEqual(days("zh-CN", ...times), ["2025年12月31日星期三", "3月8日星期日", "昨天", "今天"]);
  assert.deepEqual(days("ja", ...times).slice(2), ["昨日", "今日"]);
});

test("the clock going forward makes no day of its own", () => {
  process.env.TZ = "Europe/Berlin";
  const times = ["2026-03-28T12:00:00+01:00", "2026-03-29T12:00:00+02:00"];

  const found = createTimes("en").days(times.map((at) => new Date(at)), new Date("2026-03-29T20:00:00+02:00"));

  assert.deepEqual(found, ["Yesterday", "Today"]);
});

test("a time is short, and whole where somebody asks for it", () => {
  process.env.TZ = "Asia/Shanghai";
  const element = { dateTime: "2026-03-10T05:07:00Z", textContent: "", title: "" };

  createTimes("zh-CN").write(/** @type {any} */ (element));

  assert.equal(element.textContent, "13:07");
  assert.equal(element.title, "2026年3月10日星期二 13:07");
});
