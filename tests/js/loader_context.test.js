/** What of a page's context goes along, and what its developer is told of the rest. */
import assert from "node:assert";
import { readFileSync } from "node:fs";
import { test } from "node:test";

const source = readFileSync(new URL("../../static/loader/context.js", import.meta.url), "utf8");
const { checkedContext } = new Function(`${source}; return { checkedContext };`)();

/** @param {unknown} given */
function check(given) {
  /** @type {string[]} */
  const faults = [];
  return { taken: checkedContext(given, (/** @type {string} */ fault) => faults.push(fault)), faults };
}

test("what fits is taken as it is", () => {
  const given = { sku: "A-7", ["n".repeat(40)]: "", long: "x".repeat(1000) };

  assert.deepStrictEqual(check(given), { taken: given, faults: [] });
});

test("what is no object says nothing", () => {
  for (const given of [null, undefined, 7, true]) {
    assert.deepStrictEqual(check(given), { taken: {}, faults: [] });
  }
});

test("a wrong one costs only itself", () => {
  const given = { "a b": "x", "": "x", 名: "x", ["n".repeat(41)]: "x", n: 7, o: null, long: "x".repeat(1001), sku: "A-7" };

  const { taken, faults } = check(given);

  assert.deepStrictEqual(taken, { sku: "A-7" });
  assert.deepStrictEqual(
    faults.map((fault) => fault.split(": ")[1]).sort(),
    [
      ...Array(4).fill("a name is 1 to 40 of A-Z, a-z, 0-9 and _"),
      "is longer than 1000 characters",
      "must be text",
      "must be text",
    ],
  );
});

test("what is more than fits one frame of the socket is left out", () => {
  const long = Object.fromEntries(Array.from({ length: 9 }, (_, at) => [`n${at}`, "x".repeat(1000)]));
  const many = Object.fromEntries(Array.from({ length: 33 }, (_, at) => [`n${at}`, ""]));

  assert.deepStrictEqual(check(long).faults, ["context.n8: is more than a page may say"]);
  assert.deepStrictEqual(check(many).faults, ["context.n32: is more than a page may say"]);
  assert.strictEqual(Object.keys(check({ ...long, last: "" }).taken).length, 9);
});

test("names that all objects have are names like others", () => {
  const { taken } = check(JSON.parse('{"constructor": "x", "toString": "y"}'));

  assert.deepStrictEqual(Object.entries(taken), [["constructor", "x"], ["toString", "y"]]);
});
