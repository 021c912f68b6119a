/**
 * The conversation as this frame knows it: where it stands in the journal, which run is running,
 * what is sent and not yet accepted. Takes events, changes the transcript, says commands.
 *
 * @typedef {import("./wire.js").Command} Command
 * @typedef {import("./wire.js").ServerEvent} ServerEvent
 * @typedef {import("./wire.js").ConversationEvent} ConversationEvent
 * @typedef {ReturnType<typeof import("./answers.js").createAnswers>} Answers
 * @typedef {import("./asked.js").Sent} Sent
 */
import { commandOf } from "./sending.js";
import { createTranscript } from "./transcript.js";
import { unreachable } from "./wire.js";

/**
 * @param {object} parts
 * @param {import("./page.js").Page} parts.page
 * @param {import("./page.js").Say} parts.say
 * @param {ReturnType<typeof import("./composer.js").createComposer>} parts.composer
 * @param {ReturnType<typeof import("./scroll.js").createScroll>} parts.scroll
 * @param {ReturnType<typeof import("./host.js").createHost>} parts.host
 * @param {(command: Command) => boolean} parts.command
 * @param {() => void} parts.startOver connects again, to be sent the conversation whole
 * @param {(token: string, expires_in_s: number) => void} parts.onToken
 * @param {() => void} parts.onAccepted
 * @param {(file: File) => Promise<string>} parts.attach
 * @param {(message: HTMLElement) => void} parts.showFiles
 */
export function createThread(parts) {
  const { page, say, composer, scroll, host, host: { tell }, command } = parts;
  const transcript = createTranscript(say, parts.showFiles);
  /** Sent and not yet accepted, by client message id. @type {Map<string, Sent>} */
  const outbox = new Map();
  /** @type {{id: string, epoch: string | null, seq: number}} */
  let at = page.conversation;
  let run = page.run;
  /** Forms, widgets, calls of the host page: few agents need them. @type {Answers | null} */
  let answers = null;
  /** Whether the run was asked for here, and not in another tab. */
  let [isOurs, hasAsked, isFetching] = [true, false, false];

  if (run) transcript.open(run.message);
  if (page.is_streaming) {
    at.epoch = null;
    // Without a socket nobody says that the answer has ended, but the page that brought it.
    document.addEventListener("DOMContentLoaded", () => at.epoch === null && setRun(null));
  }
  transcript.setEarlier(page.has_more);
  fetchAnswers();

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

  /** As soon as an agent asks for something, and not before; again when the line was bad. */
  async function fetchAnswers() {
    if (isFetching || !transcript.asks()) return;
    isFetching = true;
    const made = await import("./answers.js").catch(() => null);
    isFetching = Boolean(made);
    if (made) answers = made.createAnswers({ say, composer, host, ask, attach: parts.attach, isOurs: () => isOurs });
  }

  /** @param {Command} wanted */
  function ask(wanted) {
    if (/^(message|input|tool)/.test(wanted.type)) hasAsked = true;
    return command(wanted);
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
        return scroll.keep(() => transcript.prepend(event.messages, event.has_more));
      case "feedback.saved":
        return judged(event);
      case "token":
        return parts.onToken(event.token, event.expires_in_s);
      case "error":
        return refused(event);
      case "action":
        return host.pass("action", event.name, event.data);
      case "conversations":
      case "conversations.stale":
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
        sent(event.message.client_message_id || "", event.message.id);
        event.supersedes.forEach(transcript.remove);
        transcript.suggest([]);
        return transcript.add(event.message);
      case "run.started":
        tell("answer.started");
        isOurs = hasAsked;
        hasAsked = false;
        return setRun({ id: event.run, message: event.message });
      case "part":
        return transcript.setPart(event);
      case "suggestions":
        return transcript.suggest(event.items);
      case "run.ended":
        return ended(event);
      case "effect":
        return isOurs && host.pass("effect", event.name, event.data);
      case "access":
        return composer.setAccess(event.access, event.reason, say);
      case "title":
      case "tool.called":
        return undefined;
      default:
        return unreachable(event);
    }
  }

  /** @param {import("./wire.js").Ready} event */
  function ready(event) {
    composer.setOffered(event.offered);
    composer.setStatus("server", "");
    outbox.forEach(deliver);
  }

  /** @param {import("./wire.js").ShownConversation} conversation */
  function show(conversation) {
    if (conversation.id !== at.id) tell("conversation.changed");
    at = { id: conversation.id, epoch: conversation.epoch, seq: conversation.seq };
    transcript.show(conversation.messages);
    transcript.suggest(conversation.suggestions);
    transcript.setEarlier(conversation.has_more);
    composer.setAccess(conversation.access, conversation.access_reason, say);
    setRun(conversation.run);
  }

  /** @param {import("./wire.js").MessageAccepted} event */
  function accepted(event) {
    sent(event.client_message_id, event.message);
    transcript.setSent(event.client_message_id, event.message);
    if (event.epoch) at = { id: event.conversation, epoch: event.epoch, seq: 0 };
  }

  /** The server has it: by its answer or by the event, whichever comes first. @param {string} id @param {string} message */
  function sent(id, message) {
    const { text, settle } = outbox.get(id) || {};
    if (!outbox.delete(id)) return;
    tell("message.sent", share(text));
    if (settle) settle({ result: { message } });
    parts.onAccepted();
  }

  /** Words leave for the host page where the owner wants it. @param {string} [text] */
  const share = (text) => /** @type {Record<string, string>} */ (page.shares_text ? { text } : {});

  /** @param {import("./wire.js").FeedbackSaved} event */
  function judged(event) {
    const verdict = event.feedback ? event.feedback.verdict : null;
    transcript.setVerdict(event.message, verdict);
    tell("feedback.given", { verdict: verdict || "" });
  }

  /** @param {import("./wire.js").RunEnded} event */
  function ended(event) {
    transcript.end(event);
    tell("answer.finished", { state: event.state, ...share(transcript.textOf(event.message)) });
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
    // Said before the server closes. A token that is too old is no news: it is replaced at once.
    if (!event.ref) return !/^(unauthorized|identity_ended)$/.test(event.code) && composer.setStatus("server", event.message);
    if (answers && answers.refuse(event)) return undefined;
    const unsent = outbox.get(event.ref);
    if (unsent && outbox.delete(event.ref)) {
      transcript.remove(event.ref);
      if (unsent.settle) unsent.settle({ error: event.code });
      if (!unsent.is_quiet) composer.giveBack(unsent.text, unsent.files);
    }
    composer.showAlert(event.message);
    return tell("error", { code: event.code });
  }

  /** @param {Sent} sending @param {string} id */
  function deliver(sending, id) {
    ask(commandOf(sending, id, at.id, page.label));
  }

  /** Said now or not at all: what a visitor can simply press again. @param {Command} pressed */
  function wish(pressed) {
    composer.showAlert(ask(pressed) ? "" : say("live.offline"));
  }

  return {
    /** @param {import("./wire.js").Patch | ServerEvent | ConversationEvent} event @returns {boolean} whether it was news */
    take(event) {
      const finish = answers ? answers.watch(event) : fetchAnswers;
      let isNews = true;
      if (Array.isArray(event)) {
        isNews = isNext(event[0]);
        if (isNews && !transcript.patch(event)) startOver();
      } else if ("seq" in event && event.type !== "ready") {
        isNews = isNext(event.seq);
        if (isNews) changed(event);
      } else {
        answered(/** @type {ServerEvent} */ (event));
      }
      if (!Array.isArray(event)) finish();
      return isNews;
    },
    /** What a hello says of the screen. Without `epoch` the server sends everything. */
    place() {
      if (at.epoch === null) return at.id ? { conversation: at.id } : {};
      return at.id ? { conversation: at.id, epoch: at.epoch, seq: at.seq } : { epoch: "" };
    },
    /** The visitor is another one, or elsewhere: ask for the latest, or for this one. @param {boolean} [isLeaving] */
    forget(isLeaving, id = "") {
      if (isLeaving) outbox.clear();
      at = { id, epoch: null, seq: 0 };
    },
    /** No socket will ever say it: the oldest unsent message goes out as a form, the others wait. */
    giveUp() {
      composer.goNative();
      const [oldest, ...others] = outbox;
      others.forEach(([, { text, files }]) => composer.giveBack(text, files));
      if (oldest && oldest[1].edits) composer.giveBack(oldest[1].text);
      else if (oldest) composer.post(oldest[1].text, oldest[0], oldest[1].files);
    },
    /** @param {import("./host.js").Result} message what the host page returned */
    result: (message) => answers && answers.result(message),
    /** @param {Sent} sending @param {string} id */
    send(sending, id) {
      sending.page = page.context;
      outbox.set(id, sending);
      if (!sending.edits) transcript.addSending(id, sending);
      scroll.toEnd();
      deliver(sending, id);
    },
    /** @param {HTMLElement} button @returns {boolean} whether the button was ours */
    act(button) {
      const answer = /** @type {HTMLElement | null} */ (button.closest(".answer"));
      const message = (answer && answer.dataset.id) || "";
      if (/^(ask|stop|retry|new)$/.test(button.dataset.act || "")) composer.focus(); // it goes, the focus must not
      switch (button.dataset.act) {
        case "ask":
          if (!run || composer.mayFollowUp()) composer.ask(/** @type {HTMLButtonElement} */ (button).value);
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
      return true;
    },
  };
}
