/**
 * The visitor's conversations as far as they are known here: the last used first, page by page; and
 * those that the server found for what is looked for.
 *
 * @typedef {import("./wire.js").ConversationRow} Row
 * @typedef {import("./wire.js").Conversations} Page
 */

/** Of the visitor's calendar, from now back; each begins at a midnight. */
const GROUPS = /** @type {const} */ ([["today", 0], ["yesterday", 1], ["week", 7], ["month", 30]]);

/**
 * By the visitor's own clock and calendar.
 *
 * @param {string} used_at
 * @param {Date} now
 * @returns {string} one of ours, else a month as in `2026-02`
 */
export function groupOf(used_at, now) {
  const used = new Date(used_at);
  const midnight = (/** @type {number} */ days) => new Date(now.getFullYear(), now.getMonth(), now.getDate() - days);
  const group = GROUPS.find(([, days]) => used >= midnight(days));
  return group ? group[0] : `${used.getFullYear()}-${String(used.getMonth() + 1).padStart(2, "0")}`;
}

export function createListed() {
  /** @type {Row[]} */
  let rows = [];
  let hasMore = false;
  /** What the server found last, and for which words. */
  let found = nothing("");

  /**
   * The newest ones anew. What had been loaded behind them stays.
   *
   * @param {Page} page
   */
  function renew({ items, has_more }) {
    const last = items[items.length - 1];
    const behind = others(rows, items).filter((row) => has_more && last && usedAt(row) <= usedAt(last));
    hasMore = has_more && (hasMore || !behind.length);
    rows = [...items, ...behind];
  }

  /** @param {(some: Row[]) => Row[]} change */
  function changeAll(change) {
    rows = change(rows);
    found.items = change(found.items);
  }

  return {
    /** @param {Page} page */
    take(page) {
      const { search = "", before, items, has_more } = page;
      if (search) {
        const former = before && found.search === search ? others(found.items, items) : [];
        found = { search, items: [...former, ...items], has_more };
      } else if (before) {
        rows = [...others(rows, items), ...items];
        hasMore = has_more;
      } else {
        renew(page);
      }
    },
    /**
     * What the server found, and until it has answered what is known here.
     *
     * @param {string} words in titles or messages; none: all
     */
    matching(words) {
      if (!words) return rows;
      const wanted = folded(words).split(" ");
      const named = rows.filter((row) => wanted.every((word) => folded(row.title).includes(word)));
      const all = found.search === words ? [...found.items, ...others(named, found.items)] : named;
      return all.sort((one, other) => usedAt(other) - usedAt(one));
    },
    /** Whether the server has said what it finds. @param {string} words */
    isFound: (words) => found.search === words,
    /** @param {string} id */
    find: (id) => rows.concat(found.items).find((row) => row.id === id),
    /** @param {string} id @param {string} title */
    rename: (id, title) => changeAll((some) => some.map((row) => (row.id === id ? { ...row, title } : row))),
    /** @param {string} id */
    remove: (id) => changeAll((some) => some.filter((row) => row.id !== id)),
    clear() {
      rows = [];
      hasMore = false;
      found = nothing("");
    },
    /** @param {string} words */
    hasMore: (words) => (words ? found.search === words && found.has_more : hasMore),
    /** From where on there is more. @param {string} words */
    lastId(words) {
      const last = (words ? found.items : rows).slice(-1)[0];
      return last && last.id;
    },
  };
}

/** @param {string} search @returns {{search: string, items: Row[], has_more: boolean}} */
function nothing(search) {
  return { search, items: [], has_more: false };
}

/** @param {Row[]} rows @param {Row[]} known @returns {Row[]} those that are not among the known */
function others(rows, known) {
  const ids = new Set(known.map((row) => row.id));
  return rows.filter((row) => !ids.has(row.id));
}

/** @param {Row} row */
function usedAt(row) {
  return Date.parse(row.updated_at);
}

/** Full-width letters and capitals are found by plain ones. @param {string} text */
function folded(text) {
  return text.normalize("NFKC").toLocaleLowerCase();
}
