// The page API of a chat, as components and calls use it.

/** What a component or a call may set: see docs/options.md. */
export interface ChatdockOptions {
  userInfo?: { id?: string; nickname?: string };
  ui?: { [group: string]: unknown };
}

/** What each event brings. */
export interface ChatdockEvents {
  onReady?: () => void;
  onOpen?: () => void;
  onClose?: () => void;
  /** The visitor has sent a message. */
  onMessage?: (detail: Record<string, string>) => void;
  onAnswerStarted?: (detail: Record<string, string>) => void;
  onAnswer?: (detail: Record<string, string>) => void;
  onFeedback?: (detail: Record<string, string>) => void;
  /** Answers that ended while nobody could see them. */
  onUnread?: (detail: { count: number }) => void;
  onConversationChanged?: (detail: Record<string, string>) => void;
  /** This page's origin is not on the site's list. */
  onRefused?: (detail: { origin: string }) => void;
  onEffect?: (detail: { name: string; data: Record<string, unknown> }) => void;
  onAction?: (detail: { name: string; data: Record<string, unknown> }) => void;
  /** The agent asks the page for something: what is returned goes back to it. */
  onTool?: (detail: { name: string; arguments: Record<string, unknown> }) => unknown;
  onIdentityRefused?: (detail: { reason: string }) => void;
  onIdentityExpired?: (detail: object) => void;
  onError?: (detail: { code: string }) => void;
}

/** A user token, nobody, or a function that knows. */
export type UserToken = string | null | (() => string | null | Promise<string | null>);

export interface ChatdockProps extends ChatdockEvents {
  /** Address of the chat's script: https://chat.example.com/embed/acme.js */
  src: string;
  userToken?: UserToken;
  options?: ChatdockOptions;
  /** What the page says of itself, unsigned, with every question. */
  context?: Record<string, string>;
  /** true opens, false closes, whenever it changes. */
  open?: boolean;
  /** For pages whose policy admits scripts by a nonce. */
  nonce?: string;
}

/** Each promise tells what came of the call, also when it was made before the script has arrived. */
export interface ChatdockCalls {
  /** Whether the chat is open now. */
  open(): Promise<boolean>;
  close(): Promise<boolean>;
  toggle(): Promise<boolean>;
  /** Fails with a `code` when the question was not stored. */
  send(text: string, how?: { open?: boolean; newConversation?: boolean }): Promise<{ message: string }>;
  /** What was left out of the options, and why. */
  set(options: ChatdockOptions): Promise<string[]>;
  context(context: Record<string, string> | null): Promise<void>;
  /** Whether the server has taken it. */
  identify(who: UserToken): Promise<boolean>;
}
