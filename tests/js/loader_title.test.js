/** The hint in a host page's title: it comes, it goes, and what the page wrote stays the page's. */
import assert from "node:assert";
import { readFileSync } from "node:fs";
import { test } from "node:test";

const source = readFileSync(new URL("../../static/loader/pieces/title.js", import.meta.url), "utf8");

/** A page with this title, and what is told of unseen answers. @param {string | null} data */
function open(data) {
  const text = data === null ? null : { data };
  const document = { head: { querySelector: () => text && { firstChild: text } } };
  const widget = { site: { ui: { asstBtn: { titleHint: true } } }, unread: 0 };
  const piece = new Function("document", `${source}; return title;`)(document)(widget);
  return {
    text,
    widget,
    piece,
    /** @param {number} count */
    tell(count) {
      widget.unread = count;
      piece.draw();
      return text && text.data;
    },
  };
}

test("the count stands in front, and what stood there before comes back to the letter", () => {
  const page = open("  Lamps $& more\n");

  assert.deepStrictEqual([1, 2, 0].map(page.tell), ["(1)   Lamps $& more\n", "(2)   Lamps $& more\n", "  Lamps $& more\n"]);
});

test("a title that the page changes meanwhile is left alone, until there is more to tell", () => {
  const page = open("Lamps");
  page.tell(1);
  page.text.data = "(1) Inbox";

  assert.strictEqual(page.tell(1), "(1) Inbox");
  assert.strictEqual(page.tell(2), "(2) (1) Inbox");
  assert.strictEqual(page.tell(0), "(1) Inbox");
});

test("a new title that the page made of the marked one loses the mark alone", () => {
  const page = open("Lamps");
  page.tell(1);
  page.text.data += " | Shop";

  assert.strictEqual(page.tell(0), "Lamps | Shop");
});

test("where the owner wants none there is none, and one that stands goes", () => {
  const page = open("Lamps");
  page.tell(1);
  page.widget.site.ui.asstBtn.titleHint = false;

  assert.strictEqual(page.tell(1), "Lamps");
});

test("a chat that leaves the page takes its hint along", () => {
  const page = open("Lamps");
  page.tell(3);
  page.piece.stop();

  assert.strictEqual(page.text.data, "Lamps");
});

test("a page without a title gets none", () => {
  assert.strictEqual(open(null).tell(1), null);
});
