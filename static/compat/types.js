// What the scripts for other vendors' pages share; only read by the type checker.
/* exported WHY */

/**
 * @typedef {object} CozeGiven what the server adds to a site for pages written for Coze's script
 * @property {number[]} marks of the ids that the site answers for
 * @property {boolean} asks whether another site may answer for an id that is not among them
 * @property {Record<string, string>} options the declared leaves, by group of `ui`
 * @property {Record<"token" | "keys" | "icon" | "bot" | "broken", string>} hints for the page's developer
 *
 * @typedef {LoaderSite & {coze: CozeGiven}} CozeSite
 *
 * @typedef {object} Wanted what a page's options come to
 * @property {string[]} ids what the page wants to talk to, the closest first
 * @property {Tree} ui
 * @property {{id?: string, nickname?: string} | undefined} userInfo
 * @property {Record<string, string> | undefined} context
 * @property {Element | undefined} root where the launcher is to stand
 * @property {string[]} unknown
 *
 * @typedef {object} Choice who answers
 * @property {LoaderSite} site
 * @property {typeof createWidget} createWidget
 *
 * @typedef {object} Docked a widget and the clients that drive it
 * @property {LoaderSite} site
 * @property {(name: string, ...args: any[]) => any} run
 * @property {Set<object>} clients
 * @property {boolean} [isGone]
 *
 * @typedef {object} Behind what a client keeps to itself
 * @property {string[]} calls until its widget is there
 * @property {Docked} [widget]
 * @property {boolean} [isOver]
 * @property {() => unknown} [refresh]
 */

/** @type {string} why the site is not there */
let WHY;
