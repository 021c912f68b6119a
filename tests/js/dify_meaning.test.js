// A classic script that the server puts together with the loader, so it is read as text.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import vm from "node:vm";

const read = (name) => readFileSync(new URL(`../../static/compat/dify/${name}.js`, import.meta.url), "utf8");
const { meaningOf, eachProperty } = vm.runInNewContext(`${read("meaning")}${read("rules")}; ({ meaningOf, eachProperty })`);
const plain = (value) => JSON.parse(JSON.stringify(value));
const meaning = (config) => plain(meaningOf(config));

test("a config that says nothing changes nothing", () => {
  const nothing = { options: { ui: {} }, context: {}, button: {}, hints: [] };

  assert.deepEqual(meaning({}), nothing);
  assert.deepEqual(meaning({ token: "OqnZo1bkX29jclQb", isDev: true, baseUrl: "https://dify.example" }), nothing);
  assert.deepEqual(meaning({ inputs: null, systemVariables: "none", userVariables: 7, containerProps: null }), {
    ...nothing,
    button: {},
  });
});

test("only a key of the service API is an API key", () => {
  assert.deepEqual(meaning({ token: "app-abc" }).hints, ["api_key"]);
  assert.deepEqual(meaning({ token: "myapp-abc" }).hints, []);
  assert.deepEqual(meaning({ token: 42 }).hints, []);
});

test("inputs are texts, whatever the page wrote", () => {
  const circle = {};
  circle.self = circle;
  const inputs = { a: "x", b: 1.5, c: false, d: { e: [1] }, empty: "", f: null, g: undefined, h() {}, circle };

  assert.deepEqual(meaning({ inputs }).context, { a: "x", b: "1.5", c: "false", d: '{"e":[1]}', empty: "" });
});

test("who the visitor is, is a label", () => {
  const options = (config) => meaning(config).options.userInfo;

  assert.deepEqual(options({ systemVariables: { user_id: 1042 } }), { id: "1042" });
  assert.deepEqual(options({ userVariables: { name: "Lin", avatar_url: "https://x.example/a.png" } }), { nickname: "Lin" });
  assert.equal(options({ systemVariables: { user_id: "" }, userVariables: { name: null } }), undefined);
});

test("a conversation of the page's choice is not taken, and that is said", () => {
  const { options, hints } = meaning({ systemVariables: { conversation_id: "6f1e7a52" } });

  assert.deepEqual(options, { ui: {} });
  assert.deepEqual(hints, ["conversation"]);
});

test("languages are named as Dify names them", () => {
  const lang = (locale) => meaning({ systemVariables: { locale } }).options.ui.base;

  assert.deepEqual(lang("zh-Hans"), { lang: "zh-Hans" });
  assert.deepEqual(lang("zh_TW"), { lang: "zh-TW" });
  assert.deepEqual(lang("en-US"), { lang: "en-US" });
  assert.equal(lang("in English, please"), undefined);
  assert.equal(lang(""), undefined);
});

test("a button can be moved along one axis or both", () => {
  const button = (config) => meaning(config).options.ui.asstBtn;

  assert.deepEqual(button({ draggable: true }), { draggable: true, dragAxis: "both" });
  assert.deepEqual(button({ draggable: 1, dragAxis: "x" }), { draggable: true, dragAxis: "x" });
  assert.deepEqual(button({ draggable: true, dragAxis: "z" }), { draggable: true, dragAxis: "both" });
  assert.equal(button({ draggable: false, dragAxis: "x" }), undefined);
});

test("styles are taken apart at their ends", () => {
  const found = [];

  eachProperty("left:0;\ntop: calc(1px + 2px) ;;width:var(--a,48px);", (name, value) => found.push([name, value]));

  assert.deepEqual(found, [
    ["left", "0"],
    ["top", "calc(1px + 2px)"],
    ["width", "var(--a,48px)"],
  ]);
});
