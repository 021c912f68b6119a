/**
 * The embed token, kept in memory, and the visitor key where the browser refuses our cookie.
 *
 * @typedef {object} TokenAnswer
 * @property {string} token
 * @property {number} expires_in_s
 * @property {string} [visitor_key] given only when the cookie did not come back
 * @property {number} [identity_ends_in_s] of one whom the owner vouched for
 * @property {boolean} [stays] whether what stands on the screen is that one's too
 *
 * @typedef {"renewed" | "refused" | "ended" | "unreachable"} Renewal `ended`: the owner's word for
 *   this visitor is over
 * @typedef {{user_token: string, conversation: string} | {sign_out: true}} Wish to be somebody else
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
  let isVouched = page.identity_ends_in_s !== null;
  let timer = 0;
  let turn = 0;
  let line = new AbortController();

  /**
   * @param {string} fresh
   * @param {number} lasts_s
   */
  function set(fresh, lasts_s) {
    token = fresh;
    clearTimeout(timer);
    timer = setTimeout(() => ask() || renew(), Math.max(5, lasts_s - RENEW_BEFORE_S) * 1000);
  }

  /**
   * What was asked for somebody who is another one by now counts for nothing.
   *
   * @param {Wish} [wish]
   * @returns {Promise<{state: Renewal, answer: Partial<TokenAnswer>, reason: string}>}
   */
  async function exchange(wish) {
    if (wish) supersede();
    const mine = turn;
    const body = { token, visitor_key: stored(place), lost: true, ...wish };
    const { status, json } = await post(page.paths.token, body, line.signal);
    if (mine !== turn || !status || status >= 500 || status === 429) {
      return { state: "unreachable", answer: {}, reason: "" };
    }
    if (status !== 200) {
      const { code, message } = json.error || {};
      return { state: code === "identity_ended" ? "ended" : "refused", answer: {}, reason: message };
    }
    take(json, wish);
    return { state: "renewed", answer: json, reason: "" };
  }

  /** A late answer would leave its cookie in the place of the newer one's. */
  function supersede() {
    turn += 1;
    line.abort();
    line = new AbortController();
  }

  /** @param {TokenAnswer} answer @param {Wish} [wish] */
  function take(answer, wish) {
    set(answer.token, answer.expires_in_s);
    isVouched = answer.identity_ends_in_s !== undefined;
    // What led to the anonymous visitor so far must not lead the next person there.
    if (wish) store(place, "");
    if (answer.visitor_key) isForgotten = !store(place, answer.visitor_key) && !isVouched;
  }

  async function renew() {
    return (await exchange()).state;
  }

  set(page.token, page.expires_in_s);

  return {
    get: () => token,
    set,
    renew,
    exchange,
    /** Whether the owner says who this is. */
    isVouched: () => isVouched,
    /** A key of an earlier visit, from a browser that keeps no cookie of ours. */
    hasKey: () => Boolean(stored(place)),
    /** Neither cookie nor storage: the visit ends with the page. */
    isForgotten: () => isForgotten,
  };
}

/**
 * @param {string} url
 * @param {object} body
 * @param {AbortSignal} signal
 */
async function post(url, body, signal) {
  try {
    const response = await fetch(url, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
      signal,
    });
    return { status: response.status, json: await response.json() };
  } catch {
    return { status: 0, json: null };
  }
}

/** Storage throws in some cross-site frames. @param {string} place @param {"localStorage" | "sessionStorage"} [storage] */
export function stored(place, storage = "localStorage") {
  try {
    return window[storage].getItem(place) || "";
  } catch {
    return "";
  }
}

/**
 * @param {string} place
 * @param {string} key empty: nothing is to be kept
 */
export function store(place, key) {
  try {
    if (key) localStorage.setItem(place, key);
    else localStorage.removeItem(place);
    return true;
  } catch {
    return false;
  }
}
