/**
 * Who the host page says its visitor is. Signing in keeps what stands on the screen where the server
 * says that it is the same person's; signing out, or somebody else, leaves nothing of it. Loaded when
 * a page says it for the first time.
 */
import { NOTHING } from "./drafts.js";
import { byId } from "./page.js";

const SETTLE_MS = 5000;
const LOOK_MS = 50;
const AGAIN_MS = 3000;
const ASK_BEFORE_S = 60;
const LONGEST_TIMER_S = 2e6;

/**
 * @param {object} parts
 * @param {import("./page.js").Page} parts.page
 * @param {ReturnType<typeof import("./token.js").createToken>} parts.token
 * @param {ReturnType<typeof import("./thread.js").createThread>} parts.thread
 * @param {ReturnType<typeof import("./composer.js").createComposer>} parts.composer
 * @param {ReturnType<typeof import("./connection.js").createConnection>} parts.connection
 * @param {ReturnType<typeof import("./host.js").createHost>} parts.host
 * @param {() => boolean} parts.isOpen whether the visitor has come
 * @param {() => void} parts.onLeave
 * @param {ReturnType<typeof import("./drafts.js").createDrafts>} parts.drafts
 */
export function createIdentity({ page, token, thread, composer, connection, host, isOpen, onLeave, drafts }) {
  const form = /** @type {HTMLFormElement} */ (byId("composer"));
  const messages = byId("messages");
  const here = () => thread.place().conversation || "";
  /** Of whoever is signed in; empty when a code or a form brought that one. */
  let accepted = "";
  /** The host page was asked, and has not answered. */
  let isAsked = false;
  /** The screen shows less than the visitor's conversation, until a socket brings it. */
  let isBehind = false;
  let isEnded = false;
  /** The server may know already who is there, and this frame not yet. */
  let isOnItsWay = false;
  let turn = 0;
  let timer = 0;

  /** @param {string | null} user_token */
  async function change(user_token) {
    if (user_token === null) await signOut();
    else if (!token.isVouched() || user_token !== accepted || isAsked) await signIn(user_token);
  }

  /** @param {string} user_token @returns {Promise<void>} */
  async function signIn(user_token) {
    const mine = (turn += 1);
    const wasVouched = token.isVouched();
    const isOther = wasVouched && isSomebodyElse(user_token, accepted);
    if (isOther) leave();
    else await settle();
    if (mine !== turn) return undefined;
    connection.pause();
    isOnItsWay = true;
    const { state, answer, reason } = await token.exchange({ user_token, conversation: here() });
    if (mine !== turn) return undefined;
    if (state === "unreachable") return later(mine, () => signIn(user_token));
    isOnItsWay = false;
    if (state === "renewed") return welcome(user_token, answer, wasVouched && !isOther);
    return refused(reason, isOther);
  }

  /**
   * @param {string} user_token
   * @param {Partial<import("./token.js").TokenAnswer>} answer
   * @param {boolean} isSomebodyHere whose conversation and words may stand on the screen
   */
  function welcome(user_token, answer, isSomebodyHere) {
    if (!answer.stays) {
      if (isSomebodyHere) leave();
      else clear();
      isBehind = true;
    }
    accepted = user_token;
    drafts.setWho(subject(user_token));
    isAsked = isEnded = false;
    watch(answer.identity_ends_in_s || 0);
    goOn();
  }

  /**
   * The visitor goes on as before, but nobody goes on as somebody of whom the page speaks no more.
   *
   * @param {string} reason
   * @param {boolean} isOther
   */
  function refused(reason, isOther) {
    const mayStay = !token.isVouched() || (isAsked && !isOther);
    host.vouch("refused", reason);
    if (!mayStay) return signOut();
    return connection.resume(isOpen() && !isEnded);
  }

  /** @returns {Promise<void>} */
  async function signOut() {
    const mine = (turn += 1);
    if (!token.isVouched() && !isOnItsWay) return connection.resume(isOpen());
    leave();
    const { state } = await token.exchange({ sign_out: true });
    if (mine !== turn) return undefined;
    if (state === "unreachable") return later(mine, signOut);
    isAsked = isEnded = isOnItsWay = false;
    clearTimeout(timer);
    return goOn();
  }

  /** Nothing of this visitor stays here, whatever the server says and when. */
  function leave() {
    hide();
    drafts.forget();
  }

  /** Nothing of this visitor is to be seen. */
  function hide() {
    connection.pause();
    for (const unsent of sending()) unsent.remove();
    thread.forget(true);
    clear();
    onLeave();
    byId("announcer").replaceChildren(); // what a screen reader was told a moment ago
    composer.clear();
    accepted = "";
    isBehind = true;
  }

  /** What is on its way may stay, for whoever signs in sent it. */
  function clear() {
    thread.take({ type: "conversation", conversation: NOTHING });
    thread.forget();
  }

  function sending() {
    return messages.querySelectorAll('[data-state="sending"]');
  }

  function goOn() {
    field("token").value = token.get();
    field("conversation").value = here();
    if (!composer.isNative()) connection.resume(isOpen());
    else redraw();
  }

  /** @param {string} name */
  function field(name) {
    return /** @type {HTMLInputElement} */ (form.elements.namedItem(name));
  }

  /** What was sent is accepted before the conversation is handed over, or it would begin another. */
  async function settle() {
    const ends = Date.now() + SETTLE_MS;
    const isBusy = () => (connection.isOnline() && sending().length) || composer.isUploading();
    while (isBusy() && Date.now() < ends) await new Promise((done) => setTimeout(done, LOOK_MS));
  }

  /** @param {number} mine @param {() => Promise<void>} again */
  async function later(mine, again) {
    if (!isBehind) connection.resume(isOpen()); // the line may be bad for this alone
    await new Promise((done) => setTimeout(done, AGAIN_MS));
    return mine === turn ? again() : undefined;
  }

  /** The page is asked for a new token in time. @param {number} ends_in_s */
  function watch(ends_in_s) {
    const wait_s = ends_in_s - Math.min(ASK_BEFORE_S, ends_in_s / 3);
    clearTimeout(timer);
    timer = setTimeout(() => ask("ending"), Math.min(wait_s, LONGEST_TIMER_S) * 1000);
  }

  /** @param {"ending" | "ended"} state */
  function ask(state) {
    isAsked = true;
    host.vouch(state);
  }

  /** Where no socket gets through, the page comes anew as a form's answer. Whether that is needed. */
  function redraw() {
    if (!isBehind || sending().length) return false;
    field("conversation").disabled = true; // whichever was the last
    form.action = form.action.replace(/\/messages(?=\?|$)/, "/runs/-/follow");
    form.submit();
    return true;
  }

  window.addEventListener("pagehide", () => {
    if (token.isVouched()) hide();
  });
  // A page that comes back from memory was left by somebody: who is there now, the page must say.
  window.addEventListener("pageshow", (event) => {
    if (!event.persisted || !token.isVouched()) return;
    // Whoever came by an address of their own is found again by it, or not at all.
    if (!host.isFramed) return location.reload();
    signOut();
    host.vouch("ended");
  });
  if (page.identity_ends_in_s !== null) watch(page.identity_ends_in_s);

  return {
    change,
    redraw,
    /**
     * A code brought somebody to this tab, and the browser kept no cookie to find them by on a
     * reload: the tab's history did. It is believed as far as the server believes it.
     *
     * @param {string} visit
     */
    async comeBack(visit) {
      token.set(visit, page.expires_in_s);
      const state = await token.renew();
      if (state === "refused" || state === "ended") token.set(page.token, page.expires_in_s);
      else thread.forget();
    },
    /** What is typed stays, and what was said too, until the page says who is there. */
    ended() {
      isEnded = true;
      ask("ended");
    },
  };
}

/**
 * Whether two user tokens name two people, as far as a reader without the secret can tell.
 *
 * @param {string} one
 * @param {string} other
 */
function isSomebodyElse(one, other) {
  const names = [one, other].map(subject);
  return Boolean(names[0] && names[1]) && names[0] !== names[1];
}

/** @param {string} user_token @returns {string} */
function subject(user_token) {
  try {
    const claims = (user_token.split(".")[1] || "").replace(/-/g, "+").replace(/_/g, "/");
    return `${JSON.parse(atob(claims)).sub || ""}`;
  } catch {
    return "";
  }
}
