/**
 * The visitor's own copy of a conversation: a file, or a page for the printer. A form asks for it, as
 * it does without scripts; a frame in a sandbox may not print, but may open a page that does.
 *
 * @typedef {"page" | "text" | "print"} Form
 */

/**
 * @param {object} wanted
 * @param {import("./page.js").Page} wanted.page
 * @param {string} wanted.token
 * @param {string} wanted.conversation
 * @param {Form} wanted.form
 */
export function save({ page, token, conversation, form: wanted }) {
  const form = document.createElement("form");
  const field = document.createElement("input");
  form.method = "post";
  form.action = `/frame/${page.site}/conversations/${conversation}/save?as=${wanted}&lang=${page.lang}`;
  form.target = wanted === "print" ? "_blank" : "_self"; // a file leaves the page where it is
  form.hidden = true;
  field.name = "token";
  field.value = token;
  form.append(field);
  document.body.append(form);
  form.submit();
  form.remove();
}
