// What a developer may write, and what the types must not let pass; tsc reads it, nothing runs it.
import { Chatdock, useChatdock } from "@chatdock/vue";
import { defineComponent, h, ref } from "vue";

const src = "https://chat.example.com/embed/acme.js";

export const Page = defineComponent({
  setup() {
    const place = ref<HTMLElement | null>(null);
    const { send, open } = useChatdock("acme");

    async function ask() {
      const { message } = await send("How much is postage?", { newConversation: true });
      const isOpen: boolean = await open();
      return [message, isOpen];
    }

    return () => [
      h("div", { ref: place, onClick: ask }),
      h(Chatdock, { src }),
      h(Chatdock, {
        src,
        userToken: null,
        options: { ui: { theme: { accent: "#0a7" } } },
        context: { sku: "A-7" },
        open: true,
        el: place.value,
        onUnread: ({ count }) => count + 1,
        onTool: async ({ name }) => ({ name }),
      }),
      // @ts-expect-error without an address there is no chat
      h(Chatdock, { open: true }),
      // @ts-expect-error a context is text by name
      h(Chatdock, { src, context: { count: 2 } }),
      // @ts-expect-error no such corner
      h(Chatdock, { src, options: { ui: { asstBtn: { position: "middle" } } } }),
      // @ts-expect-error opens or does not
      h(Chatdock, { src, open: "yes" }),
    ];
  },
});

// @ts-expect-error a question is text
useChatdock().send(42);
// @ts-expect-error no such call
useChatdock().hide();
