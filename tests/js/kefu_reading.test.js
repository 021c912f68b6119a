import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { test } from "node:test";

import { createFrames, createUtf8, newId } from "../../examples/mini-program/uni-app/src/kefu/kefu.js";

const HERE = new URL("../../examples/mini-program/", import.meta.url);
const HOSTILE = [
  [0xff, 0x41],
  [0xe4, 0xbd, 0x41],
  [0xc0, 0x80],
  [0x80, 0x41],
  [0xf0, 0x9f, 0xe4, 0xbd, 0xa0],
  [0xf4, 0x90, 0x80, 0x80],
];

const buffer = (bytes) => Uint8Array.from(bytes).buffer;

test("UTF-8 is whole again wherever its bytes were cut", () => {
  const text = "aé你好👋🏽\u0000\u07ff\u0800\uffff\u{10ffff}z";
  const bytes = Buffer.from(text, "utf8");

  for (let size = 1; size <= bytes.length; size += 1) {
    const decode = createUtf8();
    let read = "";
    for (let at = 0; at < bytes.length; at += size) read += decode(buffer(bytes.subarray(at, at + size)));
    assert.equal(read, text, `in pieces of ${size}`);
  }
});

test("bytes that are no UTF-8 become a mark, and what follows is read", () => {
  assert.deepEqual(
    HOSTILE.map((bytes) => createUtf8()(buffer(bytes)).replace(/\ufffd+/, "?")),
    ["?A", "?A", "?", "?A", "?你", "?"],
  );
});

test("frames are whole again wherever the text was cut; comments and broken ones are none", () => {
  const sent = ':\n\ndata: {"event":"start"}\n\ndata:{"event":"delta","text":"a\\nb"}\r\n\r\n:\n\ndata: {broken\n\ndata: {"event":"end"}\n\n';

  for (let size = 1; size <= sent.length; size += 1) {
    const frames = createFrames();
    const seen = [];
    for (let at = 0; at < sent.length; at += size) seen.push(...frames(sent.slice(at, at + size)));
    assert.deepEqual(
      seen.map((frame) => frame.text || frame.event),
      ["start", "a\nb", "end"],
      `in pieces of ${size}`,
    );
  }
});

test("a message's name is what the server takes, and new each time", () => {
  const names = new Set(Array.from({ length: 1000 }, newId));

  assert.equal(names.size, 1000);
  for (const name of names) assert.match(name, /^[A-Za-z0-9_-]{8,64}$/);
});

for (const name of ["kefu", "talk", "texts", "owner"]) {
  test(`${name}.js is the same in both projects but for its last line`, () => {
    const native = readFileSync(new URL(`native/kefu/${name}.js`, HERE), "utf8");
    const uni = readFileSync(new URL(`uni-app/src/kefu/${name}.js`, HERE), "utf8");

    assert.equal(uni, native.replace(/\nmodule\.exports = ({.*});\n$/, "\nexport $1;\n"));
  });

  test(`${name}.js is taken by require and by import alike`, async () => {
    const required = createRequire(import.meta.url)(new URL(`native/kefu/${name}.js`, HERE).pathname);
    const imported = await import(new URL(`uni-app/src/kefu/${name}.js`, HERE).href);

    assert.deepEqual(Object.keys(required).sort(), Object.keys(imported).sort());
  });
}
