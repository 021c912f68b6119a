/* exported mayFocus */

/** Whether a call of the page may move the focus: the visitor just did something, and is not writing. */
function mayFocus() {
  const { userActivation } = navigator;
  const { activeElement } = document;
  const isActive = !userActivation || userActivation.isActive;
  const fields = "input,textarea,select,[contenteditable]";
  return isActive && !(activeElement && activeElement.matches(fields));
}
