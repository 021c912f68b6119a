"""The calls and events of the page API, as ``packages/types/chatdock.d.ts`` declares them.

``tests/contract/test_types.py`` holds them to the loader and to docs/embedding.md.
"""

from __future__ import annotations

from typing import NamedTuple


class Call(NamedTuple):
    """``takes``: its arguments but the site, in TypeScript; ``gives`` what its promise brings."""

    name: str
    takes: str
    gives: str
    help: str


class Event(NamedTuple):
    name: str
    detail: str
    help: str


CALLS = (
    Call("open", "", "boolean", "Opens the chat. Whether it is open then."),
    Call("close", "", "boolean | undefined", "Closes it. Whether it is open still."),
    Call("toggle", "", "boolean", "One or the other. Whether it is open then."),
    Call(
        "send",
        "text: string, how?: SendOptions",
        "Sent",
        "Asks this in the visitor's place. Brings the message when it is stored; is rejected with"
        " a `Refusal`.",
    ),
    Call(
        "set",
        "options: Options",
        "string[] | undefined",
        "Changes options, at once. What of them was left out and why; undefined before the chat"
        " was wanted.",
    ),
    Call(
        "context",
        "context: Record<string, string> | null",
        "undefined",
        "What the page says of itself from now on, instead of what it said before.",
    ),
    Call(
        "identify",
        "who: UserToken | (() => UserToken | Promise<UserToken>)",
        "boolean | undefined",
        "Says who is signed in; null: nobody. Whether that was taken; undefined before the chat was"
        " wanted.",
    ),
    Call(
        "on",
        "name: Name, handler: Handler<Name>",
        "undefined",
        "Listens to an event.",
    ),
    Call(
        "off",
        "name: Name, handler?: Handler<Name>",
        "undefined",
        "Stops listening; without handler all of that name.",
    ),
    Call("destroy", "", "undefined", "Removes the widget; the tag may be inserted again."),
)

EVENTS = (
    Event("ready", "undefined", "The launcher stands."),
    Event("open", "undefined", "The chat was opened."),
    Event("close", "undefined", "The chat was closed."),
    Event(
        "message",
        "{ text?: string }",
        "The visitor, or the page, sent a message. Its words only where the owner shares them.",
    ),
    Event("answer.started", "Record<string, never>", "An answer began."),
    Event(
        "answer",
        '{ state: "done" | "stopped" | "interrupted" | "failed"; text?: string }',
        "An answer has ended.",
    ),
    Event("unread", "{ count: number }", "So many answers have ended unseen."),
    Event("conversation.changed", "Record<string, never>", "Another conversation is shown."),
    Event("feedback", '{ verdict: "like" | "dislike" | "" }', "A verdict; empty: taken back."),
    Event("refused", "{ origin: string }", "This page's origin is not on the site's list."),
    Event(
        "effect",
        "{ name: string; data: Record<string, unknown> }",
        "The agent wants something done on the page; nobody waits for it.",
    ),
    Event(
        "action",
        "{ name: string; data: Record<string, unknown> }",
        "A button of the title bar, or a control of a widget, that the page is to handle.",
    ),
    Event(
        "tool",
        "{ name: string; arguments: Record<string, unknown> }",
        "The agent asks the page for something: what the handler returns goes back.",
    ),
    Event("identity.refused", "{ reason: string }", "A user token was refused."),
    Event(
        "identity.expired",
        "Record<string, never>",
        "The user token has ended and the page gave no function that brings another.",
    ),
    Event("error", "{ code: string }", "Something was refused, or the server is unreachable."),
)

# Why a question came to nothing, beside the codes of the socket language.
REFUSALS = {
    "bad_input": "it is no text, empty, or longer than 32,000 characters",
    "vetoed": "`onBeforeShow` kept the chat closed",
    "refused": "this page's origin is not on the site's list",
    "unreachable": "our server did not answer",
    "interrupted": "the chat was loaded anew before it heard",
    "destroyed": "the page took the widget away",
}
