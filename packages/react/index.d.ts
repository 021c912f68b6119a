import type { ChatdockCalls, ChatdockProps as PageProps } from "./page.js";

export type { ChatdockCalls, Events, Options, Refusal, SendOptions, Sent, UserToken } from "./page.js";

export interface ChatdockProps extends PageProps {
  /** Where the chat stands for good, without a launcher: a selector, an element, a ref. */
  el?: string | Element | { readonly current: Element | null } | null;
}

/** A chat on the page for as long as this is mounted. It draws nothing itself. */
export function Chatdock(props: ChatdockProps): null;

/** The calls of a chat: of this site key or address, else of the first on the page. */
export function useChatdock(site?: string): ChatdockCalls;
