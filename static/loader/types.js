// What the pieces of the loader share; only read by the type checker.
/* exported DEFAULTS, PANEL, PIECES, SITE, WORDS */

/**
 * @typedef {{[name: string]: any}} Tree
 *
 * @typedef {object} Ui the part of the option tree that the loader draws from
 * @property {{layout: "auto" | "pc" | "mobile", lang: string, zIndex: number, icon: string}} base
 * @property {AsstBtn} asstBtn
 * @property {{isShow: boolean, isNeedClose: boolean, isNeedExpand: boolean}} header
 * @property {{title: string, width: number, height: number, isResizable: boolean, isNeedAudio: boolean, el?: string}} chatBot
 * @property {{accent: string, ink: string, surface: string, darkSurface: string, scheme: "auto" | "light" | "dark", radius: Radius}} theme
 *
 * @typedef {object} AsstBtn
 * @property {boolean} isNeed
 * @property {"left" | "right" | "top-left" | "top-right"} position
 * @property {number} offsetX
 * @property {number} offsetY
 * @property {string} text
 * @property {boolean} badge
 * @property {boolean} titleHint
 * @property {string} icon
 * @property {boolean} draggable
 * @property {"both" | "x" | "y"} dragAxis
 * @property {{text: string, after: Trigger}} teaser
 * @property {Trigger} openAfter
 *
 * @typedef {{seconds: number, scroll: number, url: string}} Trigger when something happens by itself
 *
 * @typedef {"none" | "small" | "medium" | "large"} Radius
 *
 * @typedef {object} LoaderSite what the server writes in front of the loader
 * @property {string} key
 * @property {string} version of panel and pieces
 * @property {string} langs how the tags of its languages begin, with strokes between them
 * @property {Record<string, any>} words by these: launcher, unavailable
 * @property {Record<string, string>} [hints] for a page's developer, by name
 * @property {Ui} ui
 *
 * @typedef {object} PanelConfig what the server writes in front of the panel
 * @property {Record<string, any>} words by how the language's tag begins: loading, lost, retry, close
 * @property {Pick<Ui, "header" | "chatBot" | "theme">} ui the defaults of what core leaves out
 * @property {Record<Radius, string>} radii
 *
 * @typedef {object} Widget one site on this page: what core keeps, and the panel changes
 * @property {LoaderSite} site
 * @property {{src: string, dataset: DOMStringMap, tag?: string}} script the tag, or what stands for
 *   it; then `tag` is the address of the one that the page has
 * @property {string} name tells apart what this tab remembers of each widget
 * @property {HTMLElement} host
 * @property {HTMLButtonElement} launcher
 * @property {HTMLElement} box holds the frame
 * @property {HTMLElement} [handle] stands in the place of the launcher, which is in it
 * @property {HTMLElement} [looks] has the launcher's inline looks, where it has others itself
 * @property {(usual: string) => string} [stand] where the panel is to stand, instead of there
 * @property {string | HTMLElement} [el] where the page wants the chat to be
 * @property {string} [allow] what the frame may use
 * @property {string} [loading] how the frame is to be loaded
 * @property {boolean} [isPinned] open for good, in an element that the tag names
 * @property {Record<string, Piece>} pieces
 * @property {HTMLIFrameElement} frame
 * @property {Tree} overrides what the page changed, for the frame
 * @property {any} langs the languages that tag, site, page and browser ask for, in this order
 * @property {string} lang how the tag begins of the one that we speak
 * @property {"inline" | "pc" | "mobile"} layout
 * @property {boolean} isOpen
 * @property {number} [unread] answers that ended while nobody could see them
 * @property {Size} [size] of the panel
 * @property {Tree} [dressed] the theme as it came out in the frame
 * @property {boolean} [isPlaced] the visitor put the launcher where it stands
 * @property {string | null} [kept] open or closed, as the visitor had it in this tab; empty: neither
 * @property {Record<string, unknown[]>} told what the page said last, by call: who the visitor is
 *   (identify), what it says of itself (context)
 * @property {string} said stands on the launcher in place of its text
 * @property {Panel | undefined} panel
 * @property {(call: string, ...args: unknown[]) => Promise<any>} ask of the panel, which comes for it
 * @property {() => void} draw
 * @property {() => void} load makes the frame
 * @property {(part: "panel" | "pieces") => Promise<any>} bring the module
 * @property {(name: string, detail?: unknown) => void} emit
 * @property {Record<string, Function[]>} handlers of the page, by event
 *
 * @typedef {import("../frame/host.js").FrameMessage} FrameMessage
 *
 * @typedef {"loading" | "shown" | "ready" | "refused" | "lost"} Phase of the frame: shown is when its
 *   page stands and its scripts do not run yet, lost when no word came
 *
 * @typedef {object} Size of a floating panel
 * @property {() => string} style
 * @property {() => boolean} isEnlarged
 * @property {() => void} draw
 * @property {() => void} toggle
 * @property {(now: {width: number, height: number} | null) => void} take
 * @property {() => unknown} keep
 *
 * @typedef {object} Piece what few sites use
 * @property {() => void} [draw] after the launcher was drawn
 * @property {() => void} [stop]
 * @property {(x: number, y: number) => void} [shift] the launcher, by so many pixels
 *
 * @typedef {object} Panel
 * @property {() => void} draw
 * @property {(event: MessageEvent) => void} hear
 * @property {(takesFocus?: boolean) => Promise<boolean>} open
 * @property {() => Promise<boolean>} close
 * @property {(takesFocus?: boolean) => Promise<boolean>} toggle
 * @property {(call: string, ...args: unknown[]) => unknown} answer
 * @property {() => void} destroy
 */

/** @type {LoaderSite} */
let SITE;

/** @type {PanelConfig} */
let PANEL;

/** @type {any} by name, what makes a `Piece` for a widget */
let PIECES;

/** @type {Record<string, any>} by how the language's tag begins: the texts of the pieces */
let WORDS;

/** @type {Tree} */
let DEFAULTS;
