// What the pieces of the loader share; only read by the type checker.
/* exported SITE, PANEL */

/**
 * @typedef {{[name: string]: any}} Tree
 *
 * @typedef {object} Ui the part of the option tree that the loader draws from
 * @property {{layout: "auto" | "pc" | "mobile", lang: string, zIndex: number}} base
 * @property {AsstBtn} asstBtn
 * @property {{isShow: boolean, isNeedClose: boolean}} header
 * @property {{title: string, width: number, height: number}} chatBot
 * @property {{accent: string, surface: string, scheme: "auto" | "light" | "dark", radius: Radius}} theme
 *
 * @typedef {object} AsstBtn
 * @property {boolean} isNeed
 * @property {"left" | "right"} position
 * @property {number} offsetX
 * @property {number} offsetY
 * @property {string} text
 *
 * @typedef {"none" | "small" | "medium" | "large"} Radius
 *
 * @typedef {object} LoaderSite what the server writes in front of the loader
 * @property {string} key
 * @property {string} panel version of the panel script
 * @property {Record<string, any>} words by primary language: launcher, unavailable
 * @property {Ui} ui
 *
 * @typedef {object} PanelConfig what the server writes in front of the panel
 * @property {Record<string, any>} words by primary language: loading, lost, retry, close
 * @property {Record<Radius, string>} radii
 * @property {string} dark surface of the dark scheme
 *
 * @typedef {object} Widget one site on this page: what core keeps, and the panel changes
 * @property {LoaderSite} site
 * @property {HTMLScriptElement} script
 * @property {HTMLElement} host
 * @property {HTMLButtonElement} launcher
 * @property {HTMLElement} box holds the frame
 * @property {HTMLIFrameElement} frame
 * @property {Tree} overrides what the page changed, for the frame
 * @property {string} lang
 * @property {"inline" | "pc" | "mobile"} layout
 * @property {boolean} isOpen
 * @property {[unknown] | undefined} who the visitor is, as the page said it last
 * @property {string} said stands on the launcher in place of its text
 * @property {Panel | undefined} panel
 * @property {() => void} draw
 * @property {() => void} load makes the frame
 * @property {(name: string, detail?: unknown) => void} emit
 * @property {Record<string, Function[]>} handlers of the page, by event
 *
 * @typedef {import("../frame/host.js").FrameMessage} FrameMessage
 *
 * @typedef {"loading" | "shown" | "ready" | "refused" | "lost"} Phase of the frame: shown is when its
 *   page stands and its scripts do not run yet, lost when no word came
 *
 * @typedef {object} Panel
 * @property {() => void} draw
 * @property {(event: MessageEvent) => void} hear
 * @property {(takesFocus?: boolean) => void} open
 * @property {() => void} close
 * @property {(takesFocus?: boolean) => void} toggle
 * @property {(text: unknown) => void} send
 * @property {() => void} destroy
 */

/** @type {LoaderSite} */
let SITE;

/** @type {PanelConfig} */
let PANEL;
