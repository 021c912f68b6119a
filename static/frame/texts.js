/**
 * Texts of modules that load only when they are needed: they come with them, and not with the page.
 */
import { createTexts } from "./page.js";

/**
 * @param {string} lang
 * @param {string} group the first word of their keys
 * @returns {Promise<import("./page.js").Say>}
 */
export async function fetchTexts(lang, group) {
  const [, , site] = location.pathname.split("/"); // under /frame/ or /chat/
  const response = await fetch(`/frame/${site}/texts/${lang}/${group}.json`);
  return createTexts(response.ok ? await response.json() : {});
}
