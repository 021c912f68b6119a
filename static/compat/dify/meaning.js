/* exported meaningOf */

/**
 * What a page wrote for Dify's embed; everything in it may be missing or of another type.
 * @typedef {Record<string, any>} DifyConfig
 *
 * @typedef {object} DifyMeaning what that is here
 * @property {Tree} options for `set`
 * @property {Record<string, string>} context what the page says of itself, unsigned
 * @property {Record<string, any>} button properties for the launcher's element
 * @property {string[]} hints names of what the page's developer should know
 */

/**
 * `baseUrl`, `isDev` and `token` said which server and which app: our script's address says that.
 * @param {DifyConfig} config
 * @returns {DifyMeaning}
 */
function meaningOf(config) {
  const { containerProps, inputs, systemVariables, token } = config;
  const hints = [];
  if (/^app-/.test(difyText(token))) hints.push("api_key");
  if (difyText(Object(systemVariables).conversation_id)) hints.push("conversation");
  return { options: difyOptions(config), context: inputsOf(inputs), button: Object(containerProps), hints };
}

/** @param {DifyConfig} config */
function difyOptions({ draggable, dragAxis, systemVariables, userVariables }) {
  const id = difyText(Object(systemVariables).user_id);
  const nickname = difyText(Object(userVariables).name);
  const lang = difyLang(difyText(Object(systemVariables).locale));
  /** @type {Tree} */
  const options = { ui: {} };
  if (id || nickname) options.userInfo = { ...(id && { id }), ...(nickname && { nickname }) };
  if (lang) options.ui.base = { lang };
  if (draggable) options.ui.asstBtn = { draggable: true, dragAxis: /^[xy]$/.test(dragAxis) ? dragAxis : "both" };
  return options;
}

/** Dify says `zh-Hans` and `pt_BR`. One that we have no texts in is passed over later. @param {string} locale */
function difyLang(locale) {
  return /^[a-z]{2,3}([-_][a-z0-9]{2,8})*$/i.test(locale) ? locale.replace(/_/g, "-") : "";
}

/** Dify's inputs are texts; pages put numbers and more into them. @param {unknown} values */
function inputsOf(values) {
  /** @type {Record<string, string>} */
  const texts = {};
  for (const [name, value] of Object.entries(Object(values))) {
    const text = difyText(value);
    if (text || value === "") texts[name] = text;
  }
  return texts;
}

/** @param {unknown} value @returns {string} */
function difyText(value) {
  if (value === undefined || value === null || typeof value === "function") return "";
  if (typeof value !== "object") return String(value);
  try {
    return JSON.stringify(value);
  } catch {
    return ""; // something that turns round on itself
  }
}
