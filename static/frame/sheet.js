/**
 * Style sheets of what is rare: they come with the first use, and the page's nonce lets them in.
 */
import { byId } from "./page.js";

/**
 * @param {string} name of the file in `css/`, and the element's id: a page that needs it from the
 *   start brings it along
 * @returns {Promise<void>} when it applies
 */
export function addSheet(name) {
  const known = document.getElementById(name);
  if (known) return Promise.resolve();
  const link = document.createElement("link");
  link.id = name;
  link.rel = "stylesheet";
  link.nonce = nonce();
  link.href = String(new URL(`../css/${name}.css`, import.meta.url));
  return new Promise((resolve) => {
    link.onload = link.onerror = () => resolve();
    byId("page").after(link);
  });
}

function nonce() {
  const style = document.querySelector("style[nonce]");
  return style ? /** @type {HTMLElement} */ (style).nonce || "" : "";
}
