// The packages as npm would carry them, and rendered on a server by the real frameworks.
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { test } from "node:test";

import { createElement } from "react";
import { renderToString as renderReact } from "react-dom/server";
import { createSSRApp, h } from "vue";
import { renderToString as renderVue } from "@vue/server-renderer";

import { EVENTS } from "../../packages/react/hold.js";
import * as forReact from "../../packages/react/index.js";
import * as forVue from "../../packages/vue/index.js";

const src = "https://chat.example.com/embed/acme.js";
const said = { src, open: true, userToken: () => "t", options: { ui: {} }, context: { sku: "A-7" }, onReady() {} };
const read = (path) => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");
const manifest = (kind) => JSON.parse(read(`packages/${kind}/package.json`));

test("React's component renders nothing on a server", () => {
  const page = createElement("main", null, "Lamps", createElement(forReact.Chatdock, said));

  assert.equal(renderReact(page), "<main>Lamps</main>");
});

test("Vue's component renders nothing on a server", async () => {
  const page = createSSRApp({ render: () => h("main", ["Lamps", h(forVue.Chatdock, said)]) });

  assert.equal(await renderVue(page), "<main>Lamps<!----></main>");
});

test("what a server renders may hold the calls, and making one there does nothing", async () => {
  function Button() {
    const { send, open } = forReact.useChatdock(src);
    open().then((isOpen) => assert.equal(isOpen, undefined));
    return createElement("button", { onClick: () => send("Hello") }, "Ask");
  }

  assert.equal(renderReact(createElement(Button)), "<button>Ask</button>");
  assert.equal(await forVue.useChatdock("acme").toggle(), undefined);
  assert.equal(globalThis.chatdock, undefined);
});

test("React's package is a client module for frameworks that tell apart", () => {
  assert.match(read("packages/react/index.js"), /^"use client";\n/);
});

for (const [kind, peer, least] of [
  ["react", "react", ">=17"],
  ["vue", "vue", ">=3"],
]) {
  test(`the package for ${kind} needs its framework and nothing more`, () => {
    const { version, private: isPrivate, peerDependencies, dependencies, exports: doors, files } = manifest(kind);
    const [, product] = /__version__ = "(.*)"/.exec(read("widget/__init__.py"));

    assert.equal(version, product);
    assert.equal(isPrivate, false);
    assert.deepEqual(peerDependencies, { [peer]: least });
    assert.equal(dependencies, undefined);
    for (const file of [...Object.values(doors["."]), ...files.filter((one) => !one.startsWith("*"))]) {
      assert.ok(existsSync(new URL(`../../packages/${kind}/${file}`, import.meta.url)), file);
    }
  });

  test(`what the package for ${kind} imports is in it or its framework`, () => {
    const names = ["index", "hold", "tag"].flatMap((name) =>
      Array.from(read(`packages/${kind}/${name}.js`).matchAll(/^import .* from "(.*)";$/gm), ([, from]) => from),
    );

    assert.deepEqual(new Set(names), new Set([peer, "./hold.js", "./tag.js"]));
  });
}

test("every event of the page has a property, named as the types name it", () => {
  const [, block] = /interface Events \{(.*?)\n\}/s.exec(read("packages/types/chatdock.d.ts"));
  const events = Array.from(block.matchAll(/^ {2}"([\w.]+)":/gm), ([, name]) => name);
  const named = (event) => `on${event.replace(/(?:^|\.)(\w)/g, (_, first) => first.toUpperCase())}`;

  assert.deepEqual(EVENTS, Object.fromEntries(events.map((event) => [named(event), event])));
  assert.deepEqual(Object.keys(EVENTS).filter((name) => !(name in forVue.Chatdock.props)), []);
});
