/**
 * The conversation of this page: the connection brings events, the thread takes them, and what the
 * visitor does goes out. Loaded with the first sign of one; a visitor who only looks needs none of it.
 *
 * @typedef {ReturnType<typeof import("./identity.js").createIdentity>} Identities
 * @typedef {Awaited<ReturnType<typeof import("./conversations.js").createConversations>>} Conversations
 * @typedef {Awaited<ReturnType<typeof import("./remedies.js").createRemedies>>} Remedies
 */
import { createConnection } from "./connection.js";
import { createDrafts } from "./drafts.js";
import { byId, newId } from "./page.js";
import { holdFocus } from "./focus.js";
import { createScroll } from "./scroll.js";
import { createThread } from "./thread.js";

/** Events that say something to those who listen. */
const HEARD = /^(conversation|part|message\.accepted|run\.\w+)$/;

/**
 * @param {object} parts
 * @param {import("./page.js").Page} parts.page
 * @param {import("./page.js").Say} parts.say
 * @param {ReturnType<typeof import("./composer.js").createComposer>} parts.composer
 * @param {ReturnType<typeof import("./host.js").createHost>} parts.host
 * @param {ReturnType<typeof import("./token.js").createToken>} parts.token
 */
export function createTalk({ page, say, composer, host, token }) {
  const root = document.documentElement;
  const scroll = createScroll(byId("transcript"), byId("thread"), byId("jump"), goToLast);
  const thread = createThread({
    page,
    say,
    composer,
    scroll,
    host,
    command,
    startOver: () => connection.reopen(),
    onToken: token.set,
    onAccepted: remember,
    attach,
    showFiles: (message) => {
      acts();
      if (message.querySelector("[data-files]")) withFiles((files) => files.fill(message, address));
    },
  });
  const connection = createConnection({
    url: page.paths.socket,
    hello: () => ({ token: token.get(), lang: page.lang, ...thread.place() }),
    renew: token.renew,
    onEvent: take,
    onState: (state) => {
      if (state === "blocked") blocked();
      if (state === "ended") identities().then((one) => one.ended());
      if (state === "ended" || state === "refused") offer({ remedy: state === "ended" ? "sign_in" : "reload" });
      const hadNone = byId("status").textContent.includes(say("live.offline"));
      if (hadNone && state === "online") hearing().then((one) => one.back(), () => {});
      const isDown = state !== "connecting" && state !== "online" && state !== "blocked";
      composer.setStatus("connection", isDown ? say(`live.${state}`) : "");
    },
  });

  /** What was said last. */
  let last = /** @type {import("./wire.js").Command | null} */ (null);
  let acting = /** @type {Promise<void> | null} */ (null);
  let helping = /** @type {Promise<Remedies> | null} */ (null);
  /** Answers that were there before the visitor came. */
  const known = Array.from(document.querySelectorAll(".answer"), (one) => /** @type {HTMLElement} */ (one).dataset.id || "");
  /** @type {Promise<Awaited<ReturnType<typeof import("./hearing.js").createHearing>>> | null} */
  let heard = null;
  const drafts = createDrafts({ site: page.site, who: token.isVouched() ? newId() : "", thread, composer });
  let isOpen = false;
  let isRemembered = page.has_cookie;
  /** Who signs in or out on the host page: most never do. @type {Promise<Identities> | null} */
  let loading = null;
  /** The list of the visitor's conversations: few sites show one. @type {Conversations | null} */
  let list = null;
  /** @type {Promise<Conversations> | null} */
  let listing = null;
  /** @type {Promise<unknown>} */
  let identified = Promise.resolve();

  function here() {
    return thread.place().conversation || "";
  }

  /** @param {import("./wire.js").Command} wanted @returns {boolean} whether it went out */
  function command(wanted) {
    const isSaid = connection.send(wanted);
    last = wanted;
    if (isSaid && /^conversation\.(new|open)$/.test(wanted.type)) drafts.choose();
    if (isSaid && wanted.type === "conversation.delete") drafts.drop(wanted.conversation);
    return isSaid;
  }

  /** The visitor has come: not before that is a socket worth having. */
  async function open() {
    if (isOpen) return;
    isOpen = true;
    await identified;
    const { visit } = history.state || {};
    if (visit && !token.isVouched()) await (await identities()).comeBack(visit);
    // A browser without our cookie may keep the key itself: then the page was made for a stranger.
    const isStranger = !page.has_cookie && !token.isVouched();
    if (isStranger && token.hasKey() && (await token.renew()) === "renewed") {
      isRemembered = true;
      thread.forget();
    }
    connection.open();
  }

  /** @returns {Promise<Identities>} */
  function identities() {
    const parts = {
      page, token, thread, composer, connection, host,
      isOpen: () => isOpen, onLeave: () => list && list.clear(), drafts,
    };
    loading = loading || import("./identity.js").then(({ createIdentity }) => createIdentity(parts));
    return loading;
  }

  /** @param {Parameters<typeof thread.take>[0]} event */
  function take(event) {
    const isPatch = Array.isArray(event);
    if (list && !isPatch && list.take(event)) return;
    const keepFocus = holdFocus(composer);
    const isNews = thread.take(event);
    keepFocus(!isPatch);
    if (!isPatch) drafts.hear(event);
    if (isNews && (isPatch || HEARD.test(event.type))) hearing().then((one) => one.hear(event), () => {});
    if (list && !isPatch) list.mark();
    if (!isPatch && event.type === "error") offer(event);
  }

  /** What can be done with messages, as soon as there are any. */
  function acts() {
    const parts = { page, composer, thread, remedies };
    acting = acting || import("./acts.js").then(({ createActs }) => createActs(parts));
    acting.catch(() => (acting = null));
  }

  function remedies() {
    return (helping = helping || import("./remedies.js").then((one) => one.createRemedies({ page, composer, host, command })));
  }

  /** @param {import("./remedies.js").Trouble} trouble */
  function offer(trouble) {
    if (trouble.remedy) remedies().then((one) => one.offer(trouble, last), () => (helping = null));
  }

  /** For those who listen, and go through the messages by keys; after a line that was bad, again. */
  function hearing() {
    heard = heard || import("./hearing.js").then(async ({ createHearing }) => {
      const [made, { createKeys }] = await Promise.all([createHearing(page, known), import("./keys.js")]);
      createKeys(composer, made.words);
      return made;
    });
    return heard.catch((error) => {
      heard = null;
      throw error;
    });
  }

  async function conversations() {
    const parts = { lang: page.lang, tell: say, composer, here, command };
    listing = listing || import("./conversations.js").then((one) => one.createConversations(parts));
    return (list = await listing);
  }

  /**
   * Where there is room the list stands beside the chat.
   *
   * @param {boolean} isWanted
   * @param {boolean} isNew nobody has said anything here before: there is nothing to ask for
   */
  async function fitList(isWanted, isNew) {
    if (isWanted && !list) root.dataset.side = "open";
    if (!isWanted && !list) return;
    const one = await conversations();
    one.fit();
    if (isNew) one.setNone();
    else if (isWanted) open();
  }

  /** @param {import("./host.js").Identify} message */
  async function identify({ user_token, call }) {
    await (await identities()).change(user_token);
    host.done(call, { result: token.isVouched() === (user_token !== null) });
  }

  async function blocked() {
    if (!loading || !(await loading).redraw()) thread.giveUp();
  }

  /** @param {(files: typeof import("./files.js")) => void} use */
  function withFiles(use) {
    import("./files.js").then(use);
  }

  /** Where a file is to be had now. @param {string} attachment */
  async function address(attachment) {
    const { askAddress } = await import("./files.js");
    return askAddress(page.site, token, attachment);
  }

  /** @param {HTMLElement} link */
  async function openFile(link) {
    const found = await address(link.dataset.attachment || "");
    if (found) withFiles((files) => files.save(link, found));
    else composer.showAlert(say("live.offline"));
  }

  /** A file of a form. @param {File} file @returns {Promise<string>} its id */
  async function attach(file) {
    const { upload } = await import("./upload.js");
    const url = `/frame/${page.site}/uploads?lang=${page.lang}`;
    return new Promise((resolve, reject) => {
      const onRefused = (/** @type {string} */ words) => reject(new Error(words));
      upload({ url, file, token, onProgress: () => {}, onDone: ({ id }) => resolve(id), onRefused });
    });
  }

  /** Asks once whether the browser kept our cookie; what to do instead is told in the answer. */
  async function remember() {
    if (isRemembered) return;
    isRemembered = true;
    await token.renew();
    composer.setStatus("visit", token.isForgotten() ? say("live.forgotten") : "");
  }

  document.addEventListener("visibilitychange", () => {
    if (isOpen && !document.hidden) connection.check();
  });
  window.addEventListener("online", () => isOpen && connection.check());

  scroll.toEnd();
  if (byId("messages").firstElementChild) {
    hearing().catch(() => {});
    acts();
  }
  if (token.isVouched()) identities();
  if (!host.isFramed) fitKeyboard(root);

  return {
    open,
    fitList,
    openFile,
    /** The conversation that stands here; empty before its first message. */
    here,
    act: thread.act,
    page: scroll.page,
    result: thread.result,
    renew: () => connection.send({ type: "token.renew" }),
    /** The list of the visitor's conversations, or the chat again. */
    toggleList: () => conversations().then((one) => one.toggle()),
    /** A question of the host page's. @param {import("./host.js").Send} message */
    ask: (message) =>
      import("./asked.js").then(({ ask }) => ask(message, { thread, composer, connection, host, open })),
    /** Whether somebody is, or was, signed in here. */
    isKnown: () => Boolean(loading) || token.isVouched(),
    /** @param {import("./host.js").Identify} message */
    identify: (message) => (identified = identify(message)),
    /**
     * @param {string} text
     * @param {string} id
     * @param {import("./upload.js").Uploaded[]} files
     */
    send(text, id, files) {
      thread.send({ text, files }, id);
      open();
    },
  };
}

/** The focus goes on from the newest message. */
function goToLast() {
  const last = /** @type {HTMLElement | null} */ (byId("messages").lastElementChild);
  (last || byId("transcript")).focus({ preventScroll: true });
}

/**
 * Phones that lay their keyboard over the page say so here alone. In a frame the loader does this. A
 * page that is zoomed with two fingers stays as it is.
 *
 * @param {HTMLElement} root
 */
function fitKeyboard(root) {
  const seen = window.visualViewport;
  if (!seen) return;
  seen.addEventListener("resize", () => {
    if (Math.abs(seen.scale - 1) > 0.01) return;
    root.style.setProperty("--chat-height", `${seen.height}px`);
    window.scrollTo(0, 0);
  });
}
