// The loader is a classic script that the server puts together, so its pieces are read as text.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import vm from "node:vm";

const read = (name) => readFileSync(new URL(`../../static/loader/${name}.js`, import.meta.url), "utf8");
const source = read("options") + read("tag") + read("complete") + read("page_watch");
const { overlay, fromTag, pack, complete, fits } = vm.runInNewContext(`${source}; ({ overlay, fromTag, pack, complete, fits })`, {
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

test("options are packed as base64 of UTF-8, and left out when too long", () => {
  const packed = pack({ text: "问一问?>" });

  assert.deepEqual(JSON.parse(Buffer.from(packed, "base64").toString()), { text: "问一问?>" });
  assert.equal(pack({ text: "x".repeat(3000) }), "");
});

test("what the core left out comes from the page, else the tag, else the defaults", () => {
  const after = { seconds: 0, scroll: 0, url: "" };
  const defaults = { asstBtn: { draggable: false, teaser: { text: "", after } }, theme: { radius: "medium" } };
  const widget = {
    overrides: { ui: { asstBtn: { teaser: { after: { url: "/a" } } } } },
    script: { dataset: { draggable: "", teaserText: "Hi", teaserAfterSeconds: "5", teaserAfterUrl: "/b", text: "no" } },
    site: { ui: { asstBtn: { text: "" }, theme: {} } },
  };

  complete(widget, defaults);

  const teaser = { text: "Hi", after: { seconds: 5, scroll: 0, url: "/a" } };
  assert.deepEqual(plain(widget.site.ui), {
    asstBtn: { text: "", draggable: true, teaser },
    theme: { radius: "medium" },
  });
  assert.deepEqual(plain(widget.overrides.ui.asstBtn), {
    draggable: true,
    teaser: { text: "Hi", after: { seconds: 5, url: "/a" } },
  });
});

test("a star stands for anything, and nothing else does", () => {
  const yes = ["/", "/lamps", "/lamps/*", "*", "*lamps*?a=1", "/*/x/*"];
  const pages = ["/", "/lamps", "/lamps/desk?b=2", "", "/all-lamps/?a=1", "/a/b/x/y"];
  yes.forEach((pattern, at) => assert.ok(fits(pattern, pages[at]), pattern));

  const no = ["/", "/lamps", "/lamps/*", "/a.c", "*x", "a*b*b"];
  const others = ["/x", "/lamps/", "/lamp/", "/abc", "/xy", "ab"];
  no.forEach((pattern, at) => assert.ok(!fits(pattern, others[at]), pattern));
  assert.ok(!fits("*a".repeat(250), "a".repeat(200)));
});
