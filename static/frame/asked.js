/**
 * Questions that the host page asks in the visitor's place: one after another, and the page hears what
 * became of each. Loaded with the first one.
 *
 * @typedef {object} Sent a question on its way
 * @property {string} text
 * @property {import("./upload.js").Uploaded[]} files
 * @property {string} [edits] the question whose new wording this is
 * @property {boolean} [is_quiet] a refused one is not given back to the composer
 * @property {(became: {result?: unknown, error?: string}) => void} [settle]
 * @property {Record<string, string>} [page] what the host page said of itself by then
 *
 * @typedef {object} Around
 * @property {ReturnType<typeof import("./thread.js").createThread>} thread
 * @property {ReturnType<typeof import("./composer.js").createComposer>} composer
 * @property {ReturnType<typeof import("./connection.js").createConnection>} connection
 * @property {ReturnType<typeof import("./host.js").createHost>} host
 * @property {() => Promise<void>} open brings a connection about
 */
import { byId, newId } from "./page.js";

const LOOK_MS = 50;
const AGAIN_MS = 3000;

/** What was asked before has gone out. */
let line = Promise.resolve();

/**
 * @param {import("./host.js").Send} message
 * @param {Around} around
 */
export function ask(message, around) {
  line = line.then(() => askNow(message, around)).catch((error) => console.error(error));
}

/**
 * @param {import("./host.js").Send} message
 * @param {Around} around
 */
async function askNow({ text: given, call, begins, is_quiet }, { thread, composer, connection, host, open }) {
  const text = String(given);
  await open();
  if (begins) await begin(thread, composer, connection);
  if (composer.isNative()) return post(text, Boolean(begins), composer);
  if (composer.isShut()) return host.done(call, { error: "conversation_closed" });
  composer.showAlert("");
  return thread.send({ text, files: [], is_quiet, settle: (became) => host.done(call, became) }, newId());
}

/**
 * Until an empty conversation stands. Said again when the line was bad.
 *
 * @param {Around["thread"]} thread
 * @param {Around["composer"]} composer
 * @param {Around["connection"]} connection
 */
async function begin(thread, composer, connection) {
  let saidAt = 0;
  while (thread.place().conversation && !composer.isNative()) {
    const isDue = Date.now() - saidAt > AGAIN_MS;
    if (isDue && connection.send({ type: "conversation.new" })) saidAt = Date.now();
    await new Promise((done) => setTimeout(done, LOOK_MS));
  }
}

/**
 * No socket gets through: the form does it, and brings the page anew.
 *
 * @param {string} text
 * @param {boolean} begins
 * @param {Around["composer"]} composer
 */
function post(text, begins, composer) {
  const form = /** @type {HTMLFormElement} */ (byId("composer"));
  const conversation = /** @type {HTMLInputElement} */ (form.elements.namedItem("conversation"));
  if (begins) conversation.value = "";
  composer.post(text, newId(), []);
}
