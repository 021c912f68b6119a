/**
 * What a chat page shows, and what it keeps on the phone: the conversation's id, and a question
 * until its answer is there. So nothing is lost and nothing asked twice when the app goes to the
 * background, the network drops or the phone ends the app.
 *
 * A message is `{ id, role, text, state, words }`. `state`: asked (a question without its answer),
 * writing, waiting (cut short in the background), done, or failed with `words` for the person.
 */

const PAGE = 20;
const MOST_RESUMES = 3;
// Whether the question has arrived is not known: it is kept, and asked again under the same name.
const UNSURE = ["network", "cut", "unreadable", "timeout", "background", "restarting", "sign_in"];

/**
 * `kefu` and `newId` are kefu.js's, `api` is `wx` or `uni`, `key` names what is kept.
 * `onChange(state, index)` is told of every change; with `index` only that message has changed.
 */
function createTalk({ kefu, newId, api, key, onChange }) {
  const state = { messages: [], isBusy: false, hasMore: false, note: "" };
  const kept = Object.assign({ conversation: "", pending: null }, api.getStorageSync(key) || {});
  let isHere = false;
  let isOpen = false;

  /** The page is in front: shows what was said, and goes on with what was cut short. */
  function show() {
    isHere = true;
    if (state.isBusy) return Promise.resolve();
    const answer = last();
    if (answer && answer.state === "waiting") return ask(answer.question, true);
    const pending = isOpen ? null : kept.pending;
    isOpen = true;
    return refresh().then(() => {
      if (!pending) return undefined;
      state.messages = before(pending, state.messages);
      return ask(pending, true);
    });
  }

  function hide() {
    isHere = false;
  }

  /** Whether it was taken: not while an answer is being written, and nothing blank. */
  function send(text) {
    if (state.isBusy || !text.trim()) return false;
    ask({ id: newId(), text: text.trim(), resumes: 0 });
    return true;
  }

  /** Asks the last question again when its answer has failed. */
  function retry() {
    const answer = last();
    if (!answer || answer.state !== "failed" || state.isBusy) return;
    ask(Object.assign(answer.question, { resumes: 0 }), true);
  }

  /** Older messages, above those that are shown. */
  function more() {
    return page(done().length).then((older) => {
      state.messages = older.concat(state.messages);
      onChange(state);
    });
  }

  /** A conversation without a past. */
  function restart() {
    if (state.isBusy) return;
    Object.assign(state, { messages: [], hasMore: false, note: "" });
    keep({ conversation: "", pending: null });
    onChange(state);
  }

  function ask(question, isAgain) {
    if (isAgain && last() && last().question === question) state.messages.splice(-2);
    const asked = { id: question.id, role: "user", text: question.text, state: "asked" };
    const answer = { id: `${question.id}_a`, role: "assistant", text: "", state: "writing", question };
    state.messages.push(asked, answer);
    Object.assign(state, { isBusy: true, note: "" });
    keep({ pending: question });
    onChange(state);
    const onText = (text) => {
      answer.text = text;
      onChange(state, state.messages.indexOf(answer));
    };
    return answered(question, onText, true)
      .then((data) => finish(asked, answer, data))
      .then(() => (isAgain ? refresh() : undefined))
      .catch((error) => fail(answer, error));
  }

  /** An old conversation may have ended on the server meanwhile: then it is asked in a new one. */
  function answered(question, onText, mayBeginAnew) {
    return conversation()
      .then((id) => kefu.chat(question.text, { conversationId: id, clientMsgId: question.id, onText }))
      .catch((error) => {
        if (error.reason !== "conversation_not_found" || !mayBeginAnew) throw error;
        keep({ conversation: "" });
        return answered(question, onText, false);
      });
  }

  function conversation() {
    if (kept.conversation) return Promise.resolve(kept.conversation);
    return kefu.createConversation().then((data) => {
      keep({ conversation: data.conversation_id });
      return data.conversation_id;
    });
  }

  function finish(asked, answer, data) {
    Object.assign(answer, { id: data.message_id, text: data.reply, state: "done" });
    asked.state = "done";
    settle(null);
  }

  /** What the page has left behind stays kept for the next one. */
  function fail(answer, error) {
    if (error.reason === "left") return undefined;
    const question = next(answer.question, error);
    const waits = error.reason === "background" && question.resumes <= MOST_RESUMES;
    Object.assign(answer, { state: waits ? "waiting" : "failed", words: error.message, question });
    settle(UNSURE.indexOf(error.reason) < 0 ? null : question);
    return waits && isHere ? show() : undefined; // the failure may come after the page is back
  }

  /** The server tries again what is sent again, but for an empty answer and where it cannot. */
  function next({ id, text, resumes, failures }, error) {
    const failed = (failures || 0) + (error.isAnswered ? 1 : 0);
    const isFresh = error.isAnswered && (error.reason === "empty_reply" || failed > 1);
    return { id: isFresh ? newId() : id, text, resumes: resumes + 1, failures: isFresh ? 0 : failed };
  }

  function settle(pending) {
    keep({ pending });
    state.isBusy = false;
    onChange(state);
  }

  /** The newest messages as the server has them, unless something here is not there yet. */
  function refresh() {
    if (!kept.conversation || done().length < state.messages.length) return Promise.resolve();
    return page(0).then((newest) => {
      if (!state.isBusy) state.messages = newest;
      onChange(state);
    });
  }

  function page(offset) {
    return kefu
      .getHistory(kept.conversation, { order: "desc", limit: PAGE, offset })
      .then((found) => {
        Object.assign(state, { hasMore: offset + found.messages.length < found.total, note: "" });
        return found.messages.reverse().map(shown);
      })
      .catch((error) => {
        if (error.reason === "conversation_not_found") keep({ conversation: "" });
        else if (error.reason !== "left") state.note = error.message;
        return offset ? [] : state.messages;
      });
  }

  const shown = (said) => ({ id: said.id, role: said.role, text: said.content, state: "done" });
  const done = () => state.messages.filter((message) => message.state === "done");
  const last = () => state.messages[state.messages.length - 1];

  function keep(changes) {
    api.setStorageSync(key, Object.assign(kept, changes));
  }

  return { show, hide, send, retry, more, restart };
}

/** Without the question at the end that is about to be asked again, and what came of it. */
function before(question, messages) {
  const roles = messages.map((message) => message.role);
  const at = roles.lastIndexOf("user");
  return at >= 0 && messages[at].text === question.text ? messages.slice(0, at) : messages;
}

module.exports = { createTalk };
