// What components for a chat have in common, in the words of the page API.
import type { Events, Options, SendOptions, Sent, UserToken } from "./chatdock.js";

export type { Events, Options, Refusal, SendOptions, Sent, UserToken } from "./chatdock.js";

type Listener<Name extends string> = Name extends `${infer First}.${infer Last}`
  ? `on${Capitalize<First>}${Capitalize<Last>}`
  : `on${Capitalize<Name>}`;

/** `onAnswerStarted` hears `answer.started`. What `onTool` returns goes to the agent. */
export type ChatdockListeners = {
  [Name in keyof Events as Listener<Name>]?: (detail: Events[Name]) => unknown;
};

export interface ChatdockProps extends ChatdockListeners {
  /** Address of the chat's script: https://chat.example.com/embed/acme.js */
  src: string;
  /** Who is signed in: what your server signed, nobody, or a function that knows. */
  userToken?: UserToken | (() => UserToken | Promise<UserToken>);
  /** A change shows at once; what is taken out stays as it was set. */
  options?: Options;
  /** What the page says of itself, unsigned, with every question. */
  context?: Record<string, string> | null;
  /** true opens, false closes, whenever it changes. */
  open?: boolean;
  /** For pages whose policy admits scripts by a nonce. */
  nonce?: string;
}

/** May be called before the script has arrived; what they promise comes then. */
export interface ChatdockCalls {
  /** Whether the chat is open then. */
  open(): Promise<boolean>;
  /** Whether it is open still. */
  close(): Promise<boolean | undefined>;
  toggle(): Promise<boolean>;
  /** The message, when it is stored; rejected with a `Refusal`. */
  send(text: string, how?: Omit<SendOptions, "site">): Promise<Sent>;
  /** What was left out and why; undefined before the chat was wanted. */
  set(options: Options): Promise<string[] | undefined>;
  context(context: Record<string, string> | null): Promise<undefined>;
  /** Whether that was taken; undefined before the chat was wanted. */
  identify(who: ChatdockProps["userToken"]): Promise<boolean | undefined>;
}
