/** The shop's own script: a button that asks the chat, and one that copies the tag. */

start(
  /** @type {HTMLButtonElement} */ (document.querySelector("[data-ask]")),
  /** @type {HTMLButtonElement} */ (document.querySelector("[data-copied]")),
  /** @type {HTMLElement} */ (document.getElementById("tag")),
);

/**
 * @param {HTMLButtonElement} ask
 * @param {HTMLButtonElement} copy
 * @param {HTMLElement} tag
 */
export function start(ask, copy, tag) {
  ask.addEventListener("click", () => chat("send", ask.dataset.ask));
  copy.addEventListener("click", async () => {
    document.getSelection()?.selectAllChildren(tag);
    // Pages on plain http have no clipboard: there the tag stands selected, ready for Ctrl+C.
    if (!navigator.clipboard) return;
    await navigator.clipboard.writeText(tag.textContent || "");
    copy.textContent = copy.dataset.copied || "";
  });
}

/**
 * What every host page may do: a call that comes before the chat's script waits for it.
 * @param {...unknown} call
 */
function chat(...call) {
  /** @type {any} */
  const page = window;
  page.chatdock = page.chatdock || ((/** @type {unknown[]} */ ...early) => page.chatdock.q.push(early));
  if (!page.chatdock.sites) page.chatdock.q = page.chatdock.q || [];
  page.chatdock(...call);
}
