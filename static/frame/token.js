/**
 * The embed token, kept in memory, and the visitor key where the browser refuses our cookie.
 *
 * @typedef {object} TokenAnswer
 * @property {string} token
 * @property {number} expires_in_s
 * @property {string} [visitor_key] given only when the cookie did not come back
 */

const RENEW_BEFORE_S = 120;

/**
 * @param {import("./page.js").Page} page
 * @param {() => boolean} ask asks the socket for a new one; false when it cannot
 */
export function createToken(page, ask) {
  const place = `chatdock:${page.site}`;
  let token = "";
  let isForgotten = false;
  let timer = 0;

  /**
   * @param {string} fresh
   * @param {number} lasts_s
   */
  function set(fresh, lasts_s) {
    token = fresh;
    clearTimeout(timer);
    timer = setTimeout(() => ask() || renew(), Math.max(5, lasts_s - RENEW_BEFORE_S) * 1000);
  }

  /** @returns {Promise<"renewed" | "refused" | "unreachable">} */
  async function renew() {
    const response = await post(page.paths.token, {
      token, visitor_key: stored(place), lost: true,
    });
    if (!response || response.status >= 500 || response.status === 429) return "unreachable";
    if (!response.ok) return "refused";
    const answer = /** @type {TokenAnswer} */ (await response.json());
    set(answer.token, answer.expires_in_s);
    if (answer.visitor_key) isForgotten = !store(place, answer.visitor_key);
    return "renewed";
  }

  set(page.token, page.expires_in_s);

  return {
    get: () => token,
    set,
    renew,
    /** A key of an earlier visit, from a browser that keeps no cookie of ours. */
    hasKey: () => Boolean(stored(place)),
    /** Neither cookie nor storage: the visit ends with the page. */
    isForgotten: () => isForgotten,
  };
}

/**
 * @param {string} url
 * @param {object} body
 */
async function post(url, body) {
  try {
    return await fetch(url, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
  } catch {
    return null;
  }
}

/** Storage throws in some cross-site frames. @param {string} place */
function stored(place) {
  try {
    return localStorage.getItem(place) || "";
  } catch {
    return "";
  }
}

/**
 * @param {string} place
 * @param {string} key
 */
function store(place, key) {
  try {
    localStorage.setItem(place, key);
    return true;
  } catch {
    return false;
  }
}
