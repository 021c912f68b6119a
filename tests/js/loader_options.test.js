// The loader is a classic script that the server puts together, so its pieces are read as text.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import vm from "node:vm";

const read = (name) => readFileSync(new URL(`../../static/loader/${name}.js`, import.meta.url), "utf8");
const source = read("options") + read("tag");
const { overlay, fromTag, pack } = vm.runInNewContext(`${source}; ({ overlay, fromTag, pack })`, {
  btoa,
  unescape,
  encodeURIComponent,
  JSON,
});
const plain = (value) => JSON.parse(JSON.stringify(value));
const tree = () => ({ ui: { asstBtn: { isNeed: true, offsetX: 20, text: "" } } });

test("changes are laid over leaf by leaf", () => {
  const target = tree();

  overlay(target, { ui: { asstBtn: { offsetX: 40 } } });

  assert.deepEqual(target, { ui: { asstBtn: { isNeed: true, offsetX: 40, text: "" } } });
});

test("a leaf keeps its type", () => {
  const target = tree();

  overlay(target, { ui: { asstBtn: { offsetX: "40", isNeed: 0, text: null } } });

  assert.deepEqual(target, tree());
});

test("a branch is not replaced by a leaf", () => {
  const target = tree();

  overlay(target, { ui: "none" });

  assert.deepEqual(target, tree());
});

test("the prototype is out of reach", () => {
  for (const way of ['{"__proto__": 0}', '{"ui": {"__proto__": 0}}', '{"constructor": {"prototype": 0}}']) {
    overlay(tree(), JSON.parse(way.replace("0", '{"planted": true}')));
  }

  assert.equal({}.planted, undefined);
});

test("the tag's attributes are cast to the leaf's type", () => {
  const found = fromTag(tree(), { offsetX: "40", isNeed: "false", text: "Ask", el: "#x" });

  assert.deepEqual(plain(found), { ui: { asstBtn: { isNeed: false, offsetX: 40, text: "Ask" } } });
});

test("a tag without options changes nothing", () => {
  assert.deepEqual(plain(fromTag(tree(), {})), { ui: {} });
});

test("options are packed as base64url of UTF-8, and left out when too long", () => {
  const packed = pack({ text: "问一问?>" });

  assert.deepEqual(JSON.parse(Buffer.from(packed, "base64url").toString()), { text: "问一问?>" });
  assert.match(packed, /^[\w=-]+$/);
  assert.equal(pack({ text: "x".repeat(3000) }), "");
});
