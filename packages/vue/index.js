// The chat of a Chatdock server in a Vue application: one tag, however often it is mounted.
import { onMounted, shallowRef, watch, watchEffect } from "vue";

import { EVENTS, hold } from "./hold.js";
import { callsOf } from "./tag.js";

const listeners = Object.keys(EVENTS).map((name) => [name, { type: [Function, Array] }]);

export const Chatdock = {
  name: "Chatdock",
  inheritAttrs: false,
  props: {
    src: { type: String, required: true },
    userToken: { type: [String, Function], default: undefined },
    options: { type: Object, default: undefined },
    context: { type: Object, default: undefined },
    open: { type: Boolean, default: undefined },
    el: { type: null, default: undefined },
    nonce: { type: String, default: undefined },
    ...Object.fromEntries(listeners),
  },
  /** @param {any} props */
  setup(props) {
    /** @type {import("vue").ShallowRef<import("./hold.js").Hold | null>} */
    const held = shallowRef(null);
    onMounted(() => {
      watch(
        () => props.src,
        (src, _, onCleanup) => {
          const mine = hold(src, { ...props });
          held.value = mine;
          onCleanup(() => mine.release());
        },
        { immediate: true },
      );
      watchEffect(() => held.value && held.value.update({ ...props }), { flush: "post" });
    });
    return () => null;
  },
};

/** @param {string} [site] */
export function useChatdock(site) {
  return callsOf(site);
}
