/**
 * Wires the page: the composer sends, and the host page and the visitor's hands get their say. What
 * a conversation takes is in talk.js: there at once where one stands, else with the first sign of it.
 *
 * @typedef {ReturnType<typeof import("./extras.js").createExtras>} Extras
 * @typedef {ReturnType<typeof import("./talk.js").createTalk>} Talk
 */
import { createComposer } from "./composer.js";
import { createHost } from "./host.js";
import { arrived, byId, createTexts, labelOf } from "./page.js";
import { createToken, stored } from "./token.js";

const OF_THE_THREAD = /^(ask|stop|retry|new|earlier|like|dislike|dismiss)$/;

arrived().then(start);

/** @param {import("./page.js").Page} page */
function start(page) {
  const root = document.documentElement;
  page.warnings.forEach((warning) => console.warn(`Chatdock: ${warning}`));
  if (page.is_streaming) history.replaceState(history.state, "", page.paths.page);

  const say = createTexts(page.strings);
  const wide = matchMedia("(min-width: 780px)");
  /** @type {Promise<Talk> | null} */
  let talking = null;
  /** @type {Promise<Extras> | null} */
  let extra = null;
  let hasCome = false;
  let renew = () => false;
  const composer = createComposer({
    send,
    page: (pages) => talk().then((one) => one.page(pages)),
    uploads: page.uploads,
    loadTray: (hooks) =>
      import("./uploads.js").then(({ createTray }) => createTray({ page, token, ...hooks })),
  });
  const host = createHost(page.origin, onHost);
  const token = createToken(page, () => renew());

  /** @returns {Promise<Talk>} */
  function talk() {
    if (!talking) {
      page.later.forEach(preload);
      talking = import("./talk.js").then(({ createTalk }) => createTalk({ page, say, composer, host, token }));
      talking.then((one) => (renew = one.renew), () => {});
    }
    return talking;
  }

  /**
   * Whether there is nothing to connect for: nobody has said anything, and nobody can be found again
   * by what this browser keeps.
   */
  function isQuiet() {
    const { visit } = history.state || {};
    const isFound = page.conversation.id || token.isVouched() || visit || (!page.has_cookie && token.hasKey());
    return !talking && host.isFramed && !isFound && !page.run && !page.is_streaming;
  }

  /** The visitor has come. */
  function come() {
    hasCome = true;
    if (!isQuiet()) open();
  }

  function open() {
    return talk().then((one) => one.open(), () => {});
  }

  /**
   * Without what a conversation takes, the browser posts the form itself.
   *
   * @param {string} text
   * @param {string} id
   * @param {import("./upload.js").Uploaded[]} files
   */
  function send(text, id, files) {
    talk().then((one) => one.send(text, id, files), () => {
      composer.goNative();
      composer.giveBack(text, files);
      composer.showAlert(say("live.offline"));
    });
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

  /** @param {import("./host.js").HostMessage} message */
  function onHost(message) {
    switch (message.type) {
      case "hello":
      case "options":
        return look(message);
      case "send":
        return talk().then((one) => one.ask(message));
      case "context":
        return hearsay({ context: message.context });
      case "opened":
        return come();
      case "expanded":
        return extras().then((one) => one.setExpanded(message.is_expanded));
      case "focus":
        composer.focus();
        return host.focused();
      case "result":
        return talk().then((one) => one.result(message));
      case "identify":
        return identify(message);
      default:
        return undefined;
    }
  }

  /** Who signs in or out on the host page: most never do. @param {import("./host.js").Identify} message */
  async function identify(message) {
    const isNobody = message.user_token === null;
    if (isNobody && !(talking && (await talking).isKnown()) && !token.isVouched()) {
      return host.done(message.call, { result: true });
    }
    const one = await talk();
    await one.identify(message);
    return hasCome && one.open();
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

  /** The list of conversations: few sites show one. Where there is room it is wanted at once. */
  function fitList() {
    const isWanted = root.dataset.conversations === "on" && wide.matches && !composer.isNative();
    const isNew = isQuiet();
    if (isWanted || talking) talk().then((one) => one.fitList(isWanted, isNew));
  }

  /** What few visitors use. @returns {Promise<Extras>} */
  function extras() {
    const parts = { page, say, composer, host, token, talking: () => talking };
    extra = extra || import("./extras.js").then(({ createExtras }) => createExtras(parts));
    return extra;
  }

  /** @param {HTMLElement} button @param {string} act @returns {unknown} whether the browser is to do nothing */
  function press(button, act) {
    switch (act) {
      case "close":
        return host.close();
      case "expand":
        return host.expand();
      case "host":
        return host.pass("action", button.dataset.name || "", {});
      case "attach":
        return composer.attach();
      case "cite":
      case "more":
      case "speak":
        return extras().then((one) => one[act](button));
      case "file":
        return talk().then((one) => one.openFile(button));
      case "list":
        return !composer.isNative() && open().then(talk).then((one) => one.toggleList());
      default:
        return !composer.isNative() && OF_THE_THREAD.test(act) && pressInThread(button, act);
    }
  }

  /** @param {HTMLElement} button @param {string} act */
  function pressInThread(button, act) {
    if (act === "new" && isQuiet()) composer.focus();
    else talk().then((one) => one.act(button));
    return true;
  }

  document.addEventListener("click", (event) => {
    const target = /** @type {Element} */ (event.target);
    const button = /** @type {HTMLElement | null} */ (target.closest("[data-act]"));
    if (button && press(button, button.dataset.act || "")) event.preventDefault();
  });
  document.addEventListener("keydown", (event) => {
    root.toggleAttribute("data-pointer", false);
    if (event.key === "Escape" && !event.isComposing) host.close();
  });
  document.addEventListener("pointerdown", () => root.toggleAttribute("data-pointer", true));
  for (const sign of ["pointerdown", "keydown", "focusin"]) document.addEventListener(sign, come);
  byId("text").addEventListener("input", open);

  byId("close").hidden = !(host.isFramed && page.has_close);
  byId("expand").hidden = !host.isFramed;
  const mayHear = "SpeechRecognition" in window || "webkitSpeechRecognition" in window;
  if (mayHear && root.dataset.audio === "on") byId("speak").hidden = false;
  if (stored("chatdock.larger")) import("./larger.js").then(({ setLarger }) => setLarger(true));
  if (stored(`chatdock:${page.site}:drafts`, "sessionStorage") || Object(history.state).drafts) talk();
  wide.addEventListener("change", fitList);
  fitList();
  if (isQuiet()) begin();
  else talk().then(begin, begin);

  /** The page can do what it offers. */
  function begin() {
    root.toggleAttribute("data-live", true);
    host.ready();
    if (page.theme) host.look(page.theme);
    if (!host.isFramed) open();
  }
}

/** Asked for all at once, and not one after the other as they import each other. @param {string} address */
function preload(address) {
  const link = document.createElement("link");
  link.rel = "modulepreload";
  link.href = address;
  document.head.append(link);
}
