"""The app and its questions: the fake's calls that start and stop runs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from tests.fakes.dify import rules
from tests.fakes.dify.run import Conversation, Run, new_row
from tests.fakes.dify.scenarios import SCENARIOS, Scenario, answering
from tests.fakes.dify.stage import Stage
from tests.fakes.dify.wire import KEY, PING, STREAM_HEADERS, USAGE, Refused, now
from tests.fakes.upstream import Asked, Reply, Step, json_reply

if TYPE_CHECKING:
    from tests.fakes.dify.platform import Dify


class Chat:
    """One request at its path."""

    def __init__(self, platform: Dify, asked: Asked) -> None:
        self.platform, self.asked = platform, asked
        self.state, self.behaviour = platform.state, platform.behaviour
        is_json = asked.headers.get("content-type", "").startswith("application/json")
        self.body: Any = asked.json if asked.body and is_json else {}

    def dispatch(self, endpoint: str, values: dict[str, Any]) -> Reply:
        rules.check_headers(self.asked.headers)
        scheme, _, key = self.asked.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or key != KEY:
            raise Refused(401, "unauthorized", "Access token is invalid")
        rules.check_query(endpoint, self.asked.query)
        result: Reply = getattr(self, endpoint)(**values)
        return result

    def _user(self) -> str:
        return self.asked.query["user"][0] if "user" in self.asked.query else self.body["user"]

    # -- the app

    def info(self) -> Reply:
        told = {"name": "Shop", "description": "", "tags": [], "mode": self.behaviour.mode}
        return json_reply(200, {**told, "author_name": "me"})

    def parameters(self) -> Reply:
        return json_reply(200, self.platform.parameters)

    # -- chat

    def chat(self) -> Reply:
        if self.behaviour.mode in ("workflow", "completion"):
            raise Refused(400, "not_chat_app", "Please check if your app mode matches.")
        form = self.platform.parameters["user_input_form"]
        rules.check_chat(self.body, form, self.behaviour.mode)
        for given in self.body.get("files", []):
            rules.check_file(given, self.state.uploads, self.body["user"])
        conversation = self._conversation()
        if conversation is None:
            return self._stream(self._only_pings())
        if conversation.is_completed:
            raise Refused(400, "conversation_completed", "The conversation has ended.")
        run = self._new_run(conversation)
        run.start(_scenario(self.behaviour.always or self.body["query"]))
        if self.behaviour.answers_json or self._takes_blocking():
            return self._whole(run)
        return self._stream(run.creators_view(self.behaviour.ping_s))

    def _takes_blocking(self) -> bool:
        """One release answers a blocking call of a flow with a stream."""
        is_odd = self.behaviour.mode == "advanced-chat" and self.behaviour.version == "1.13.0"
        return self.body.get("response_mode", "blocking") == "blocking" and not is_odd

    def _conversation(self) -> Conversation | None:
        """The one asked for, a new one, or None where an unknown one means endless pings."""
        wanted = self.body.get("conversation_id")
        if not wanted:
            name = self.body["query"][:20]
            made = Conversation(self.platform.new_id(), self.body["user"], name)
            self.state.conversations[made.id] = made
            return made
        known = self.state.conversations.get(wanted)
        if known and known.user == self.body["user"]:
            return known
        if self.behaviour.hangs_on_unknown:
            return None
        raise Refused(404, "not_found", "Conversation Not Exists.")

    def _only_pings(self) -> Iterator[Step]:
        yield PING
        while self.behaviour.unknown != "eof" and not self._is_ending():
            yield PING

    def _is_ending(self) -> bool:
        return self.platform.upstream.closing.wait(self.behaviour.ping_s)

    def _new_run(self, conversation: Conversation) -> Run:
        new_id = self.platform.new_id
        stage = Stage(
            question=self.body["query"],
            mode=self.behaviour.mode,
            version=self.behaviour.version,
            conversation=conversation.id,
            message=new_id(),
            task=new_id(),
            run=new_id(),
            file_url="/files/tools/a.png?timestamp=1&nonce=2&sign=3",
            body=self.body,
            form_token=f"tok-{new_id()}",
        )
        row = new_row(conversation, stage.message, self.body)
        conversation.messages.append(row)
        run = Run(
            stage,
            self.body["user"],
            row=row,
            gate=self.platform.gate,
            ending=self.platform.upstream.closing,
        )
        self.state.runs[stage.task] = run
        self.state.forms[stage.form_token] = run
        return run

    def _whole(self, run: Run) -> Reply:
        run.wait_over()
        stage = run.stage
        return json_reply(
            200,
            {
                "event": "message",
                "task_id": stage.task,
                "id": stage.message,
                "message_id": stage.message,
                "conversation_id": stage.conversation,
                "mode": stage.mode,
                "answer": run.row["answer"],
                "metadata": {"usage": USAGE, "retriever_resources": []},
                "created_at": now(),
            },
        )

    def stop(self, task: str) -> Reply:
        """Always a success, also for a wrong user, and then nothing happens."""
        rules.only(self.body, {"user"})
        run = self.state.runs.get(task)
        if run and run.user == rules.check_user(self.body):
            run.stop()
        return json_reply(200, {"result": "success"})

    def _stream(self, frames: Iterator[Step]) -> Reply:
        return Reply(200, dict(STREAM_HEADERS), frames)


def _scenario(question: str) -> Scenario:
    if question in SCENARIOS:
        return SCENARIOS[question]

    def play(stage: Stage) -> Iterator[Any]:
        return answering(stage, stage.text(question))

    return play
