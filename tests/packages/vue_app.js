// A Vue application with the chat, as a developer would write it. The test drives it by `app`.
import { Chatdock, useChatdock } from "@chatdock/vue";
import { createApp, h, reactive, ref } from "vue";

const { src, beta } = window.given;
const heard = (window.heard = []);
const state = reactive({ page: "one", options: { ui: { asstBtn: { text: "" } } } });
const place = ref(null);
const clicks = ref(0);
window.app = ({ text, ...changes }) => {
  if (text !== undefined) state.options.ui.asstBtn.text = text;
  Object.assign(state, changes);
};
state.options.ui.chatBot = { onBeforeShow: () => !state.vetoes };

const Application = {
  setup() {
    const { send } = useChatdock(src);
    const chat = (key) =>
      h(Chatdock, {
        key,
        src,
        open: state.open,
        options: state.options,
        context: state.page === "bare" ? undefined : state.context,
        userToken: state.page === "bare" ? undefined : state.knows ? () => Promise.resolve(state.token) : state.token,
        onClose: state.listens ? () => heard.push("close") : undefined,
        onReady: () => heard.push("ready"),
        onMessage: () => heard.push(`message ${clicks.value}`),
        onAnswer: () => heard.push("answer"),
      });
    return () =>
      h("main", [
        h("h1", `Page ${state.page}`),
        h("button", { onClick: () => (clicks.value += 1) }, `Clicked ${clicks.value}`),
        h("button", { onClick: () => send("How much is postage?") }, "Ask about postage"),
        h("div", { ref: place, style: { height: "400px" } }),
        state.isGone ? null : h(state.page === "one" ? "section" : "article", [chat(state.page)]),
        state.isTwice ? chat("c") : null,
        state.hasBeta
          ? h(Chatdock, {
              src: beta,
              el: state.inline ? place.value : undefined,
              onOpen: () => heard.push("beta open"),
              onError: ({ code }) => heard.push(`beta error ${code}`),
            })
          : null,
      ]);
  },
};

createApp(Application).mount("#root");
