// The page API: window.chatdock. Made from the code by scripts/fix; do not edit by hand.

/** Every part may be left out; what is set stays until it is set again. */
export interface Options {
  ui?: {
    base?: {
      /** Picture on the launcher and in the title bar: a PNG, JPEG or WebP file, made small when it is stored. A page may name one of its own origin. */
      icon?: string;
      /** Panel (pc), full sheet (mobile), or by the width of the window (auto). */
      layout?: "auto" | "mobile" | "pc";
      /** Language, such as `zh-TW`; empty follows the page, then the browser. */
      lang?: string;
      /** Stacking order of launcher and panel. */
      zIndex?: number;
    };
    asstBtn?: {
      /** Show the launcher. */
      isNeed?: boolean;
      /** Corner of the window for launcher and panel; right and left are at the bottom. */
      position?: "left" | "right" | "top-left" | "top-right";
      /** Pixels from that side. */
      offsetX?: number;
      /** Pixels from the bottom or the top. */
      offsetY?: number;
      /** Visitors may drag the launcher; its place is remembered in their browser. */
      draggable?: boolean;
      /** Directions in which it may be dragged. */
      dragAxis?: "both" | "x" | "y";
      /** Picture on the launcher, where it is to be another than ui.base.icon. */
      icon?: string;
      /** Label beside the launcher's icon; empty shows none. */
      text?: string;
      /** Count answers that came while the chat was closed. */
      badge?: boolean;
      /** Tell of them in the page's title too: (1) in front of it, until they were seen. */
      titleHint?: boolean;
      teaser?: {
        /** Words in a bubble beside the launcher, until it is clicked or put away; empty: none. */
        text?: string;
        after?: {
          /** After so many seconds on the page; 0: not by time. */
          seconds?: number;
          /** When so many percent of the page are scrolled; 0: not by scrolling. */
          scroll?: number;
          /** Only on pages whose path and query are this; * stands for anything. Empty: on all. */
          url?: string;
        };
      };
      openAfter?: {
        /** After so many seconds on the page; 0: not by time. */
        seconds?: number;
        /** When so many percent of the page are scrolled; 0: not by scrolling. */
        scroll?: number;
        /** Only on pages whose path and query are this; * stands for anything. Empty: on all. */
        url?: string;
      };
    };
    header?: {
      /** Show the title bar. */
      isShow?: boolean;
      /** Show the close button. */
      isNeedClose?: boolean;
      /** Button that enlarges the panel, and makes it small again. */
      isNeedExpand?: boolean;
      /** Buttons of your own in the title bar: name, label, icon, link. Without link the page's action event tells of it. */
      actions?: Array<{ name: string; label: string; icon?: "home" | "info" | "link" | "mail" | "person" | "phone"; link?: string }>;
    };
    footer?: {
      /** Show the line under the composer. */
      isShow?: boolean;
      /** Its text; {{name}} is replaced by linkvars. Empty says that answers are made by AI. */
      expressionText?: string;
      /** name → {text, link}; without link plain text. */
      linkvars?: Record<string, { text: string; link?: string }>;
    };
    chatBot?: {
      /** Title; empty shows the site's name. */
      title?: string;
      /** Panel width in pixels. */
      width?: number;
      /** Panel height in pixels. */
      height?: number;
      /** Visitors may drag the panel's free corner; the size is remembered in their browser. */
      isResizable?: boolean;
      /** Element of the page that the chat fills, as a selector; the page may give the element itself. The launcher opens and closes it there. */
      el?: string | Element;
      /** Button that adds files, where the platform takes any. A page may hide it, not add it. */
      uploadable?: boolean;
      /** Button that takes speech as text, where the visitor's browser can. Some browsers have their maker's server listen. */
      isNeedAudio?: boolean;
      /** Button that starts a new conversation. */
      isNeedAddNewConversation?: boolean;
      /** Show the steps (tools, lookups) of an answer. */
      isNeedFunctionCallMessage?: boolean;
      /** Button under answers that quotes one in the next question. */
      isNeedQuote?: boolean;
      /** Show the model's thinking. */
      isNeedReasoning?: boolean;
      /** Show the sources of an answer. */
      isNeedSources?: boolean;
      feedback?: {
        /** Like and dislike under answers. A page may hide them, not add them. */
        isNeedFeedback?: boolean;
        feedbackPanel?: {
          /** Title of the panel after a dislike. */
          title?: string;
          /** Hint in its text box. */
          placeholder?: string;
          /** Reasons to choose from; isNeedDetail opens the text box. */
          tags?: Array<{ label: string; isNeedDetail?: boolean }>;
        };
      };
      /** Called before the chat opens, and waited for; false keeps it closed. */
      onBeforeShow?: () => unknown;
      /** Called when the chat has opened. */
      onShow?: () => unknown;
      /** Called before the chat closes, and waited for; false keeps it open. */
      onBeforeHide?: () => unknown;
      /** Called when the chat has closed. */
      onHide?: () => unknown;
    };
    conversations?: {
      /** List of the visitor's conversations: search, open, rename, delete. */
      isNeed?: boolean;
    };
    composer?: {
      /** Hint in the empty composer. */
      placeholder?: string;
    };
    theme?: {
      /** Colour of launcher, header and buttons (#rrggbb). */
      accent?: string;
      /** Background of the chat in the light scheme. */
      surface?: string;
      /** Background of the chat in the dark scheme. */
      darkSurface?: string;
      /** Colour of text in the light scheme; where it cannot be read it gives way. */
      text?: string;
      /** Colour of text in the dark scheme; where it cannot be read it gives way. */
      darkText?: string;
      grey?: {
        /** Hue of the greys, in degrees. */
        hue?: number;
        /** How much of the hue they take; 0 none. */
        tint?: number;
      };
      /** Light, dark, or as the device says. */
      scheme?: "auto" | "dark" | "light";
      /** Roundness of corners. */
      radius?: "large" | "medium" | "none" | "small";
      /** Room between things. */
      density?: "compact" | "normal" | "spacious";
      /** Font families of the visitor's device, in order; nothing is downloaded. */
      font?: string;
      /** Font families of code, likewise. */
      monoFont?: string;
      /** Size of text in pixels; 16 at least where fingers type. */
      fontSize?: number;
    };
  };
  userInfo?: {
    /** The page's own id of the visitor, shown to the site's owner. It selects no history: that takes a user token. */
    id?: string;
    /** Fills {{user_name}} in the greeting. */
    nickname?: string;
  };
}

/** The site that is meant, where a page has several; else the first. */
export interface Site {
  site?: string;
}

export interface SendOptions extends Site {
  /** false: the chat stays as it is. */
  open?: boolean;
  /** Begins a conversation of its own. */
  newConversation?: boolean;
}

export interface Sent {
  /** Its id, the one that webhooks tell. */
  message: string;
}

/** What your server signed for the visitor; null: nobody is signed in. */
export type UserToken = string | null;

/**
 * Why a question came to nothing: `code` is one of these, or one of the server's, such as
 * `run_active` or `rate_limited`.
 *
 * - `bad_input`: it is no text, empty, or longer than 32,000 characters
 * - `vetoed`: `onBeforeShow` kept the chat closed
 * - `refused`: this page's origin is not on the site's list
 * - `unreachable`: our server did not answer
 * - `interrupted`: the chat was loaded anew before it heard
 * - `destroyed`: the page took the widget away
 */
export interface Refusal extends Error {
  code: "bad_input" | "vetoed" | "refused" | "unreachable" | "interrupted" | "destroyed" | (string & {});
}

export interface Events {
  /** The launcher stands. */
  "ready": undefined;
  /** The chat was opened. */
  "open": undefined;
  /** The chat was closed. */
  "close": undefined;
  /** The visitor, or the page, sent a message. Its words only where the owner shares them. */
  "message": { text?: string };
  /** An answer began. */
  "answer.started": Record<string, never>;
  /** An answer has ended. */
  "answer": { state: "done" | "stopped" | "interrupted" | "failed"; text?: string };
  /** So many answers have ended unseen. */
  "unread": { count: number };
  /** Another conversation is shown. */
  "conversation.changed": Record<string, never>;
  /** A verdict; empty: taken back. */
  "feedback": { verdict: "like" | "dislike" | "" };
  /** This page's origin is not on the site's list. */
  "refused": { origin: string };
  /** The agent wants something done on the page; nobody waits for it. */
  "effect": { name: string; data: Record<string, unknown> };
  /** A button of the title bar, or a control of a widget, that the page is to handle. */
  "action": { name: string; data: Record<string, unknown> };
  /** The agent asks the page for something: what the handler returns goes back. */
  "tool": { name: string; arguments: Record<string, unknown> };
  /** A user token was refused. */
  "identity.refused": { reason: string };
  /** The user token has ended and the page gave no function that brings another. */
  "identity.expired": Record<string, never>;
  /** Something was refused, or the server is unreachable. */
  "error": { code: string };
}

export type Handler<Name extends keyof Events> = (detail: Events[Name]) => unknown;

export interface Chatdock {
  /** Opens the chat. Whether it is open then. */
  (call: "open", site?: Site): Promise<boolean>;
  /** Closes it. Whether it is open still. */
  (call: "close", site?: Site): Promise<boolean | undefined>;
  /** One or the other. Whether it is open then. */
  (call: "toggle", site?: Site): Promise<boolean>;
  /** Asks this in the visitor's place. Brings the message when it is stored; is rejected with a `Refusal`. */
  (call: "send", text: string, how?: SendOptions): Promise<Sent>;
  /** Changes options, at once. What of them was left out and why; undefined before the chat was wanted. */
  (call: "set", options: Options, site?: Site): Promise<string[] | undefined>;
  /** What the page says of itself from now on, instead of what it said before. */
  (call: "context", context: Record<string, string> | null, site?: Site): Promise<undefined>;
  /** Says who is signed in; null: nobody. Whether that was taken; undefined before the chat was wanted. */
  (call: "identify", who: UserToken | (() => UserToken | Promise<UserToken>), site?: Site): Promise<boolean | undefined>;
  /** Listens to an event. */
  <Name extends keyof Events>(call: "on", name: Name, handler: Handler<Name>, site?: Site): Promise<undefined>;
  /** Stops listening; without handler all of that name. */
  <Name extends keyof Events>(call: "off", name: Name, handler?: Handler<Name>, site?: Site): Promise<undefined>;
  /** Removes the widget; the tag may be inserted again. */
  (call: "destroy", site?: Site): Promise<undefined>;
}

declare global {
  interface Window {
    chatdock: Chatdock;
  }
  var chatdock: Chatdock;
}
