/** What can be read on a colour that a page chose. */
import assert from "node:assert";
import { readFileSync } from "node:fs";
import { test } from "node:test";

const source = readFileSync(new URL("../../static/loader/ink.js", import.meta.url), "utf8");
const { inkOn } = new Function(`${source}; return { inkOn };`)();

/** @param {string} colour as `#rrggbb` */
function lightOf(colour) {
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const part = parseInt(colour.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** @param {string} one @param {string} other */
function contrast(one, other) {
  const [dark, light] = [lightOf(one), lightOf(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

const WHOLE = { "#fff": "#ffffff", "#000": "#000000", "#1c1e22": "#1c1e22" };
const parts = Array.from({ length: 24 }, (_, index) => Math.round((index * 255) / 23).toString(16).padStart(2, "0"));
const all = parts.flatMap((red) => parts.flatMap((green) => parts.map((blue) => `#${red}${green}${blue}`)));

test("its ink can be read on every colour", () => {
  const found = all.map((colour) => [contrast(colour, WHOLE[inkOn(colour)]), colour]);

  assert.deepStrictEqual(found.filter(([least]) => Number(least) < 4.5), []);
  assert.deepStrictEqual(new Set(all.map(inkOn)), new Set(Object.keys(WHOLE)));
});

test("a grey that black and white stand out from equally gets what stands out more", () => {
  assert.strictEqual(inkOn("#808080"), "#000");
  assert.strictEqual(inkOn("#707070"), "#fff");
  assert.strictEqual(inkOn("#ffd400"), "#1c1e22");
  assert.strictEqual(inkOn("#fd0"), inkOn("#ffdd00"));
});
