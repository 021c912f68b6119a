// The loader chooses as the server does: by the table that tests/unit/test_languages.py goes by, too.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import vm from "node:vm";

const read = (path) => readFileSync(new URL(path, import.meta.url), "utf8");
const { chosen } = vm.runInNewContext(`${read("../../static/loader/tag.js")}; ({ chosen })`);
const table = JSON.parse(read("../fixtures/languages.json"));

for (const { langs, begins, wishes } of table) {
  test(`wishes of pages and browsers, where there are ${langs}`, () => {
    for (const [wished, lang] of wishes) {
      const begin = chosen(`${wished}`, Object.keys(begins).join("|"));

      assert.deepEqual([wished, begins[begin]], [wished, lang]);
    }
  });
}
