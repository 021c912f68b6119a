/**
 * The shop's own script: a button that asks the chat, one that copies the tag, and what the agent may
 * ask of the page.
 */

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
  chat("on", "effect", show);
  chat("on", "action", show);
  chat("on", "tool", describe);
  copy.addEventListener("click", async () => {
    document.getSelection()?.selectAllChildren(tag);
    // Pages on plain http have no clipboard: there the tag stands selected, ready for Ctrl+C.
    if (!navigator.clipboard) return;
    await navigator.clipboard.writeText(tag.textContent || "");
    copy.textContent = copy.dataset.copied || "";
  });
}

/**
 * The agent, or a button of its card, wants a lamp to be seen.
 * @param {{name: string, data: {lamp?: unknown}}} wanted
 */
function show({ name, data }) {
  const picture = name === "show_lamp" && document.querySelector(`.picture.${CSS.escape(`${data.lamp}`)}`);
  const lamp = picture && picture.closest(".lamp");
  if (!lamp) return;
  for (const other of document.querySelectorAll(".lamp.is-shown")) other.classList.remove("is-shown");
  lamp.classList.add("is-shown");
  lamp.scrollIntoView({ block: "center" });
}

/**
 * What the agent asked the page; other questions are left to other handlers.
 * @param {{name: string}} question
 */
function describe({ name }) {
  return name === "describe_page" ? { title: document.title, lang: document.documentElement.lang } : undefined;
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
