/**
 * What some sites offer beside the conversation itself. Loaded with the first use of any of it.
 */
import { byId } from "./page.js";

/**
 * @param {import("./entries.js").Around & {say: import("./page.js").Say}} parts
 */
export function createExtras(parts) {
  const { page, say, composer } = parts;
  /** @type {Promise<ReturnType<typeof import("./cite.js").createCites>> | undefined} */
  let cites;
  /** @type {Promise<ReturnType<typeof import("./speech.js").createSpeech>> | undefined} */
  let speech;
  /** @type {Promise<{toggle: () => void}> | undefined} */
  let menu;

  return {
    /** The title bar's menu. */
    async more() {
      const known = menu || import("./menu.js").then(({ createMenu }) => createMenu(parts));
      menu = known;
      const made = await known.catch(() => (menu = undefined));
      if (made) made.toggle();
      else composer.showAlert(say("live.offline"));
    },
    /** Quotes an answer in the next question. @param {HTMLElement} button */
    async cite(button) {
      cites = cites || import("./cite.js").then(({ createCites }) => createCites({ say, composer }));
      (await cites).put(/** @type {HTMLElement} */ (button.closest(".answer")));
    },
    /** Listens, or ends that. @param {HTMLElement} button */
    async speak(button) {
      const { lang } = page;
      const { showAlert } = composer;
      speech = speech || import("./speech.js").then(({ createSpeech }) => createSpeech({ button, lang, say, showAlert }));
      (await speech).toggle();
    },
    /** How large the panel stands on the host page. @param {boolean} isIt */
    setExpanded(isIt) {
      const words = say(isIt ? "live.shrink" : "live.expand");
      document.documentElement.toggleAttribute("data-expanded", isIt);
      byId("expand").title = words;
      byId("expand").setAttribute("aria-label", words);
    },
  };
}
