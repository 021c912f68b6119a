/**
 * The conversation as this frame knows it: where it stands in the journal, which run is running,
 * what is sent and not yet accepted. Takes events, changes the transcript, says commands.
 *
 * @typedef {import("./wire.js").Command} Command
 * @typedef {import("./wire.js").ServerEvent} ServerEvent
 * @typedef {import("./wire.js").ConversationEvent} ConversationEvent
 */
import { byId } from "./page.js";
import { createTranscript } from "./transcript.js";
import { unreachable } from "./wire.js";

/**
 * @param {object} parts
 * @param {import("./page.js").Page} parts.page
 * @param {import("./page.js").Say} parts.say
 * @param {ReturnType<typeof import("./composer.js").createComposer>} parts.composer
 * @param {ReturnType<typeof import("./scroll.js").createScroll>} parts.scroll
 * @param {ReturnType<typeof import("./host.js").createHost>["tell"]} parts.tell
 * @param {(command: Command) => boolean} parts.command
 * @param {() => void} parts.startOver connects again, to be sent the conversation whole
 * @param {(token: string, expires_in_s: number) => void} parts.onToken
 * @param {() => void} parts.onAccepted
 */
export function createThread(parts) {
  const { page, say, composer, scroll, tell, command } = parts;
  const transcript = createTranscript(say);
  /** Sent and not yet accepted: client message id → text. @type {Map<string, string>} */
  const outbox = new Map();
  /** @type {{id: string, epoch: string | null, seq: number}} */
  let at = page.conversation;
  let run = page.run;

  if (run) transcript.open(run.message);
  if (page.is_streaming) {
    at.epoch = null;
    // Without a socket nobody says that the answer has ended, but the page that brought it.
    document.addEventListener("DOMContentLoaded", () => at.epoch === null && setRun(null));
  }
  setEarlier(page.has_more);

  /** Whether a numbered event is the next one. @param {number} seq */
  function isNext(seq) {
    const isIt = seq === at.seq + 1;
    if (isIt) at.seq = seq;
    else if (seq > at.seq) startOver();
    return isIt;
  }

  /** Something is missing: everything is asked for again. */
  function startOver() {
    at.epoch = null;
    parts.startOver();
  }

  /** @param {import("./wire.js").Patch} event */
  function patched(event) {
    try {
      transcript.patch(event);
    } catch (error) {
      console.error(error);
      startOver();
    }
  }

  /** @param {ServerEvent} event */
  function answered(event) {
    switch (event.type) {
      case "ready":
        return ready(event);
      case "conversation":
        return show(event.conversation);
      case "message.accepted":
        return accepted(event);
      case "history":
        return scroll.keep(() => showEarlier(event));
      case "feedback.saved":
        return judged(event);
      case "token":
        return parts.onToken(event.token, event.expires_in_s);
      case "error":
        return refused(event);
      case "conversations":
      case "restart":
      case "pong":
        return undefined;
      default:
        return unreachable(event);
    }
  }

  /** @param {ConversationEvent} event */
  function changed(event) {
    switch (event.type) {
      case "message.added":
        sent(event.message.client_message_id || "");
        event.supersedes.forEach(transcript.remove);
        transcript.suggest([]);
        return transcript.add(event.message);
      case "run.started":
        transcript.announce(say("live.answering"));
        tell("answer.started");
        return setRun({ id: event.run, message: event.message });
      case "part":
        return transcript.setPart(event);
      case "suggestions":
        return transcript.suggest(event.items);
      case "run.ended":
        return ended(event);
      case "title":
      case "effect":
      case "tool.called":
      case "access":
        return undefined;
      default:
        return unreachable(event);
    }
  }

  /** @param {import("./wire.js").Ready} event */
  function ready(event) {
    document.documentElement.dataset.retry = event.offered.retry ? "on" : "off";
    composer.setStatus("server", "");
    outbox.forEach(deliver);
  }

  /** @param {import("./wire.js").ShownConversation} conversation */
  function show(conversation) {
    if (conversation.id !== at.id) tell("conversation.changed");
    at = { id: conversation.id, epoch: conversation.epoch, seq: conversation.seq };
    transcript.show(conversation.messages);
    transcript.suggest(conversation.suggestions);
    setEarlier(conversation.has_more);
    setRun(conversation.run);
  }

  /** @param {import("./wire.js").MessageAccepted} event */
  function accepted(event) {
    sent(event.client_message_id);
    transcript.setSent(event.client_message_id, event.message);
    if (event.epoch) at = { id: event.conversation, epoch: event.epoch, seq: 0 };
  }

  /** The server has it: by its answer or by the event, whichever comes first. @param {string} id */
  function sent(id) {
    if (!outbox.delete(id)) return;
    tell("message.sent");
    parts.onAccepted();
  }

  /** @param {import("./wire.js").History} event */
  function showEarlier(event) {
    transcript.prepend(event.messages);
    setEarlier(event.has_more);
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

  /** @param {import("./wire.js").FeedbackSaved} event */
  function judged(event) {
    const verdict = event.feedback ? event.feedback.verdict : null;
    transcript.setVerdict(event.message, verdict);
    tell("feedback.given", { verdict: verdict || "" });
  }

  /** @param {import("./wire.js").RunEnded} event */
  function ended(event) {
    transcript.announce(transcript.end(event));
    tell("answer.finished", { state: event.state });
    setRun(null);
  }

  /** @param {{id: string, message: string} | null} now */
  function setRun(now) {
    run = now;
    transcript.open(now ? now.message : "");
    composer.setRunning(Boolean(now));
  }

  /** @param {import("./wire.js").WireError} event */
  function refused(event) {
    if (!event.ref) return turnedAway(event);
    const text = outbox.get(event.ref);
    if (text) {
      outbox.delete(event.ref);
      transcript.remove(event.ref);
      composer.giveBack(text);
    }
    composer.showAlert(event.message);
    tell("error", { code: event.code });
  }

  /**
   * Said before the server closes. A token that is too old is no news: it is replaced at once.
   *
   * @param {import("./wire.js").WireError} event
   */
  function turnedAway(event) {
    if (event.code !== "unauthorized") composer.setStatus("server", event.message);
  }

  /** @param {string} text @param {string} id */
  function deliver(text, id) {
    const conversation = at.id ? { conversation: at.id } : {};
    command({ type: "message.send", client_message_id: id, text, ...conversation });
  }

  /** Said now or not at all: what a visitor can simply press again. @param {Command} pressed */
  function wish(pressed) {
    composer.showAlert(command(pressed) ? "" : say("live.offline"));
  }

  return {
    /** @param {import("./wire.js").Patch | ServerEvent | ConversationEvent} event */
    take(event) {
      if (Array.isArray(event)) {
        if (isNext(event[0])) patched(event);
      } else if ("seq" in event && event.type !== "ready") {
        if (isNext(event.seq)) changed(event);
      } else {
        answered(/** @type {ServerEvent} */ (event));
      }
    },
    /** What a hello says of the screen. Without `epoch` the server sends everything. */
    place() {
      if (at.epoch === null) return at.id ? { conversation: at.id } : {};
      return at.id ? { conversation: at.id, epoch: at.epoch, seq: at.seq } : { epoch: "" };
    },
    /** The page was made for a stranger: ask for whatever the visitor's latest conversation is. */
    forget() {
      at = { id: "", epoch: null, seq: 0 };
    },
    /** No socket will ever say it: the oldest unsent message goes out as a form, the others wait. */
    giveUp() {
      composer.goNative();
      const [oldest, ...others] = outbox;
      others.forEach(([, text]) => composer.giveBack(text));
      if (oldest) composer.post(oldest[1], oldest[0]);
    },
    /** @param {string} text @param {string} id */
    send(text, id) {
      outbox.set(id, text);
      transcript.addSending(id, text);
      scroll.toEnd();
      deliver(text, id);
    },
    /** @param {HTMLElement} button @returns {boolean} whether the button was ours */
    act(button) {
      const answer = /** @type {HTMLElement | null} */ (button.closest(".answer"));
      const message = (answer && answer.dataset.id) || "";
      switch (button.dataset.act) {
        case "ask":
          if (!run) composer.ask(/** @type {HTMLButtonElement} */ (button).value);
          break;
        case "stop":
          if (run) wish({ type: "run.stop", run: run.id });
          break;
        case "retry":
          wish({ type: "message.retry", message });
          break;
        case "new":
          wish({ type: "conversation.new" });
          break;
        case "earlier":
          wish({ type: "history.before", conversation: at.id, message: transcript.firstId() });
          return true;
        case "like":
        case "dislike":
        case "dismiss":
          import("./feedback.js").then(({ press }) => answer && press(button, answer, wish));
          return true;
        default:
          return false;
      }
      composer.focus(); // the button goes away, the focus must not
      return true;
    },
  };
}
