/**
 * What the owner put into the title bar, when the host page changes it.
 *
 * @typedef {object} Action a button; without a link the host page is told its name
 * @property {string} name
 * @property {string} label
 * @property {string} path of its symbol
 * @property {string} link
 */
import { byId } from "./page.js";

const SVG = "http://www.w3.org/2000/svg";

/** @param {{icon: string, actions: Action[]}} look */
export function drawBar({ icon, actions }) {
  byId("mark").replaceChildren(icon ? createPicture(icon) : createIcon("use", "href", "#i-chat"));
  byId("actions").replaceChildren(...actions.map(createAction));
}

/** @param {string} address */
function createPicture(address) {
  const picture = document.createElement("img");
  picture.alt = "";
  picture.src = address;
  return picture;
}

/** @param {Action} action */
function createAction({ name, label, path, link }) {
  const made = link ? createLink(link) : createButton(name);
  made.className = "icon-button";
  made.title = label;
  made.setAttribute("aria-label", label);
  made.append(createIcon("path", "d", path));
  return made;
}

/** @param {string} address */
function createLink(address) {
  const link = document.createElement("a");
  return Object.assign(link, { href: address, target: "_blank", rel: "noopener" });
}

/** @param {string} name */
function createButton(name) {
  const button = document.createElement("button");
  button.type = "button";
  Object.assign(button.dataset, { act: "host", name });
  return button;
}

/** @param {"use" | "path"} tag @param {string} attribute @param {string} value */
function createIcon(tag, attribute, value) {
  const svg = document.createElementNS(SVG, "svg");
  const shape = document.createElementNS(SVG, tag);
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  if (tag === "path") svg.setAttribute("viewBox", "0 0 24 24");
  shape.setAttribute(attribute, value);
  svg.append(shape);
  return svg;
}
