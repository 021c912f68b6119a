/**
 * Larger text, as the visitor chose it; main.js puts it on again when the page comes back.
 */
import { store } from "./token.js";

export const PLACE = "chatdock.larger";
const SIZE = "--chat-size";

export function isLarger() {
  return Boolean(document.documentElement.style.getPropertyValue(SIZE));
}

/** @param {boolean} isIt */
export function setLarger(isIt) {
  const { style } = document.documentElement;
  store(PLACE, isIt ? "1" : "");
  if (isIt) style.setProperty(SIZE, "calc(max(16px, var(--shape-size)) * 1.2)");
  else style.removeProperty(SIZE);
}
