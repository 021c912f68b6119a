"""The paths of the fake Coze. What stands here is what the facts name; the rest is 404."""

from __future__ import annotations

import re
from email.parser import BytesParser
from email.policy import HTTP
from typing import TYPE_CHECKING, Any

from werkzeug.routing import Map, Rule

from tests.fakes.coze import rules
from tests.fakes.coze.door import Identity
from tests.fakes.coze.rules import Refused, only
from tests.fakes.coze.run import Conversation, Run, Scenario, new_id
from tests.fakes.coze.shop import BOTS, FLOW, onboarding
from tests.fakes.coze.waits import after_tools
from tests.fakes.coze.wire import Chat, Style, envelope
from tests.fakes.upstream import Asked, Reply

if TYPE_CHECKING:
    from tests.fakes.coze.platform import Coze

_RULES = [
    Rule("/v1/conversation/create", endpoint="create", methods=["POST"]),
    Rule("/v1/conversations/<conversation>", endpoint="delete", methods=["DELETE"]),
    Rule("/v3/chat", endpoint="chat", methods=["POST"]),
    Rule("/v3/chat/retrieve", endpoint="retrieve", methods=["GET", "POST"]),
    Rule("/v3/chat/message/list", endpoint="messages", methods=["GET"]),
    Rule("/v3/chat/cancel", endpoint="cancel", methods=["POST"]),
    Rule("/v1/workflows/chat", endpoint="flow", methods=["POST"]),
    Rule("/v1/workflows/<flow>", endpoint="about_flow", methods=["GET"]),
    Rule("/v1/bots/<bot>", endpoint="about_bot", methods=["GET"]),
    Rule("/v1/files/upload", endpoint="upload", methods=["POST"]),
]
_CLOUD_RULES = [
    Rule("/api/permission/oauth2/token", endpoint="exchange", methods=["POST"]),
    Rule("/api/permission/oauth2/account/<account>/token", endpoint="exchange", methods=["POST"]),
    Rule("/v3/chat/submit_tool_outputs", endpoint="submit", methods=["POST"]),
    Rule(
        "/v1/conversations/<conversation>/messages/<message>/feedback",
        endpoint="feedback",
        methods=["POST", "DELETE"],
    ),
]
STUDIO = Map([rule.empty() for rule in _RULES])
CLOUD = Map(_RULES + _CLOUD_RULES)
STREAM = {"Content-Type": "text/event-stream; charset=utf-8", "X-Tt-Logid": "20260101STREAM"}


def match(asked: Asked, *, is_studio: bool) -> tuple[str, dict[str, Any]]:
    """Endpoint and values; raises ``werkzeug.exceptions.NotFound``."""
    paths = STUDIO if is_studio else CLOUD
    endpoint, values = paths.bind("x", path_info=asked.path).match(method=asked.method)
    return endpoint, dict(values)


class Routes:
    """One request at its path."""

    def __init__(self, platform: Coze, asked: Asked) -> None:
        self.platform, self.asked = platform, asked
        self.state, self.behaviour = platform.state, platform.behaviour

    def dispatch(self, endpoint: str, values: dict[str, Any]) -> Reply:
        if endpoint == "exchange":
            only(self.asked.query, set(), "query")
            self.platform.minting.wait(10)
            return self.platform.door.exchange(self.asked)
        self.identity: Identity = self.platform.door.identity(self.asked)
        result: Reply = getattr(self, endpoint)(**values)
        return result

    # -- conversations

    def create(self) -> Reply:
        body = self._body({"bot_id", "name", "messages", "meta_data", "connector_id"})
        made = self._new_conversation(str(body.get("name", "")), body)
        return self._ok(
            {"id": made.id, "last_section_id": made.id, "connector_id": "1024", "created_at": 1}
        )

    def delete(self, conversation: str) -> Reply:
        self._query(set())
        self.state.conversations.pop(self._conversation(conversation).id)
        return self._ok({})

    def _new_conversation(self, name: str, fields: dict[str, Any]) -> Conversation:
        made = Conversation(new_id(), self.identity, name, fields)
        self.state.conversations[made.id] = made
        return made

    def _conversation(self, id_: str | None) -> Conversation:
        """Missing and not yours look the same."""
        found = self.state.conversations.get(id_ or "")
        if found is None or found.owner != self.identity:
            raise Refused(4002, f"conversation {id_} not found")
        return found

    # -- runs

    def chat(self) -> Reply:
        query = self._query({"conversation_id"})
        body = self.asked.json
        rules.check_chat(body)
        self._check_bot(body["bot_id"])
        known = query.get("conversation_id")
        conversation = self._conversation(known) if known else self._new_conversation("", {})
        style: Style = "studio" if self.platform.is_studio else "chat"
        return self._start(conversation, body, style, body["bot_id"])

    def flow(self) -> Reply:
        self._query(set())
        body = self.asked.json
        rules.check_flow(body)
        if body.get("workflow_id") != FLOW:
            raise Refused(4200, "workflow not found")
        if "bot_id" in body:
            self._check_bot(body["bot_id"])
        style: Style = "studio_flow" if self.platform.is_studio else "flow"
        return self._start(self._flow_conversation(body), body, style, "")

    def _flow_conversation(self, body: dict[str, Any]) -> Conversation:
        """Without an id, an app's chatflow goes on with the one of its name, of the same caller."""
        if known := body.get("conversation_id"):
            return self._conversation(known)
        name = str(body["parameters"].get("CONVERSATION_NAME", "Default"))
        for conversation in self.state.conversations.values():
            if (conversation.name, conversation.owner) == (name, self.identity):
                return conversation
        return self._new_conversation(name, {})

    def _check_bot(self, bot: str) -> None:
        if bot not in BOTS:
            raise Refused(4006, "bot not found")
        if not BOTS[bot]:
            raise Refused(4015, f"The bot {bot} is not published to the channel")

    def _start(
        self, conversation: Conversation, body: dict[str, Any], style: Style, bot: str
    ) -> Reply:
        runs = [r for r in self.state.runs.values() if r.conversation is conversation]
        if any(run.is_alive for run in runs) and not self.behaviour.forgets_busy:
            raise Refused(4016, "a chat is in progress in this conversation")
        run = self._new_run(conversation, body, style, bot)
        if code := _refusal_of(run.question, run.tries):
            self.state.runs.pop(run.chat.id)
            raise Refused(code, f"refused {code} for {run.key}")
        conversation.messages += body["additional_messages"]
        return self._stream(run, self.platform.scenario(run.question))

    def _new_run(
        self, conversation: Conversation, body: dict[str, Any], style: Style, bot: str
    ) -> Run:
        run = Run(
            Chat(new_id(), conversation.id, bot),
            conversation,
            style,
            body,
            tries=0,
            gate=self.platform.gate,
            key=self.asked.headers["authorization"].removeprefix("Bearer "),
        )
        self.platform.tries[run.question] += 1
        run.tries = self.platform.tries[run.question]
        self.state.runs[run.chat.id] = run
        return run

    def _stream(self, run: Run, scenario: Scenario) -> Reply:
        return Reply(200, dict(STREAM), run.frames(scenario(run)))

    def _run(self, values: dict[str, str]) -> Run:
        self._conversation(values.get("conversation_id"))
        run = self.state.runs.get(values.get("chat_id", ""))
        if run is None or run.conversation.id != values["conversation_id"]:
            raise Refused(4001, "chat not found")
        return run

    def retrieve(self) -> Reply:
        """The docs say GET, both SDKs send POST with the same query."""
        if (self.asked.method == "POST") is not self.behaviour.retrieves_by_post:
            raise Refused(405, "method not allowed", 405)
        run = self._run(self._query({"conversation_id", "chat_id"}))
        shown = run.chat.shown()
        if self.behaviour.unfinished_reads:
            self.behaviour.unfinished_reads -= 1
            shown["status"] = "in_progress"
        return self._ok(shown)

    def messages(self) -> Reply:
        run = self._run(self._query({"conversation_id", "chat_id"}))
        return self._ok(run.messages)

    def cancel(self) -> Reply:
        run = self._run(self._body({"conversation_id", "chat_id"}))
        if not run.is_alive:
            raise Refused(103200005 if self.platform.is_studio else 4104, "cannot be cancelled")
        run.cancel()
        return self._ok(run.chat.shown())

    def submit(self) -> Reply:
        run = self._run(self._query({"conversation_id", "chat_id"}))
        run.outputs = rules.check_tool_outputs(self.asked.json)
        action = run.chat.required_action or {"submit_tool_outputs": {"tool_calls": []}}
        wanted = {call["id"] for call in action["submit_tool_outputs"]["tool_calls"]}
        if {output["tool_call_id"] for output in run.outputs} != wanted or not wanted:
            raise Refused(4000, "tool_call_id does not fit")
        return self._stream(run, after_tools)

    # -- what is around

    def about_bot(self, bot: str) -> Reply:
        self._query({"is_published"})
        self._check_bot(bot)
        said = onboarding(in_capitals=self.behaviour.greets_in_capitals)
        return self._ok({"bot_id": bot, "name": "Shop", "onboarding_info": said})

    def about_flow(self, flow: str) -> Reply:
        self._query({"include_input_output"})
        if flow != FLOW:
            raise Refused(4200, "workflow not found")
        about = {"workflow_id": flow, "workflow_name": "Shop flow", "app_id": "0"}
        role = {"onboarding_info": onboarding()}
        return self._ok({"workflow_detail": about, "role": role})

    def upload(self) -> Reply:
        self._query(set())
        parts = _parts(self.asked)
        if len(parts) != 1 or parts[0][0] != "file":
            raise Refused(4301, "one file, in the field file")
        _, name, data = parts[0]
        if name.endswith(".exe"):
            raise Refused(4303, "this type is not supported")
        if not data:
            raise Refused(4300, "the file is empty")
        id_ = new_id()
        self.state.files[id_] = (name, data)
        return self._ok({"id": id_, "bytes": len(data), "file_name": name, "created_at": 1})

    def feedback(self, conversation: str, message: str) -> Reply:
        self._query(set())
        found = self._conversation(conversation)
        runs = [run for run in self.state.runs.values() if run.conversation is found]
        if not any(m["id"] == message for run in runs for m in run.messages):
            raise Refused(4200, "message not found")
        if self.asked.method == "DELETE":
            self.state.feedback.pop(message, None)
        else:
            rules.check_feedback(self.asked.json)
            self.state.feedback[message] = self.asked.json
        return self._ok(None)

    def _query(self, known: set[str]) -> dict[str, str]:
        only(self.asked.query, known, "query")
        return {name: values[0] for name, values in self.asked.query.items()}

    def _body(self, known: set[str]) -> dict[str, Any]:
        only(self.asked.query, set(), "query")
        only(self.asked.json, known)
        body: dict[str, Any] = self.asked.json
        return body

    def _ok(self, data: Any) -> Reply:
        return envelope(0, "", data)


def _refusal_of(question: str, tries: int) -> int:
    """``refused:4009``: a JSON envelope in place of the stream; ``… once`` only the first."""
    named = re.fullmatch(r"refused:(-?\d+)( once| twice)?", question)
    if not named:
        return 0
    times = {" once": 1, " twice": 2, None: 1000}[named[2]]
    return int(named[1]) if tries <= times else 0


def _parts(asked: Asked) -> list[tuple[str, str, bytes]]:
    """The fields of a multipart body: name, file name, bytes."""
    head = f"Content-Type: {asked.headers['content-type']}\r\n\r\n".encode()
    message = BytesParser(policy=HTTP).parsebytes(head + asked.body)
    return [
        (
            str(part.get_param("name", header="content-disposition")),
            part.get_filename() or "",
            part.get_payload(decode=True),  # type: ignore[misc]
        )
        for part in message.iter_parts()
    ]
