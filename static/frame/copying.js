/**
 * Puts something into the clipboard, as plain text and as HTML: whoever pastes takes what they can
 * use. On plain http, and in frames that the host page gives no permission, browsers have no clipboard
 * for scripts but the one of an old command, which fires `copy` on what is selected.
 */

/**
 * Called from a press, with everything at hand: browsers allow it only then.
 *
 * @param {string} text
 * @param {string} [html]
 * @returns {Promise<boolean>} whether the browser took it
 */
export async function copy(text, html) {
  try {
    await write(text, html);
    return true;
  } catch {
    return copySelected(text, html);
  }
}

/** @param {string} text @param {string} [html] */
async function write(text, html) {
  if (!html || !("ClipboardItem" in window)) return navigator.clipboard.writeText(text);
  const blob = (/** @type {string} */ type, /** @type {string} */ data) => new Blob([data], { type });
  const item = new ClipboardItem({
    "text/plain": blob("text/plain", text),
    "text/html": blob("text/html", html),
  });
  return navigator.clipboard.write([item]);
}

/**
 * The focus and what the visitor has selected stay as they were.
 *
 * @param {string} text
 * @param {string} [html]
 */
function copySelected(text, html) {
  const box = document.createElement("textarea");
  const had = /** @type {HTMLElement | null} */ (document.activeElement);
  const selection = document.getSelection();
  const range = selection && selection.rangeCount ? selection.getRangeAt(0) : null;
  box.className = "hidden";
  box.readOnly = true; // no keyboard comes up
  box.value = text;
  document.body.append(box);
  const fill = (/** @type {ClipboardEvent} */ event) => {
    if (!html || !event.clipboardData) return;
    event.preventDefault();
    event.clipboardData.setData("text/plain", text);
    event.clipboardData.setData("text/html", html);
  };
  box.addEventListener("copy", fill);
  box.select();
  box.setSelectionRange(0, text.length);
  const isCopied = tryCommand();
  box.remove();
  if (had) had.focus({ preventScroll: true });
  if (selection && range) restore(selection, range);
  return isCopied;
}

function tryCommand() {
  try {
    return document.execCommand("copy");
  } catch {
    return false;
  }
}

/** @param {Selection} selection @param {Range} range */
function restore(selection, range) {
  selection.removeAllRanges();
  selection.addRange(range);
}
