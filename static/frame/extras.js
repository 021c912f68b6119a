/**
 * What some sites offer beside the conversation itself. Loaded with the first use of any of it.
 */
import { byId } from "./page.js";

/**
 * @param {object} parts
 * @param {import("./page.js").Page} parts.page
 * @param {import("./page.js").Say} parts.say
 * @param {ReturnType<typeof import("./composer.js").createComposer>} parts.composer
 */
export function createExtras({ page, say, composer }) {
  /** @type {Promise<ReturnType<typeof import("./cite.js").createCites>> | undefined} */
  let cites;
  /** @type {Promise<ReturnType<typeof import("./speech.js").createSpeech>> | undefined} */
  let speech;

  return {
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
