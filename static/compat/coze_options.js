// What the options of a page mean that was written for Coze's WebChatClient. Names as in its
// documents and in the source that is open.
/* global isTree */
/* exported fromCoze, isNear, markOf, newsOf, withoutTokens */

/** @type {Record<string, string>} beside `ui` */
const COZE_OPTIONS = {
  config: "type bot_id botId botInfo.botId botInfo.parameters isIframe appInfo.appId appInfo.workflowId appInfo.parameters appInfo.conversationName appInfo.version sdk_verify_token",
  auth: "type token onRefreshToken connectorId",
  userInfo: "id url nickname",
  extra: "",
  el: "",
  componentProps: "title icon lang layout width zIndex uploadable",
};
/** @type {Record<string, string>} known, and without a meaning here */
const COZE_QUIET = {
  header: "extra",
  chatBot: "isNeedClearContext isNeedClearMessage isNeedConversationAdd",
};

const SECRETS = ["auth.token", "config.sdk_verify_token"];
const TOKEN = /(^|\W)(pat|sat|czs|czu|cztei)_([\w-]{20}|[\w-]*\*)/;
const MOST_VALUES = 2000;

/**
 * A copy of what the page gave, without anything that looks like a key of the platform.
 * @param {unknown} options
 * @returns {{clean: Tree, hasToken: boolean}}
 */
function withoutTokens(options) {
  let hasToken = false;
  let count = 0;
  const copies = new Map();

  /** @param {any} value @param {string} path @returns {any} */
  function copy(value, path) {
    if (typeof value === "string" && (TOKEN.test(value) || (value && SECRETS.includes(path)))) {
      hasToken = true;
      return undefined;
    }
    if (Object(value) !== value || typeof value === "function" || value.nodeType || value.$$typeof) return value;
    return copies.get(value) || copyTree(value, path);
  }

  /** @param {any} tree @param {string} path */
  function copyTree(tree, path) {
    /** @type {any} */
    const made = Array.isArray(tree) ? [] : {};
    copies.set(tree, made);
    for (const name of Object.keys(tree)) {
      if (name in {} || ++count > MOST_VALUES) continue;
      const value = copy(tree[name], path ? `${path}.${name}` : name);
      if (value !== undefined) made[name] = value;
    }
    return made;
  }

  return { clean: copyTree(isTree(options) ? options : {}, ""), hasToken };
}

/**
 * @param {Tree} options without tokens
 * @param {Record<string, string>} declared the leaves of `ui`, by group
 * @returns {Wanted}
 */
function fromCoze(options, declared) {
  const { config, componentProps, el, ui, userInfo } = options;
  const { appInfo, botInfo, botId, bot_id: formerId, type } = Object(config);
  const isApp = type === "app";
  const { id, nickname } = Object(userInfo);
  const ours = pathsOf(declared, "ui.");
  const known = ours.concat(pathsOf(COZE_OPTIONS, ""), pathsOf(COZE_QUIET, "ui."));
  const { appId, workflowId, parameters } = Object(appInfo);
  const bot = Object(botInfo);
  return {
    ids: textsOf(isApp ? { workflowId, appId } : { bot: bot.botId || botId || formerId }, 64),
    ui: pick(laidUnder(Object(componentProps), Object(ui)), "ui.", ours),
    userInfo: labelOf({ id, nickname }),
    context: labelOf(Object(isApp ? parameters : bot.parameters)),
    root: Object(el).nodeType === 1 ? el : undefined,
    unknown: strangers(options, "", known),
  };
}

/**
 * The deprecated `componentProps` are the same options under fewer names.
 * @param {Tree} props
 * @param {Tree} ui
 */
function laidUnder({ icon, lang, layout, title, uploadable, width, zIndex }, ui) {
  return {
    ...ui,
    base: { icon, lang, layout, zIndex, ...Object(ui.base) },
    chatBot: { title, uploadable, width, ...Object(ui.chatBot) },
  };
}

/**
 * @param {Tree} tree
 * @param {string} path of it, with a dot at its end
 * @param {string[]} leaves
 */
function pick(tree, path, leaves) {
  /** @type {Tree} */
  const picked = {};
  for (const name of Object.keys(tree)) {
    const value = tree[name];
    if (value === undefined || value === null) continue;
    if (leaves.includes(path + name)) picked[name] = value;
    else if (isBranch(value) && leadsTo(path + name, leaves)) picked[name] = pick(value, `${path}${name}.`, leaves);
  }
  return picked;
}

/**
 * @param {Tree} tree
 * @param {string} path
 * @param {string[]} known
 * @returns {string[]} the paths that nobody knows
 */
function strangers(tree, path, known) {
  return Object.keys(tree).flatMap((name) => {
    const at = path + name;
    const value = tree[name];
    if (known.includes(at)) return [];
    if (!leadsTo(at, known)) return at;
    return isBranch(value) ? strangers(value, `${at}.`, known) : [];
  });
}

/** @param {string} path @param {string[]} leaves */
function leadsTo(path, leaves) {
  return leaves.some((leaf) => leaf.startsWith(`${path}.`));
}

/** @param {any} value */
function isBranch(value) {
  return isTree(value) && typeof value !== "function" && !value.nodeType;
}

/** @param {Record<string, string>} groups @param {string} path */
function pathsOf(groups, path) {
  return Object.keys(groups).flatMap((group) =>
    /** @type {string} */ (groups[group]).split(" ").map((leaf) => path + group + (leaf && `.${leaf}`)),
  );
}

/** @param {Tree} values */
function labelOf(values) {
  /** @type {Record<string, string>} */
  const texts = {};
  for (const name of Object.keys(values)) {
    const text = textOf(values[name]);
    if (text) texts[name] = text;
  }
  return Object.keys(texts).length ? texts : undefined;
}

/** @param {Tree} values @param {number} most characters */
function textsOf(values, most) {
  return Object.values(labelOf(values) || {}).filter((text) => text.length <= most);
}

/** @param {unknown} value */
function textOf(value) {
  if (typeof value === "function" || typeof value === "symbol" || value === null || value === undefined) return "";
  try {
    return Object(value) === value ? JSON.stringify(value) : `${value}`;
  } catch {
    return ""; // what holds itself cannot be written
  }
}

/**
 * Only what is another value than the one in force: the rest would fetch pieces for nothing.
 * @param {Tree} changes
 * @param {Tree} current
 */
function newsOf(changes, current) {
  /** @type {Tree} */
  const news = {};
  for (const name of Object.keys(changes)) {
    const value = changes[name];
    const there = Object(current)[name];
    if (!isBranch(value)) {
      if (value !== there) news[name] = value;
    } else if (Object.keys(value).length) {
      const inner = newsOf(value, there);
      if (Object.keys(inner).length) news[name] = inner;
    }
  }
  return news;
}

/**
 * Whether a picture may be loaded for the launcher: it comes with the options, or from one of these
 * hosts. Pages of Coze's name mostly pictures of Coze's.
 * @param {string} address
 * @param {string[]} pages
 */
function isNear(address, pages) {
  if (/^data:/.test(address)) return true;
  try {
    const { origin } = new URL(address, pages[0]);
    return pages.some((page) => new URL(page).origin === origin);
  } catch {
    return false;
  }
}

/** As the server marks an id: 32-bit FNV-1a. @param {string} id */
function markOf(id) {
  let value = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(id)) value = Math.imul(value ^ byte, 0x01000193);
  return value >>> 0;
}
