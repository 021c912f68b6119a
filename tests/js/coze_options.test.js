// What the options of pages written for Coze's SDK come to. The file is part of a classic script.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import vm from "node:vm";

const read = (path) => readFileSync(new URL(`../../static/${path}`, import.meta.url), "utf8");
const { fromCoze, isNear, markOf, newsOf, withoutTokens } = vm.runInNewContext(
  `${read("loader/options.js")};${read("compat/coze_options.js")};
   ({ fromCoze, isNear, markOf, newsOf, withoutTokens })`,
  { URL, TextEncoder },
);
const plain = (value) => JSON.parse(JSON.stringify(value));
const DECLARED = {
  base: "icon layout lang zIndex",
  asstBtn: "isNeed teaser.text",
  header: "isShow isNeedClose",
  footer: "isShow expressionText linkvars",
  chatBot: "title width uploadable el feedback.feedbackPanel.tags onShow",
};
const come = (options) => plain(fromCoze(options, DECLARED));
const TOKEN = "pat_zxzSAzxawer234zASNElEglZxcmWJ5ouCcq12gsAAsq";

test("the closest name of an agent counts", () => {
  const ids = (config) => come({ config }).ids;

  assert.deepEqual(ids({ bot_id: "1" }), ["1"]);
  assert.deepEqual(ids({ bot_id: "1", botId: "2" }), ["2"]);
  assert.deepEqual(ids({ bot_id: "1", botId: "2", botInfo: { botId: "3" } }), ["3"]);
  assert.deepEqual(ids({ bot_id: 7 }), ["7"]);
  assert.deepEqual(ids({ bot_id: "" }), []);
  assert.deepEqual(ids({ bot_id: "1".repeat(65) }), []);
});

test("an app is named by its chatflow before itself, an agent's id then counts nothing", () => {
  const appInfo = { appId: "5", workflowId: "6" };

  assert.deepEqual(come({ config: { type: "app", appInfo, bot_id: "1" } }).ids, ["6", "5"]);
  assert.deepEqual(come({ config: { type: "app", appInfo: { appId: "5" } } }).ids, ["5"]);
  assert.deepEqual(come({ config: { type: "bot", appInfo, bot_id: "1" } }).ids, ["1"]);
});

test("options without anything are options", () => {
  for (const options of [{}, { config: null, ui: undefined, userInfo: "x", componentProps: 3 }]) {
    assert.deepEqual(come(options), { ids: [], ui: { base: {}, chatBot: {} }, unknown: [] });
  }
});

test("the former component properties lie under the others", () => {
  const componentProps = { title: "Former", icon: "/a.png", lang: "en", layout: "pc", width: 400, zIndex: 5 };
  const ui = { base: { lang: "zh-CN" }, chatBot: { title: "Newer" } };

  assert.deepEqual(come({ componentProps, ui }).ui, {
    base: { icon: "/a.png", lang: "zh-CN", layout: "pc", zIndex: 5 },
    chatBot: { title: "Newer", width: 400 },
  });
});

test("what is not declared here is left out, and named unless Coze has it", () => {
  const linkvars = { any: { text: "A" } };
  const tags = [{ label: "Wrong" }];
  const found = come({
    config: { bot_id: "1", isIframe: true, hide_entry: true, appInfo: { conversationName: "Default" } },
    auth: { type: "unauth", connectorId: "999" },
    extra: { webChat: { any: "thing" } },
    userInfo: { id: "u", name: "Ada" },
    callbacks: { onMessage: 1 },
    container: "#box",
    ui: {
      base: { theme: "dark", lang: null },
      header: { extra: { deep: { er: 1 } }, isShow: false },
      footer: { linkvars },
      asstBtn: { teaser: { text: "Hi", size: 3 } },
      chatBot: { isNeedClearContext: true, feedback: { feedbackPanel: { tags } } },
      input: { isNeedAudio: true },
    },
  });

  assert.deepEqual(found.unknown, [
    "config.hide_entry",
    "userInfo.name",
    "callbacks",
    "container",
    "ui.base.theme",
    "ui.asstBtn.teaser.size",
    "ui.input",
  ]);
  assert.deepEqual(found.ui, {
    base: {},
    chatBot: { feedback: { feedbackPanel: { tags } } },
    header: { isShow: false },
    footer: { linkvars },
    asstBtn: { teaser: { text: "Hi" } },
  });
});

test("elements and functions go through as they are", () => {
  const el = { nodeType: 1 };
  const onShow = () => {};

  const found = fromCoze({ el, ui: { chatBot: { el, onShow } } }, DECLARED);

  assert.equal(found.root, el);
  assert.equal(found.ui.chatBot.el, el);
  assert.equal(found.ui.chatBot.onShow, onShow);
  assert.deepEqual(plain(found.unknown), []);
  assert.equal(fromCoze({ el: "#box" }, DECLARED).root, undefined);
});

test("the visitor is a label of texts, without a picture", () => {
  assert.deepEqual(come({ userInfo: { id: 42, nickname: "Ada", url: "https://x.example" } }).userInfo, {
    id: "42",
    nickname: "Ada",
  });
  assert.equal(come({ userInfo: { id: "", nickname: null } }).userInfo, undefined);
});

test("parameters become texts", () => {
  const self = {};
  self.self = self;
  const parameters = { text: "a", count: 3, is: false, list: [1], tree: { a: 1 }, no: null, nor() {}, self };

  assert.deepEqual(come({ config: { botInfo: { parameters } } }).context, {
    text: "a",
    count: "3",
    is: "false",
    list: "[1]",
    tree: '{"a":1}',
  });
  assert.deepEqual(come({ config: { type: "app", appInfo: { parameters: { a: "b" } } } }).context, { a: "b" });
  assert.equal(come({ config: { botInfo: { parameters: {} } } }).context, undefined);
});

test("every value that looks like a key is left out, wherever it stands", () => {
  const { clean, hasToken } = withoutTokens({
    auth: { type: "token", token: "anything at all", connectorId: "999" },
    config: { sdk_verify_token: "short", bot_id: "1", botInfo: { parameters: { deep: [{ key: `Bearer ${TOKEN}` }] } } },
    userInfo: { nickname: "pat_********" },
  });

  assert.ok(hasToken);
  assert.deepEqual(plain(clean), {
    auth: { type: "token", connectorId: "999" },
    config: { bot_id: "1", botInfo: { parameters: { deep: [{}] } } },
    userInfo: {},
  });
});

for (const kind of ["pat", "sat", "czs", "czu", "cztei"]) {
  test(`a key of the kind ${kind}_ is known`, () => {
    assert.ok(withoutTokens({ any: TOKEN.replace("pat", kind) }).hasToken);
  });
}

test("words that only look like the beginning of a key are none", () => {
  const options = { a: "pat_on_the_back", b: "compat_zxzSAzxawer234zASNElEglZ", auth: { token: "" } };

  const { clean, hasToken } = withoutTokens(options);

  assert.ok(!hasToken);
  assert.deepEqual(plain(clean), options);
});

test("the page's own objects stay as they are", () => {
  const options = Object.freeze({ auth: Object.freeze({ token: TOKEN }), ui: Object.freeze({ base: { lang: "en" } }) });

  const { clean } = withoutTokens(options);

  assert.equal(options.auth.token, TOKEN);
  assert.notEqual(clean.ui, options.ui);
  assert.deepEqual(plain(clean), { auth: {}, ui: { base: { lang: "en" } } });
});

test("what turns in a circle, is endless or belongs to a framework is no trouble", () => {
  const circle = { name: "a" };
  circle.again = circle;
  const element = { $$typeof: Symbol("react.element"), _owner: circle };
  const wide = Object.fromEntries(Array.from({ length: 5000 }, (_, at) => [`n${at}`, at]));

  const { clean } = withoutTokens({ circle, ui: { header: { extra: element } }, wide });

  assert.equal(clean.circle.again, clean.circle);
  assert.equal(clean.ui.header.extra, element);
  assert.ok(Object.keys(clean.wide).length < 2000);
});

test("the prototype is out of reach", () => {
  const { clean } = withoutTokens(JSON.parse('{"__proto__": {"planted": 1}, "ui": {"constructor": {"planted": 1}}}'));

  assert.equal(clean.planted, undefined);
  assert.deepEqual(plain(clean), { ui: {} });
  assert.equal({}.planted, undefined);
});

test("anything that is no tree is no option", () => {
  for (const options of [undefined, null, 3, "x", true]) {
    assert.deepEqual(plain(withoutTokens(options)), { clean: {}, hasToken: false });
  }
});

test("only what differs is a change", () => {
  const current = { ui: { asstBtn: { isNeed: true }, base: { lang: "" } } };
  const changes = { ui: { asstBtn: { isNeed: true }, base: { lang: "en" }, chatBot: {} }, userInfo: { id: "u" } };

  assert.deepEqual(plain(newsOf(changes, current)), { ui: { base: { lang: "en" } }, userInfo: { id: "u" } });
  assert.deepEqual(plain(newsOf({ ui: { asstBtn: { isNeed: true } } }, current)), {});
});

test("pictures come with the options, from the page's host or from ours", () => {
  const pages = ["https://shop.example/a/b", "https://chat.example:8443/x.js"];
  const near = ["/icon.png", "icon.png", "https://shop.example/i.png", "https://chat.example:8443/i.png", "data:image/png;base64,AA"];
  const far = ["https://cdn.example/i.png", "//cdn.example/i.png", "https://chat.example/i.png", "http://[", "blob:x"];

  for (const address of near) assert.ok(isNear(address, pages), address);
  for (const address of far) assert.ok(!isNear(address, pages), address);
});

test("an id is marked as the server marks it", () => {
  assert.equal(markOf(""), 2166136261);
  assert.equal(markOf("7400000000000000001"), 2341853045);
  assert.equal(markOf("台灯"), 795244516);
});
