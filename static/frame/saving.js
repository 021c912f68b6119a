/**
 * The visitor's own copy of a conversation: a file, or a page for the printer. A form asks for it, as
 * it does without scripts: a frame in a sandbox may open a page of ours, and may not save or print.
 *
 * @typedef {"page" | "text" | "print"} Form
 */

/**
 * @param {object} wanted
 * @param {import("./page.js").Page} wanted.page
 * @param {string} wanted.token
 * @param {string} wanted.conversation
 * @param {Form} wanted.form
 * @param {boolean} wanted.isFramed
 */
export function save({ page, token, conversation, form: wanted, isFramed }) {
  const form = document.createElement("form");
  const field = document.createElement("input");
  form.method = "post";
  form.action = `/frame/${page.site}/conversations/${conversation}/save?as=${wanted}&lang=${page.lang}`;
  form.target = isFramed || wanted === "print" ? "_blank" : "_self";
  form.hidden = true;
  field.name = "token";
  field.value = token;
  form.append(field);
  document.body.append(form);
  form.submit();
  form.remove();
}
