/**
 * Wires the page: the connection brings events, the thread takes them, the composer sends, and the
 * host page and the visitor's hands get their say.
 *
 * @typedef {ReturnType<typeof import("./identity.js").createIdentity>} Identities
 * @typedef {Awaited<ReturnType<typeof import("./conversations.js").createConversations>>} Conversations
 * @typedef {ReturnType<typeof import("./extras.js").createExtras>} Extras
 */
import { createComposer } from "./composer.js";
import { createConnection } from "./connection.js";
import { createHost } from "./host.js";
import { arrived, byId, createTexts, labelOf } from "./page.js";
import { createScroll } from "./scroll.js";
import { createThread } from "./thread.js";
import { createToken } from "./token.js";

arrived().then(start);

/** @param {import("./page.js").Page} page */
function start(page) {
  const root = document.documentElement;
  root.toggleAttribute("data-live", true);
  page.warnings.forEach((warning) => console.warn(`Chatdock: ${warning}`));
  if (page.is_streaming) history.replaceState(history.state, "", page.paths.page);

  const say = createTexts(page.strings);
  const scroll = createScroll(byId("transcript"), byId("thread"), byId("jump"));
  const composer = createComposer({
    send,
    page: scroll.page,
    uploads: page.uploads,
    loadTray: (hooks) =>
      import("./uploads.js").then(({ createTray }) => createTray({ page, token, ...hooks })),
  });
  const host = createHost(page.origin, onHost);
  const token = createToken(page, () => connection.send({ type: "token.renew" }));
  const thread = createThread({
    page,
    say,
    composer,
    scroll,
    host,
    command: (command) => connection.send(command),
    startOver: () => connection.reopen(),
    onToken: token.set,
    onAccepted: remember,
    attach,
    showFiles: (message) => {
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
      const isDown = state !== "connecting" && state !== "online" && state !== "blocked";
      composer.setStatus("connection", isDown ? say(`live.${state}`) : "");
    },
  });

  let isOpen = false;
  let isRemembered = page.has_cookie;
  /** Who signs in or out on the host page: most never do. @type {Promise<Identities> | null} */
  let loading = null;
  /** The list of the visitor's conversations: few sites show one. @type {Conversations | null} */
  let list = null;
  /** @type {Promise<Conversations> | null} */
  let listing = null;
  const wide = matchMedia("(min-width: 780px)");
  /** @type {Promise<Extras> | null} */
  let extra = null;
  /** @type {Promise<unknown>} */
  let identified = Promise.resolve();

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
      isOpen: () => isOpen, onLeave: () => list && list.clear(),
    };
    loading = loading || import("./identity.js").then(({ createIdentity }) => createIdentity(parts));
    return loading;
  }

  /** @param {Parameters<typeof thread.take>[0]} event */
  function take(event) {
    if (!list || Array.isArray(event)) return thread.take(event);
    if (list.take(event)) return undefined;
    thread.take(event);
    return list.mark();
  }

  async function conversations() {
    const here = () => thread.place().conversation || "";
    const parts = { say, composer, here, command: connection.send };
    listing = listing || import("./conversations.js").then((one) => one.createConversations(parts));
    return (list = await listing);
  }

  /** Where there is room the list stands beside the chat, and is wanted at once. */
  async function fitList() {
    const isWanted = root.dataset.conversations === "on" && wide.matches && !composer.isNative();
    if (isWanted && !list) root.dataset.side = "open";
    if (isWanted || list) (await conversations()).fit();
  }

  /** @param {import("./host.js").Identify} message */
  async function identify({ user_token, call }) {
    const isNews = user_token !== null || loading || token.isVouched();
    if (isNews) await (await identities()).change(user_token);
    host.done(call, { result: token.isVouched() === (user_token !== null) });
  }

  /**
   * What the host page says without a signature goes along with every question, a form's too.
   * @param {Partial<Pick<import("./page.js").Page, "context" | "label">>} said
   */
  function hearsay(said) {
    Object.assign(page, said);
    const form = /** @type {HTMLFormElement} */ (byId("composer"));
    for (const name of /** @type {const} */ (["context", "label"])) {
      /** @type {HTMLInputElement} */ (form.elements.namedItem(name)).value = JSON.stringify(page[name]);
    }
  }

  async function blocked() {
    if (!loading || !(await loading).redraw()) thread.giveUp();
  }

  /**
   * @param {string} text
   * @param {string} id
   * @param {import("./upload.js").Uploaded[]} files
   */
  function send(text, id, files) {
    thread.send({ text, files }, id);
    open();
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

  /** @param {import("./host.js").HostMessage} message */
  function onHost(message) {
    switch (message.type) {
      case "hello":
      case "options":
        return look(message);
      case "send":
        return import("./asked.js").then(({ ask }) => ask(message, { thread, composer, connection, host, open }));
      case "context":
        return hearsay({ context: message.context });
      case "opened":
        return open();
      case "expanded":
        return extras().then((one) => one.setExpanded(message.is_expanded));
      case "focus":
        composer.focus();
        return host.focused();
      case "result":
        return thread.result(message);
      case "identify":
        return (identified = identify(message));
      default:
        return undefined;
    }
  }

  /** @param {import("./host.js").Hello | import("./host.js").Options} message */
  async function look({ options = {}, layout, call }) {
    if (layout) root.dataset.layout = layout;
    const wanted = JSON.stringify(options);
    hearsay({ label: labelOf(page.site_label, options.userInfo) });
    if (page.overrides !== wanted) {
      page.overrides = wanted;
      const { changeLook } = await import("./theme.js");
      page.warnings = await changeLook(page.paths.look, wanted, () => page.overrides === wanted, host.look);
      fitList();
    }
    host.done(call, { result: page.warnings });
  }

  /** What few visitors use. @returns {Promise<Extras>} */
  function extras() {
    const parts = { page, say, composer };
    extra = extra || import("./extras.js").then(({ createExtras }) => createExtras(parts));
    return extra;
  }

  document.addEventListener("click", (event) => {
    const target = /** @type {Element} */ (event.target);
    const button = /** @type {HTMLElement | null} */ (target.closest("[data-act]"));
    if (!button) return;
    const { act = "" } = button.dataset;
    if (act === "close") host.close();
    else if (act === "expand") host.expand();
    else if (act === "host") host.pass("action", button.dataset.name || "", {});
    else if (/^(cite|speak)$/.test(act)) extras().then((one) => one[/** @type {"cite" | "speak"} */ (act)](button));
    else if (button.dataset.act === "attach") composer.attach();
    else if (button.dataset.act === "list" && !composer.isNative()) {
      event.preventDefault();
      conversations().then((one) => one.toggle());
    }
    else if (button.dataset.act === "file") event.preventDefault(), openFile(button);
    else if (!composer.isNative() && thread.act(button)) event.preventDefault();
  });
  document.addEventListener("keydown", (event) => {
    root.toggleAttribute("data-pointer", false);
    if (event.key === "Escape" && !event.isComposing) host.close();
  });
  document.addEventListener("pointerdown", () => root.toggleAttribute("data-pointer", true));
  for (const sign of ["pointerdown", "keydown", "focusin"]) document.addEventListener(sign, open);
  document.addEventListener("visibilitychange", () => {
    if (isOpen && !document.hidden) connection.check();
  });
  window.addEventListener("online", () => isOpen && connection.check());

  byId("close").hidden = !(host.isFramed && page.has_close);
  byId("expand").hidden = !host.isFramed;
  const mayHear = "SpeechRecognition" in window || "webkitSpeechRecognition" in window;
  if (mayHear && root.dataset.audio === "on") byId("speak").hidden = false;
  const kept = history.state && history.state.draft;
  if (kept) composer.giveBack(kept);
  scroll.toEnd();
  wide.addEventListener("change", fitList);
  fitList();
  if (token.isVouched()) identities();
  host.ready();
  if (page.theme) host.look(page.theme);
  if (host.isFramed) return;
  open();
  fitKeyboard(root);
}

/**
 * Phones that lay their keyboard over the page say so here alone. In a frame the loader does this.
 *
 * @param {HTMLElement} root
 */
function fitKeyboard(root) {
  const seen = window.visualViewport;
  if (!seen) return;
  seen.addEventListener("resize", () => {
    root.style.setProperty("--chat-height", `${seen.height}px`);
    window.scrollTo(0, 0);
  });
}
