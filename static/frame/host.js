/**
 * Messages between the host page's loader and this frame. Only the parent window counts, only on
 * the origin that the embed token names. Of what is said in the chat nothing crosses over but what
 * the agent addresses to the page: effects, calls, and actions of its widgets; and, where the owner
 * turned it on, the words of questions and answers.
 *
 * @typedef {object} Ready
 * @property {1} chatdock
 * @property {"ready"} type
 *
 * @typedef {object} Shown the page stands and its form works; its scripts do not run yet
 * @property {1} chatdock
 * @property {"shown"} type
 *
 * @typedef {object} Focused the answer to `focus`: it was taken, as far as the browser lets a frame
 * @property {1} chatdock
 * @property {"focused"} type
 *
 * @typedef {object} Close
 * @property {1} chatdock
 * @property {"close"} type
 *
 * @typedef {object} FrameEvent
 * @property {1} chatdock
 * @property {"event"} type
 * @property {"message.sent" | "answer.started" | "answer.finished" | "conversation.changed"
 *   | "feedback.given" | "error"} name
 * @property {Record<string, string>} detail
 *
 * @typedef {object} Refused
 * @property {1} chatdock
 * @property {"refused"} type
 * @property {string} origin
 *
 * @typedef {object} Effect what the agent wants done on the host page
 * @property {1} chatdock
 * @property {"effect"} type
 * @property {string} name
 * @property {Record<string, unknown>} data
 *
 * @typedef {object} Action a control of a widget was used that the host page handles
 * @property {1} chatdock
 * @property {"action"} type
 * @property {string} name
 * @property {Record<string, unknown>} data
 *
 * @typedef {object} Tool the agent asks the host page for something and waits
 * @property {1} chatdock
 * @property {"tool"} type
 * @property {number} call to be repeated in the `result`
 * @property {string} name
 * @property {Record<string, unknown>} arguments
 *
 * @typedef {object} Identity how it stands with who the page says its visitor is
 * @property {1} chatdock
 * @property {"identity"} type
 * @property {"ending" | "ended" | "refused"} state
 * @property {string} reason for the page's developer
 *
 * @typedef {object} Done what became of something that the page asked for
 * @property {1} chatdock
 * @property {"done"} type
 * @property {number} call
 * @property {unknown} [result]
 * @property {string} [error] a code
 *
 * @typedef {object} Look how it came out: what the loader draws with
 * @property {1} chatdock
 * @property {"look"} type
 * @property {OutsideTheme} theme
 *
 * @typedef {object} OutsideTheme
 * @property {string} accent
 * @property {string} surface
 * @property {string} darkSurface
 * @property {"auto" | "light" | "dark"} scheme
 * @property {"none" | "small" | "medium" | "large"} radius
 *
 * @typedef {object} Expand the panel is to be large, or small again
 * @property {1} chatdock
 * @property {"expand"} type
 *
 * @typedef {Look | Expand | Shown | Ready | Focused | Close | FrameEvent | Refused | Effect | Action | Tool | Identity | Done} FrameMessage
 */

/**
 * A `call` is a number that the frame repeats in `done`.
 *
 * @typedef {object} Hello the loader's answer to `ready`
 * @property {1} chatdock
 * @property {"hello"} type
 * @property {number} [call]
 * @property {Record<string, unknown>} [options]
 * @property {"pc" | "mobile" | "inline"} [layout] as the loader stands on the page
 *
 * @typedef {object} Send a question of the page
 * @property {1} chatdock
 * @property {"send"} type
 * @property {string} text
 * @property {number} [call]
 * @property {boolean} [begins] a conversation of its own
 * @property {boolean} [is_quiet] the visitor need not see it: a refused one is not given back
 *
 * @typedef {object} Context what the page says of itself from now on
 * @property {1} chatdock
 * @property {"context"} type
 * @property {Record<string, string>} context
 *
 * @typedef {object} Options
 * @property {1} chatdock
 * @property {"options"} type
 * @property {number} [call]
 * @property {Record<string, unknown>} options
 * @property {"pc" | "mobile" | "inline"} [layout]
 *
 * @typedef {object} Opened
 * @property {1} chatdock
 * @property {"opened"} type
 *
 * @typedef {object} Closed
 * @property {1} chatdock
 * @property {"closed"} type
 *
 * @typedef {object} Expanded
 * @property {1} chatdock
 * @property {"expanded"} type
 * @property {boolean} is_expanded
 *
 * @typedef {object} Focus
 * @property {1} chatdock
 * @property {"focus"} type
 *
 * @typedef {object} Result of a `tool`; a failure's `result` is text
 * @property {1} chatdock
 * @property {"result"} type
 * @property {number} call
 * @property {unknown} result
 * @property {boolean} is_error
 *
 * @typedef {object} Identify
 * @property {1} chatdock
 * @property {"identify"} type
 * @property {string | null} user_token what the owner signed; null: nobody is signed in
 * @property {number} [call]
 *
 * @typedef {Hello | Send | Context | Options | Opened | Closed | Expanded | Focus | Result | Identify} HostMessage
 */

/**
 * @param {string} origin of the host page; empty on a direct visit
 * @param {(message: HostMessage) => void} onMessage
 */
export function createHost(origin, onMessage) {
  const isFramed = Boolean(origin) && window.parent !== window;

  /** @param {FrameMessage} message */
  function post(message) {
    if (isFramed) window.parent.postMessage(message, origin);
  }

  if (isFramed) {
    window.addEventListener("message", (event) => {
      if (event.source !== window.parent || event.origin !== origin) return;
      if (event.data && event.data.chatdock === 1) onMessage(event.data);
    });
  }

  return {
    isFramed,
    ready: () => post({ chatdock: 1, type: "ready" }),
    focused: () => post({ chatdock: 1, type: "focused" }),
    close: () => post({ chatdock: 1, type: "close" }),
    expand: () => post({ chatdock: 1, type: "expand" }),
    /** @param {OutsideTheme} theme */
    look: (theme) => post({ chatdock: 1, type: "look", theme }),
    /**
     * @param {FrameEvent["name"]} name
     * @param {Record<string, string>} [detail] words; a text only where the owner shares it
     */
    tell: (name, detail = {}) => post({ chatdock: 1, type: "event", name, detail }),
    /** @param {number | undefined} call @param {{result?: unknown, error?: string}} became */
    done: (call, became) => {
      if (call) post({ chatdock: 1, type: "done", call, ...became });
    },
    /** @param {Identity["state"]} state @param {string} [reason] */
    vouch: (state, reason = "") => post({ chatdock: 1, type: "identity", state, reason }),
    /** @param {"effect" | "action"} type @param {string} name @param {Record<string, unknown>} data */
    pass: (type, name, data) => post({ chatdock: 1, type, name, data }),
    /** @param {number} call @param {string} name @param {Record<string, unknown>} args */
    call: (call, name, args) => post({ chatdock: 1, type: "tool", call, name, arguments: args }),
  };
}
