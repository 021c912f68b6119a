/**
 * Files in messages: pictures as pictures, others by name. Their addresses are good for five
 * minutes and for this visitor, so one is asked for when it is wanted.
 *
 * @typedef {import("./wire.js").ShownPart} ShownPart
 * @typedef {(attachment: string) => Promise<string>} Ask the address of a file; empty without one
 */
import { fromTemplate, slot } from "./page.js";
import { addSheet } from "./sheet.js";

const PICTURE = /^image\/(png|jpeg|gif|webp|bmp)$/;

/** Pictures that came from this very page: attachment → blob address. @type {Map<string, string>} */
const own = new Map();

/** @param {string} attachment @param {string} address */
export function keepPreview(attachment, address) {
  own.set(attachment, address);
}

/** @param {string | undefined} contentType */
export function isPicture(contentType) {
  return PICTURE.test(contentType || "");
}

/** @param {string} attachment */
export function previewOf(attachment) {
  return own.get(attachment) || "";
}

/**
 * Puts files where a message keeps places for them.
 *
 * @param {HTMLElement} message
 * @param {Ask} ask
 */
export function fill(message, ask) {
  addSheet("uploads");
  const places = /** @type {NodeListOf<HTMLElement>} */ (message.querySelectorAll("[data-files]"));
  places.forEach((place) => {
    const parts = /** @type {ShownPart[]} */ (JSON.parse(place.dataset.files || "[]"));
    place.removeAttribute("data-files");
    place.classList.add("attachments");
    place.replaceChildren(...parts.map((part) => createFile(part, ask)));
  });
}

/**
 * @param {string} site
 * @param {ReturnType<typeof import("./token.js").createToken>} token
 * @param {string} attachment
 */
export async function askAddress(site, token, attachment) {
  const url = `/frame/${site}/uploads/${attachment}/link`;
  const ask = () => fetch(url, { method: "POST", headers: { Authorization: `Bearer ${token.get()}` } });
  try {
    let response = await ask();
    if (response.status === 401 && (await token.renew()) === "renewed") response = await ask();
    return response.ok ? String((await response.json()).url) : "";
  } catch {
    return "";
  }
}

/**
 * Saves the file from a fresh address: the one that the page came with may be too old.
 *
 * @param {HTMLElement} link
 * @param {string} address
 */
export function save(link, address) {
  const way = /** @type {HTMLAnchorElement} */ (link.cloneNode());
  way.removeAttribute("data-act");
  way.href = address;
  way.click();
}

/**
 * @param {ShownPart} part
 * @param {Ask} ask
 */
function createFile(part, ask) {
  const link = /** @type {HTMLAnchorElement} */ (fromTemplate("attachment"));
  const id = part.attachment || "";
  const name = part.name || part.title || "";
  link.dataset.attachment = id;
  link.href = "#";
  slot(link, "name").textContent = name;
  slot(link, "size").textContent = sizeWords(part.size || 0);
  if (part.kind === "image" || isPicture(part.content_type)) addPicture(link, id, name, ask);
  return link;
}

/**
 * @param {HTMLElement} link
 * @param {string} id
 * @param {string} name
 * @param {Ask} ask
 */
async function addPicture(link, id, name, ask) {
  link.classList.add("is-picture");
  const picture = document.createElement("img");
  picture.alt = name;
  picture.onerror = () => picture.remove();
  link.prepend(picture);
  picture.src = own.get(id) || (await ask(id));
}

/** @param {number} size in bytes */
export function sizeWords(size) {
  if (!size) return "";
  if (size < 100000) return `${Math.max(1, Math.round(size / 1000))} KB`;
  return `${megabytes(size)} MB`;
}

/** Rounded up, so that nothing is ever 0 too large. @param {number} size in bytes */
export function megabytes(size) {
  return String(Math.ceil(size / 100000) / 10);
}
