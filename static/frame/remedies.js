/**
 * The one thing that helps when something went wrong, as a button beside the words that say what.
 * Which it is, the server knows (`domain.remedies`). Loaded with the first trouble.
 *
 * @typedef {import("./wire.js").Remedy} Remedy
 * @typedef {object} Trouble
 * @property {Remedy} [remedy]
 * @property {string} [ref] of the command that was refused
 * @property {number} [retry_after_s]
 *
 * @typedef {object} Around
 * @property {import("./page.js").Page} page
 * @property {ReturnType<typeof import("./composer.js").createComposer>} composer
 * @property {ReturnType<typeof import("./host.js").createHost>} host
 * @property {(command: import("./wire.js").Command) => boolean} command
 */
import { byId, slot } from "./page.js";
import { addSheet } from "./sheet.js";
import { fetchTexts } from "./texts.js";

const SECOND_MS = 1000;

/** @param {Around} around */
export async function createRemedies({ page, composer, host, command }) {
  const [say] = await Promise.all([fetchTexts(page.lang, "remedy"), addSheet("acts")]);
  const alert = byId("alert");
  const status = byId("status");
  const button = document.createElement("button");
  let stop = () => {};
  button.type = "button";
  button.className = "pill remedy";

  /** Gone with the words that it belongs to. */
  function take() {
    stop();
    button.remove();
  }

  /** @param {Remedy} remedy @param {() => void} act @param {number} [wait_s] */
  function show(remedy, act, wait_s = 0) {
    take();
    button.onclick = () => {
      if (button.getAttribute("aria-disabled") === "true") return;
      const hadFocus = document.activeElement === button;
      take();
      act();
      if (hadFocus && document.activeElement === document.body) composer.focus();
    };
    (alert.hidden ? status : alert).after(button);
    stop = countDown({ control: button, label: button, words: say(`remedy.${remedy}`), wait_s, say });
  }

  new MutationObserver(take).observe(alert, { childList: true, attributes: true, attributeFilter: ["hidden"] });
  new MutationObserver(() => status.textContent || take()).observe(status, { childList: true });

  return {
    /**
     * After the words of it stand there.
     *
     * @param {Trouble} trouble
     * @param {import("./wire.js").Command | null} said what was refused, where it can simply be said again
     */
    offer({ remedy, ref = "", retry_after_s }, said) {
      const act = remedy && actOf(remedy, ref, said);
      if (remedy && act) show(remedy, act, retry_after_s);
    },
    /**
     * A failed answer brings its own button; here it waits, or is another one.
     *
     * @param {HTMLElement} answer
     * @param {() => void} [edit] brings the question into the composer
     */
    dress(answer, edit) {
      const tail = /** @type {HTMLElement} */ (answer.querySelector(".tail"));
      const again = /** @type {HTMLElement} */ (tail.querySelector(".ending .again"));
      const { remedy, wait } = tail.dataset;
      // Over, the words that name a time are too.
      const over = () => (slot(tail, "ending").textContent = page.strings["live.failure.busy"] || "");
      if (remedy === "wait" && Number(wait)) holdBack({ again, wait_s: Number(wait), say, over });
      if (remedy === "edit" && edit && !tail.querySelector(".remedy")) again.after(createEdit(say, edit));
      tail.dataset.wait = "";
    },
  };

  /**
   * @param {Remedy} remedy
   * @param {string} ref
   * @param {import("./wire.js").Command | null} said
   * @returns {(() => void) | null} null where there is nothing to press
   */
  function actOf(remedy, ref, said) {
    const isRepeated = said && said.type === ref;
    // A question that was refused stands in the composer again.
    const isTyped = !/\./.test(ref) && Boolean(ref);
    switch (remedy) {
      case "again":
      case "wait":
        if (isRepeated) return () => command(said);
        return isTyped ? () => /** @type {HTMLElement} */ (document.querySelector(".send")).click() : null;
      case "stop":
        return () => /** @type {HTMLElement} */ (document.querySelector(".halt")).click();
      case "new":
        return () => command({ type: "conversation.new" });
      case "reload":
        return () => location.reload();
      case "sign_in":
        return host.isFramed ? () => host.vouch("ended") : () => location.reload();
      default:
        return null;
    }
  }
}

/**
 * Says the seconds on a button, and marks it as held back as long.
 *
 * @param {object} what
 * @param {HTMLElement} what.control
 * @param {HTMLElement} what.label in it, or itself
 * @param {string} what.words
 * @param {number} what.wait_s
 * @param {import("./page.js").Say} what.say
 * @param {() => void} [what.over]
 * @returns {() => void} ends it
 */
function countDown({ control, label, words, wait_s, say, over = () => {} }) {
  const ends_at = Date.now() + wait_s * SECOND_MS;
  const tick = () => {
    const left = Math.ceil((ends_at - Date.now()) / SECOND_MS);
    label.textContent = left > 0 ? say("remedy.in", { words, seconds: left }) : words;
    control.setAttribute("aria-disabled", String(left > 0));
    if (left > 0 && control.isConnected) return;
    clearInterval(timer);
    over();
  };
  const timer = setInterval(tick, SECOND_MS / 2);
  if (wait_s) tick();
  else label.textContent = words;
  return () => clearInterval(timer);
}

/**
 * The answer's own button, whose press is everybody's.
 *
 * @param {object} what
 * @param {HTMLElement} what.again
 * @param {number} what.wait_s
 * @param {import("./page.js").Say} what.say
 * @param {() => void} what.over
 */
function holdBack({ again, wait_s, say, over }) {
  const icon = again.querySelector(".icon");
  const label = document.createElement("span");
  const words = (again.textContent || "").trim();
  again.replaceChildren(...(icon ? [icon] : []), label);
  countDown({ control: again, label, words, wait_s, say, over });
  again.addEventListener("click", (event) => {
    if (again.getAttribute("aria-disabled") !== "true") return;
    event.preventDefault();
    event.stopPropagation();
  });
}

/** @param {import("./page.js").Say} say @param {() => void} edit */
function createEdit(say, edit) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "pill remedy";
  button.textContent = say("remedy.edit");
  button.addEventListener("click", edit);
  return button;
}
