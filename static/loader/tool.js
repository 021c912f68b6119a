/* exported answer */

const HANDLER_LIMIT_MS = 5000;
const HANDLER_LOOK_MS = 100;

/**
 * The agent asks the page for something. What the page's handler returns, or what its promise brings,
 * goes back; so does its failure, and that there is no handler.
 * @param {Widget} widget
 * @param {import("../frame/host.js").Tool} tool
 * @param {(type: string, more: object) => void} say
 */
async function answer(widget, { call, name, arguments: args }, say) {
  try {
    say("result", { call, result: await resultOf(widget, { name, arguments: args }), is_error: false });
  } catch (error) {
    say("result", { call, result: `${Object(error).message || error}`, is_error: true });
  }
}

/**
 * The first handler that returns something. By copy: what a page returns may be nothing that can be
 * sent.
 * @param {Widget} widget
 * @param {object} detail
 */
async function resultOf(widget, detail) {
  for (const handler of await handlersOf(widget)) {
    const result = await handler(detail);
    if (result !== undefined) return JSON.parse(JSON.stringify(result));
  }
  return null;
}

/**
 * The page's own script may be later than a visitor who comes back to an open chat.
 * @param {Widget} widget
 */
async function handlersOf({ handlers }) {
  for (let left = HANDLER_LIMIT_MS; left > 0; left -= HANDLER_LOOK_MS) {
    if (handlers.tool && handlers.tool.length) return handlers.tool;
    await new Promise((done) => setTimeout(done, HANDLER_LOOK_MS));
  }
  throw new Error("the page has no handler for tools");
}
