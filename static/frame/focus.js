/**
 * The focus stays with the visitor when what it was on goes away: what an event of the server puts
 * anew, hides or takes out.
 */
import { byId } from "./page.js";

/**
 * Called before something changes.
 *
 * @param {{focus: () => void}} composer takes a focus that has no place any more
 * @returns {(mayHide: boolean) => void} to be called after that; what only grows is taken out, and
 *   never hidden: nobody need ask the browser for the layout
 */
export function holdFocus(composer) {
  const had = /** @type {HTMLElement | null} */ (document.activeElement);
  const message = had && /** @type {HTMLElement | null} */ (had.closest(".message"));
  const id = message ? message.dataset.id : "";
  return (mayHide) => {
    // While the visitor is in the host page, the focus is none of ours.
    if (!had || had === document.body || had === byId("text") || !document.hasFocus()) return;
    if (!had.isConnected || (mayHide && !had.getClientRects().length)) moveFocus(had, id, composer);
  };
}

/**
 * To the same control, else to its message, else to the composer.
 *
 * @param {HTMLElement} had
 * @param {string | undefined} id of the message that it was in
 * @param {{focus: () => void}} composer
 */
function moveFocus(had, id, composer) {
  const active = document.activeElement;
  if (active && active !== document.body && active !== had) return;
  const messages = /** @type {HTMLElement[]} */ (Array.from(byId("messages").children));
  const message = had.id === "earlier" ? messages[0] : messages.find((one) => id && one.dataset.id === id);
  const { act } = had.dataset;
  const same = message && act && /** @type {HTMLElement | null} */ (message.querySelector(`[data-act="${act}"]`));
  const target = same && same.getClientRects().length ? same : message;
  if (target && !target.matches("a, button, [tabindex]")) target.tabIndex = -1;
  if (target) target.focus({ preventScroll: true });
  if (document.activeElement !== target || !target) composer.focus();
}
