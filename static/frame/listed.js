/**
 * The visitor's conversations as far as they are known here: the last used first, page by page.
 *
 * @typedef {import("./wire.js").ConversationRow} Row
 */

const DAY_MS = 86400000;
const MONTH_DAYS = 30;
/** As the list is divided; the elements are named so too. */
export const GROUPS = /** @type {const} */ (["today", "month", "older"]);

/**
 * By the visitor's own clock and calendar.
 *
 * @param {string} used_at
 * @param {Date} now
 * @returns {typeof GROUPS[number]}
 */
export function groupOf(used_at, now) {
  const used = Date.parse(used_at);
  const midnight = new Date(now.getFullYear(), now.getMonth(), now.getDate()).getTime();
  if (used >= midnight) return "today";
  return used > now.getTime() - MONTH_DAYS * DAY_MS ? "month" : "older";
}

export function createListed() {
  /** @type {Row[]} */
  let rows = [];
  let hasMore = false;

  /**
   * The newest ones anew. What had been loaded behind them stays.
   *
   * @param {import("./wire.js").Conversations} page
   */
  function renew({ items, has_more }) {
    const last = items[items.length - 1];
    const behind = others(items).filter((row) => has_more && last && usedAt(row) <= usedAt(last));
    hasMore = has_more && (hasMore || !behind.length);
    rows = [...items, ...behind];
  }

  /** @param {Row[]} items */
  function others(items) {
    const ids = new Set(items.map((row) => row.id));
    return rows.filter((row) => !ids.has(row.id));
  }

  return {
    /** @param {import("./wire.js").Conversations} page */
    take(page) {
      if (!page.before) return renew(page);
      rows = [...others(page.items), ...page.items];
      hasMore = page.has_more;
    },
    /** @param {string} words in the title; none: all */
    matching(words) {
      const wanted = folded(words);
      return rows.filter((row) => folded(row.title).includes(wanted));
    },
    /** @param {string} id */
    find: (id) => rows.find((row) => row.id === id),
    /** @param {string} id @param {string} title */
    rename(id, title) {
      rows = rows.map((row) => (row.id === id ? { ...row, title } : row));
    },
    /** @param {string} id */
    remove(id) {
      rows = rows.filter((row) => row.id !== id);
    },
    clear() {
      rows = [];
      hasMore = false;
    },
    hasMore: () => hasMore,
    /** From where on there is more. */
    lastId: () => rows[rows.length - 1]?.id,
  };
}

/** @param {Row} row */
function usedAt(row) {
  return Date.parse(row.updated_at);
}

/** Full-width letters and capitals are found by plain ones. @param {string} text */
function folded(text) {
  return text.normalize("NFKC").toLocaleLowerCase();
}
