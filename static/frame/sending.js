/**
 * The command that a question goes out with.
 *
 * @param {import("./asked.js").Sent} sending
 * @param {string} id
 * @param {string} conversation empty: it begins one
 * @param {import("./page.js").Label} label
 * @returns {import("./wire.js").MessageSend | import("./wire.js").MessageEdit}
 */
export function commandOf({ text, files, edits, page = {} }, id, conversation, label) {
  if (edits) return { type: "message.edit", message: edits, client_message_id: id, text };
  return {
    type: "message.send",
    client_message_id: id,
    text,
    attachments: files.map((file) => file.id),
    conversation: conversation || null,
    page,
    label: label.id || label.nickname ? label : null,
  };
}
