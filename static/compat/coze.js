// The global of Coze's web SDK on top of our widget: a page that was written for it works when only
// its script's address changes. Its tokens stay where they are; we need none.
/* global SITE createWidget dock fromCoze isNear markOf newsOf withoutTokens */

const { coze } = /** @type {CozeSite} */ (SITE);
const cozeTag = /** @type {HTMLScriptElement} */ (
  document.currentScript ||
    Array.from(document.scripts).find(({ src }) => src.includes(`/compat/coze/${SITE.key}.js`))
);
const OWN = { site: SITE, createWidget };
/** @type {Map<string, Docked>} by name */
const docked = new Map();
/** @type {WeakMap<object, Behind>} */
const behind = new WeakMap();

class WebChatClient {
  /** @param {unknown} [options] */
  constructor(options) {
    this.chatClientId = `${Math.random().toString(36).slice(2)}${Date.now().toString(36)}`;
    this.senderName = `chat-app-sdk-${Date.now()}`;
    /** @type {Tree} */
    this.options = {};
    behind.set(this, { calls: [] });
    try {
      this.options = take(this, options);
    } catch (error) {
      tell(coze.hints.broken, `${error}`);
    }
    this.authClient = { options: this.options, checkOptions: () => true, initToken: async () => true };
    WebChatClient.clients.push(this);
  }

  showChatBot() {
    call(this, "open");
  }

  hideChatBot() {
    call(this, "close");
  }

  /** What the page's own function gives, to the page alone. */
  async getToken() {
    const { refresh } = inside(this);
    return refresh && refresh();
  }

  destroy() {
    const mine = inside(this);
    const { widget } = mine;
    mine.isOver = true;
    WebChatClient.clients = WebChatClient.clients.filter((one) => one !== this);
    if (!widget || !widget.clients.delete(this) || widget.clients.size) return;
    if (!widget.isGone) drive(widget, "destroy");
  }
}

/** @type {WebChatClient[]} */
WebChatClient.clients = [];

/** @param {WebChatClient} client */
function inside(client) {
  return /** @type {Behind} */ (behind.get(client));
}

/**
 * @param {WebChatClient} client
 * @param {unknown} options
 * @returns {Tree} the options without what must not be there
 */
function take(client, options) {
  const { clean, hasToken } = withoutTokens(options);
  const { auth } = Object(options);
  const { onRefreshToken } = Object(auth);
  if (hasToken) tell(coze.hints.token);
  if (typeof onRefreshToken === "function") inside(client).refresh = () => onRefreshToken.call(auth, "");
  const wanted = fromCoze(clean, coze.options);
  if (wanted.unknown.length) tell(coze.hints.keys, wanted.unknown.join(", "));
  const icon = Object(wanted.ui.base).icon;
  if (icon && !isNear(icon, [location.href, cozeTag.src])) {
    tell(coze.hints.icon, icon);
    delete wanted.ui.base.icon;
  }
  const choice = wanted.ids.length ? choose(wanted.ids) : OWN;
  if (choice instanceof Promise) choice.then((found) => settle(client, wanted, found));
  else settle(client, wanted, choice);
  return clean;
}

/**
 * The site that answers for these ids. What nobody answers for is ours: the page asked us.
 * @param {string[]} ids
 * @returns {Choice | Promise<Choice>}
 */
function choose([id = "", ...others]) {
  if (coze.marks.includes(markOf(id))) return OWN;
  if (!coze.asks) return chooseNext(id, others);
  const address = new URL(`${SITE.key}/bots/${encodeURIComponent(id)}.js`, cozeTag.src);
  return import(`${address}`).catch(() => chooseNext(id, others));
}

/** @param {string} id that nobody knows @param {string[]} others */
function chooseNext(id, others) {
  if (others.length) return choose(others);
  tell(coze.hints.bot, id);
  return OWN;
}

/**
 * A client whose chat floats over the page shares its widget with the others of the same site: some
 * pages make a new one at every turn and drop the former, and two launchers at one place help nobody.
 * @param {WebChatClient} client
 * @param {Wanted} wanted
 * @param {Choice} choice
 */
function settle(client, { ui, userInfo, context, root }, choice) {
  const mine = inside(client);
  if (mine.isOver) return;
  const isPlaced = root || Object(ui.chatBot).el;
  const widget = (!isPlaced && docked.get(choice.site.key)) || dockAnew(choice, root, Boolean(isPlaced));
  mine.widget = widget;
  widget.clients.add(client);
  const changes = newsOf({ ui, ...(userInfo && { userInfo }) }, { ui: widget.site.ui });
  if (Object.keys(changes).length) drive(widget, "set", changes);
  if (context) drive(widget, "context", context);
  for (const name of mine.calls.splice(0)) drive(widget, name);
  enlist(widget);
}

/**
 * @param {Choice} choice
 * @param {Element | undefined} root
 * @param {boolean} isPlaced
 */
function dockAnew({ site, createWidget: create }, root, isPlaced) {
  const name = isPlaced ? freeName(site.key) : site.key;
  const script = {
    src: `${new URL(`../../embed/${site.key}.js`, cozeTag.src)}`,
    tag: cozeTag.src,
    dataset: { ...cozeTag.dataset },
    root,
  };
  const copy = JSON.parse(JSON.stringify(site));
  /** @type {Docked} */
  const widget = { site: copy, clients: new Set(), run: create(copy, script, name, leave) };
  docked.set(name, widget);
  return widget;

  function leave() {
    widget.isGone = true;
    docked.delete(name);
    if (dock.sites.get(site.key) === widget.run) dock.sites.delete(site.key);
  }
}

/** @param {string} key */
function freeName(key) {
  let count = 1;
  while (docked.has(`${key}.${count}`)) count += 1;
  return `${key}.${count}`;
}

/** The page's calls reach the first widget of a site. @param {Docked} widget */
function enlist({ run, site }) {
  if (dock.sites.has(site.key)) return;
  dock.sites.set(site.key, run);
  for (const args of dock.q.splice(0)) dock(...args);
}

/** @param {WebChatClient} client @param {"open" | "close"} name */
function call(client, name) {
  const { calls, isOver, widget } = inside(client);
  if (isOver) return;
  if (!widget) calls.push(name);
  else if (!widget.isGone) drive(widget, name);
}

/** Nobody waits for what becomes of it. @param {Docked} widget @param {string} name @param {...unknown} args */
function drive({ run }, name, ...args) {
  Promise.resolve(run(name, ...args)).catch(() => {});
}

/** For the page's developer, once on a page. @param {string | undefined} hint @param {string} [what] */
function tell(hint, what) {
  const text = what ? `chatdock: ${hint} ${what}` : `chatdock: ${hint}`;
  dock.told = dock.told || new Set();
  if (!dock.told.has(text)) console.warn(text);
  dock.told.add(text);
}

// A page that brings the script again keeps the clients that it has.
const there = Object(/** @type {any} */ (window).CozeWebSDK);
if (there.chatdock !== SITE.key) {
  const CozeWebSDK = { WebChatClient, chatdock: SITE.key };
  Object.assign(window, { CozeWebSDK, CozeWebSDKmain: CozeWebSDK });
}
