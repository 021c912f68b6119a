/**
 * The messages on the page. What the server had already written is adopted by message id, never
 * written twice.
 *
 * @typedef {import("./wire.js").ShownMessage} ShownMessage
 */
import { byId, fromTemplate } from "./page.js";
import {
  createAnswer, createQuestion, openRoot, plainText, setPart, setState, setVerdict,
} from "./message.js";
import { applyPatch } from "./patches.js";

/** The kinds that patches change. */
const OPENING = ["text", "reasoning"];

/**
 * @param {import("./page.js").Say} say
 * @param {(message: HTMLElement) => void} showFiles puts files where a message has a place for them
 */
export function createTranscript(say, showFiles) {
  const list = byId("messages");
  const suggestions = document.getElementById("suggestions") || addSuggestions(list);
  /** @type {HTMLElement | null} */
  let openPart = null;

  /** @param {string} id what is still on its way has none */
  function find(id) {
    return (id && children().find((message) => message.dataset.id === id)) || null;
  }

  /** @param {string | undefined} clientId */
  function findSent(clientId) {
    return (clientId && children().find((message) => message.dataset.client === clientId)) || null;
  }

  function children() {
    return /** @type {HTMLElement[]} */ (Array.from(list.children));
  }

  /** @param {ShownMessage} message */
  function create(message) {
    const made = message.role === "visitor" ? createQuestion(message) : createAnswer(message, say);
    showFiles(made);
    return made;
  }

  /** @param {ShownMessage} message */
  function add(message) {
    const made = create(message);
    const old = find(message.id) || findSent(message.client_message_id);
    if (old) old.replaceWith(made);
    else list.append(made);
    setStarted();
  }

  function setStarted() {
    byId("thread").toggleAttribute("data-started", list.children.length > 0);
  }

  /**
   * The greeting is the beginning: it stands where nothing older is left to show.
   *
   * @param {boolean} hasMore
   */
  function setEarlier(hasMore) {
    byId("earlier").hidden = !hasMore;
    byId("opening").hidden = hasMore;
  }

  /** @param {string[]} items */
  function suggest(items) {
    suggestions.replaceChildren(...items.map(createAsk));
  }

  setStarted();

  return {
    add,
    suggest,
    /** Everything again, but what is still on its way to the server. @param {ShownMessage[]} messages */
    show(messages) {
      const waiting = children().filter((element) => element.dataset.state === "sending");
      list.replaceChildren(...messages.map(create));
      waiting.filter((one) => !findSent(one.dataset.client)).forEach((one) => list.append(one));
      openPart = null;
      setStarted();
    },
    /** @param {ShownMessage[]} messages older ones @param {boolean} hasMore */
    prepend(messages, hasMore) {
      list.prepend(...messages.filter((message) => !find(message.id)).map(create));
      setEarlier(hasMore);
    },
    setEarlier,
    /** Whether an agent asks for something here. */
    asks: () => Boolean(list.querySelector(".asked, [data-call]")),
    /**
     * The visitor's own words at once, before the server has them.
     *
     * @param {string} clientId
     * @param {import("./thread.js").Sent} sending
     */
    addSending(clientId, { text, files }) {
      suggest([]);
      add({
        id: "", role: "visitor", state: "running", created_at: "",
        client_message_id: clientId, parts: [
          ...files.map(({ id, ...file }) => ({ kind: "attachment", attachment: id, ...file })),
          { kind: "text", text },
        ],
      });
      /** @type {HTMLElement} */ (findSent(clientId)).dataset.state = "sending";
    },
    /** @param {string} clientId @param {string} id */
    setSent(clientId, id) {
      const element = findSent(clientId);
      if (element) Object.assign(element.dataset, { id, state: "done" });
    },
    /** @param {string} id of a message, or the client's id of an unsent one */
    remove(id) {
      const element = find(id) || findSent(id);
      if (element) element.remove();
      setStarted();
    },
    /** @param {import("./wire.js").PartChanged} event */
    setPart(event) {
      const answer = find(event.message);
      if (!answer) return;
      setPart(answer, event.index, event.part, say);
      showFiles(answer);
      if (OPENING.includes(event.part.kind)) openPart = openRoot(answer);
    },
    /** The answer that patches are about from now on. @param {string} id empty: none */
    open(id) {
      const answer = find(id);
      openPart = answer && openRoot(answer);
    },
    /** @param {import("./wire.js").Patch} patch @returns {boolean} whether it was one for what stands here */
    patch(patch) {
      try {
        if (openPart) applyPatch(openPart, patch);
        return true;
      } catch (error) {
        console.error(error);
        return false;
      }
    },
    /** @param {import("./wire.js").RunEnded} event */
    end(event) {
      const answer = find(event.message);
      openPart = null;
      if (answer) setState(answer, event.state, event.failure, say);
    },
    /** @param {string} id of an answer */
    textOf(id) {
      const answer = find(id);
      return answer ? plainText(answer) : "";
    },
    /** @param {string} id @param {import("./wire.js").Verdict | null} verdict */
    setVerdict(id, verdict) {
      const answer = find(id);
      if (answer) setVerdict(answer, verdict);
    },
    firstId: () => children()[0]?.dataset.id || "",
  };
}

/** @param {string} text */
export function createAsk(text) {
  const item = fromTemplate("ask");
  const button = /** @type {HTMLButtonElement} */ (item.firstElementChild);
  button.value = text;
  button.textContent = text;
  return item;
}

/**
 * In a page that still streams, what follows the answer has not arrived; when it does, the style
 * sheet hides the second list.
 *
 * @param {HTMLElement} list
 */
function addSuggestions(list) {
  const added = document.createElement("ul");
  added.className = "suggestions";
  list.after(added);
  return added;
}
