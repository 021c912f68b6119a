/**
 * What a visitor has filled in and where the focus is, while the messages around are put anew.
 *
 * @typedef {HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement} Field
 */

/**
 * @param {HTMLElement} list
 * @param {{focus: () => void}} composer takes a focus that has no place any more
 * @returns {() => void} gives everything back
 */
export function hold(list, composer) {
  const filled = fieldsOf(list).filter(isChanged).map((field) => ({ key: keyOf(field), ...stateOf(field) }));
  const active = document.activeElement;
  const focused = active instanceof HTMLElement && list.contains(active) && active.closest(".asked") ? active : null;
  const focusedKey = focused ? keyOf(focused) : "";
  return () => {
    const fields = fieldsOf(list);
    for (const { key, ...state } of filled) {
      const field = fields.find((one) => keyOf(one) === key);
      if (field) Object.assign(field, state);
    }
    if (focused && !focused.isConnected) moveFocus(list, focusedKey, composer);
  };
}

/**
 * @param {HTMLElement} list
 * @param {string} key
 * @param {{focus: () => void}} composer
 */
function moveFocus(list, key, composer) {
  const all = /** @type {NodeListOf<HTMLElement>} */ (
    list.querySelectorAll(".asked button, .asked input, .asked select, .asked textarea")
  );
  const same = Array.from(all).find((one) => keyOf(one) === key);
  (same || composer).focus();
}

/** @param {HTMLElement} list */
function fieldsOf(list) {
  return /** @type {Field[]} */ (
    Array.from(list.querySelectorAll(".asked input, .asked select, .asked textarea"))
  ).filter((field) => field.type !== "hidden" && field.type !== "file");
}

/** @param {Field} field */
function isChanged(field) {
  if (field instanceof HTMLSelectElement) {
    return Array.from(field.options).some((option) => option.selected !== option.defaultSelected);
  }
  if (field instanceof HTMLInputElement && isTick(field)) return field.checked !== field.defaultChecked;
  return field.value !== field.defaultValue;
}

/** @param {Field} field */
function stateOf(field) {
  if (field instanceof HTMLInputElement && isTick(field)) return { checked: field.checked };
  return { value: field.value };
}

/** @param {HTMLInputElement} field */
function isTick(field) {
  return field.type === "checkbox" || field.type === "radio";
}

/** The same control after its part was put anew. @param {HTMLElement} control */
function keyOf(control) {
  const answer = /** @type {HTMLElement | null} */ (control.closest(".answer"));
  const part = /** @type {HTMLElement | null} */ (control.closest("[data-index]"));
  const isNamed = control instanceof HTMLButtonElement || (control instanceof HTMLInputElement && isTick(control));
  const name = control.getAttribute("name") || "";
  const value = isNamed ? control.getAttribute("value") || "" : "";
  return JSON.stringify([answer && answer.dataset.id, part && part.dataset.index, name, value]);
}
