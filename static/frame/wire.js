/**
 * The socket language, version 1: what `widget/web/wire.py` and `widget/domain/transcript.py` say,
 * in types. A test holds the two together.
 *
 * @typedef {"done" | "running" | "stopped" | "interrupted" | "failed"} MessageState
 * @typedef {"like" | "dislike"} Verdict
 * @typedef {object} ShownPart
 * @property {string} kind
 * @property {string} [html]
 * @property {string} [text]
 * @property {string} [id]
 * @property {string} [title]
 * @property {string} [state]
 * @property {string} [detail]
 * @property {string} [url]
 * @property {string} [quote]
 * @property {string} [level]
 * @property {string} [name]
 * @property {number} [size]
 * @property {string} [content_type]
 * @property {Record<string, unknown>} [data]
 * @property {string} [attachment]
 * @typedef {object} ShownFailure
 * @property {string} code
 * @property {boolean} retryable
 * @property {number} [retry_after_s]
 * @property {Remedy} [remedy]
 * @typedef {"again" | "wait" | "edit" | "stop" | "new" | "reload" | "sign_in"} Remedy
 * @typedef {object} Feedback
 * @property {string} message
 * @property {Verdict} verdict
 * @property {string[]} [tags]
 * @property {string} [detail]
 * @typedef {object} ShownMessage
 * @property {string} id
 * @property {"visitor" | "assistant"} role
 * @property {MessageState} state
 * @property {string} created_at
 * @property {ShownPart[]} [parts]
 * @property {string} [client_message_id]
 * @property {ShownFailure} [failure]
 * @property {Feedback} [feedback]
 * @typedef {{id: string, message: string}} ShownRun
 * @typedef {object} ShownConversation
 * @property {string} id
 * @property {string} title
 * @property {string} epoch
 * @property {number} seq
 * @property {ShownMessage[]} messages
 * @property {boolean} has_more
 * @property {ShownRun | null} run
 * @property {string[]} suggestions
 * @property {"open" | "locked" | "closed"} access
 * @property {string} access_reason
 */

/**
 * Client to server.
 * @typedef {object} Hello
 * @property {"hello"} type
 * @property {string} token
 * @property {string} [lang]
 * @property {string | null} [conversation]
 * @property {string | null} [epoch]
 * @property {number | null} [seq]
 * @typedef {object} MessageSend
 * @property {"message.send"} type
 * @property {string} client_message_id
 * @property {string} [text]
 * @property {string | null} [conversation]
 * @property {string[]} [attachments]
 * @property {Record<string, string>} [page]
 * @property {import("./page.js").Label | null} [label]
 * @typedef {object} MessageRetry
 * @property {"message.retry"} type
 * @property {string} message
 * @typedef {object} MessageEdit
 * @property {"message.edit"} type
 * @property {string} message
 * @property {string} client_message_id
 * @property {string} text
 * @typedef {object} RunStop
 * @property {"run.stop"} type
 * @property {string} run
 * @typedef {object} FeedbackGive
 * @property {"feedback.give"} type
 * @property {string} message
 * @property {Verdict | null} verdict
 * @property {string[]} [tags]
 * @property {string} [detail]
 * @typedef {object} InputAnswer
 * @property {"input.answer"} type
 * @property {string} message
 * @property {number} part
 * @property {string} [action]
 * @property {Record<string, string[]>} [values]
 * @property {boolean} [is_skipped]
 * @typedef {object} ToolResult
 * @property {"tool.result"} type
 * @property {string} message
 * @property {string} id
 * @property {unknown} [result]
 * @property {boolean} [is_error]
 * @typedef {object} ConversationNew
 * @property {"conversation.new"} type
 * @typedef {object} ConversationOpen
 * @property {"conversation.open"} type
 * @property {string} conversation
 * @typedef {object} ConversationList
 * @property {"conversation.list"} type
 * @property {string} [before]
 * @property {string} [search]
 * @typedef {object} ConversationRename
 * @property {"conversation.rename"} type
 * @property {string} conversation
 * @property {string} title
 * @typedef {object} ConversationDelete
 * @property {"conversation.delete"} type
 * @property {string} conversation
 * @typedef {object} HistoryBefore
 * @property {"history.before"} type
 * @property {string} conversation
 * @property {string} message
 * @typedef {object} TokenRenew
 * @property {"token.renew"} type
 * @typedef {object} Ping
 * @property {"ping"} type
 * @typedef {Hello | MessageSend | MessageRetry | MessageEdit | RunStop | FeedbackGive
 *   | InputAnswer | ToolResult | ConversationNew | ConversationOpen | ConversationList
 *   | ConversationRename | ConversationDelete | HistoryBefore | TokenRenew | Ping} Command
 */

/**
 * Server to client, without a number.
 * @typedef {object} UploadsOffered
 * @property {string[]} accept media types, as in `image/png` or `image/*`
 * @property {number} max_bytes of one file
 * @property {number} max_count of one message
 * @typedef {object} Offered
 * @property {boolean} retry
 * @property {boolean} edit
 * @property {boolean} feedback
 * @property {boolean} follow_up
 * @property {UploadsOffered | null} uploads
 * @typedef {object} Ready
 * @property {"ready"} type
 * @property {number} version
 * @property {string | null} conversation
 * @property {string} epoch
 * @property {number} seq
 * @property {Offered} offered
 * @typedef {object} ConversationShown
 * @property {"conversation"} type
 * @property {ShownConversation} conversation
 * @typedef {object} ConversationRow
 * @property {string} id
 * @property {string} title
 * @property {string} updated_at
 * @property {boolean} [is_running]
 * @property {boolean} [is_unread]
 * @property {string} [excerpt]
 * @typedef {object} Conversations
 * @property {"conversations"} type
 * @property {ConversationRow[]} items
 * @property {boolean} has_more
 * @property {string | null} [before]
 * @property {string} [search]
 * @typedef {object} ConversationsStale
 * @property {"conversations.stale"} type
 * @typedef {object} History
 * @property {"history"} type
 * @property {string} conversation
 * @property {string} before
 * @property {ShownMessage[]} messages
 * @property {boolean} has_more
 * @typedef {object} MessageAccepted
 * @property {"message.accepted"} type
 * @property {string} client_message_id
 * @property {string} conversation
 * @property {string} message
 * @property {string | null} epoch given when the socket follows the conversation from its start
 * @typedef {object} FeedbackSaved
 * @property {"feedback.saved"} type
 * @property {string} message
 * @property {Feedback | null} feedback
 * @typedef {object} HostAction
 * @property {"action"} type
 * @property {string} name
 * @property {Record<string, unknown>} data
 * @typedef {object} Token
 * @property {"token"} type
 * @property {string} token
 * @property {number} expires_in_s
 */

/**
 * Named so because the word of the socket language would hide the language's own.
 * @typedef {object} WireError
 * @property {"error"} type
 * @property {string} code
 * @property {string} message
 * @property {boolean} retryable
 * @property {number} [retry_after_s]
 * @property {string} [ref]
 * @property {Remedy} [remedy]
 * @typedef {object} Restart
 * @property {"restart"} type
 * @typedef {object} Pong
 * @property {"pong"} type
 * @typedef {Ready | ConversationShown | Conversations | ConversationsStale | History | MessageAccepted
 *   | FeedbackSaved | HostAction | Token | WireError | Restart | Pong} ServerEvent
 */

/**
 * Server to client, numbered by the conversation's journal.
 * @typedef {object} MessageAdded
 * @property {"message.added"} type
 * @property {number} seq
 * @property {ShownMessage} message
 * @property {string[]} supersedes
 * @typedef {object} RunStarted
 * @property {"run.started"} type
 * @property {number} seq
 * @property {string} run
 * @property {string} message
 * @typedef {object} PartChanged
 * @property {"part"} type
 * @property {number} seq
 * @property {string} message
 * @property {number} index
 * @property {ShownPart} part
 * @typedef {object} SuggestionsOffered
 * @property {"suggestions"} type
 * @property {number} seq
 * @property {string[]} items
 * @typedef {object} EffectFired
 * @property {"effect"} type
 * @property {number} seq
 * @property {string} name
 * @property {Record<string, unknown>} data
 * @typedef {object} ToolCalled
 * @property {"tool.called"} type
 * @property {number} seq
 * @property {string} message
 * @property {string} id
 * @property {string} name
 * @property {Record<string, unknown>} arguments
 * @typedef {object} TitleChanged
 * @property {"title"} type
 * @property {number} seq
 * @property {string} title
 * @typedef {object} AccessChanged
 * @property {"access"} type
 * @property {number} seq
 * @property {"open" | "locked" | "closed"} access
 * @property {string} reason
 * @typedef {object} RunEnded
 * @property {"run.ended"} type
 * @property {number} seq
 * @property {string} run
 * @property {string} message
 * @property {"done" | "stopped" | "interrupted" | "failed"} state
 * @property {ShownFailure | null} failure
 */

/**
 * `[seq, depth, text]`, `[seq, depth, drop, html]` or `[seq, -1, block, html]`.
 *
 * @typedef {[number, number, string] | [number, number, number, string]} Patch
 * @typedef {MessageAdded | RunStarted | PartChanged | SuggestionsOffered | EffectFired | ToolCalled
 *   | TitleChanged | AccessChanged | RunEnded} ConversationEvent
 */

const TYPES = new Set([
  "ready", "conversation", "conversations", "conversations.stale", "history", "message.accepted",
  "feedback.saved", "action", "token", "error", "restart", "pong",
  "message.added", "run.started", "part", "suggestions", "effect", "tool.called", "title",
  "access", "run.ended",
]);

/**
 * One parsed frame; null for what this version does not know, so that a newer server may say more.
 *
 * @param {any} value
 * @returns {Patch | ServerEvent | ConversationEvent | null}
 */
export function eventOf(value) {
  if (Array.isArray(value)) return /** @type {Patch} */ (value);
  return TYPES.has(value.type) ? value : null;
}

/**
 * The end of every `switch` over a closed union: a case that is missing is a type error here.
 *
 * @param {never} value
 * @returns {never}
 */
export function unreachable(value) {
  throw new Error(`no case for ${JSON.stringify(value)}`);
}
