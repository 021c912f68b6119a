/**
 * What stands in the title bar's menu, in order. To add something is to add an entry.
 *
 * @typedef {object} Around
 * @property {import("./page.js").Page} page
 * @property {ReturnType<typeof import("./composer.js").createComposer>} composer
 * @property {ReturnType<typeof import("./host.js").createHost>} host
 * @property {ReturnType<typeof import("./token.js").createToken>} token
 * @property {() => Promise<import("./main.js").Talk> | null} talking null until there was a sign of
 *   a conversation
 *
 * @typedef {object} Entry
 * @property {string} words
 * @property {() => unknown} choose
 * @property {() => boolean} [isThere] without it, always
 * @property {() => boolean} [isOn] of one that is switched on and off, or chosen among others
 * @property {string} [group] the name that choices of which one holds stand under, in a row
 */
import { MODES, mode, setMode } from "./hearing.js";
import { isLarger, setLarger } from "./larger.js";
import { byId } from "./page.js";
import { save } from "./saving.js";

/**
 * @param {Around} around
 * @param {import("./page.js").Say} say texts of the group "menu"
 * @returns {Promise<Entry[]>}
 */
export async function entriesOf({ page, token, talking }, say) {
  const talk = await talking();
  const conversation = talk ? talk.here() : "";
  const isThere = () => Boolean(conversation);
  const as = (/** @type {import("./saving.js").Form} */ form) => () =>
    save({ page, token: token.get(), conversation, form });
  const begin = byId("new");

  return [
    // Where the title bar has no room for its button.
    { words: begin.title, choose: () => begin.click(), isThere: () => !begin.hidden && !begin.offsetParent },
    { words: say("menu.larger"), choose: () => setLarger(!isLarger()), isOn: isLarger },
    { words: say("menu.save.page"), choose: as("page"), isThere },
    { words: say("menu.save.text"), choose: as("text"), isThere },
    { words: say("menu.print"), choose: as("print"), isThere },
    ...MODES.map((one) => ({
      words: say(`menu.hear.${one}`), group: say("menu.hear"), choose: () => setMode(one), isOn: () => mode() === one,
    })),
  ];
}
