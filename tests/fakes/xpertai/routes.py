"""The paths of the fake XpertAI. What stands here is what the facts name; the rest is 404."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any
from uuid import UUID

from werkzeug.routing import Map, Rule

from tests.fakes.upstream import Asked, Reply, Step, json_reply
from tests.fakes.xpertai import rules
from tests.fakes.xpertai.door import NOT_FOUND, Door
from tests.fakes.xpertai.rules import Refused
from tests.fakes.xpertai.run import Run, Thread
from tests.fakes.xpertai.scenarios import SCENARIOS, Scenario, Stage, answer
from tests.fakes.xpertai.wire import KEEP_ALIVE, error_frame, text

if TYPE_CHECKING:
    pass

STREAM_HEADERS = {
    "Content-Type": "text/event-stream",
    "Cache-Control": "private, no-cache, no-store, must-revalidate, max-age=0, no-transform",
    "X-Accel-Buffering": "no",
}

MAP = Map(
    [
        Rule("/v1/chatkit/sessions", endpoint="mint", methods=["POST"]),
        Rule("/assistants/search", endpoint="search_assistants", methods=["POST"]),
        Rule("/assistants/<id>", endpoint="assistant", methods=["GET"]),
        Rule("/threads", endpoint="create_thread", methods=["POST"]),
        Rule("/threads/<id>", endpoint="thread", methods=["GET"]),
        Rule("/threads/<id>", endpoint="delete_thread", methods=["DELETE"]),
        Rule("/threads/<id>/runs", endpoint="runs", methods=["GET"]),
        Rule("/threads/<id>/runs/stream", endpoint="stream", methods=["POST"]),
        Rule("/threads/<id>/runs/<run>", endpoint="run", methods=["GET"]),
        Rule("/threads/<id>/runs/<run>/stream", endpoint="join", methods=["GET"]),
        Rule("/threads/<id>/runs/<run>/cancel", endpoint="cancel", methods=["POST"]),
        Rule("/conversations/search", endpoint="search_conversations", methods=["POST"]),
        Rule("/conversations/<id>/messages", endpoint="messages", methods=["GET"]),
        Rule("/conversations/<id>/messages/search", endpoint="messages", methods=["POST"]),
        Rule(
            "/conversations/<id>/messages/<message>/feedbacks",
            endpoint="feedbacks",
            methods=["GET", "POST"],
        ),
        Rule(
            "/conversations/<id>/messages/<message>/feedbacks/<feedback>",
            endpoint="feedback",
            methods=["PATCH", "DELETE"],
        ),
    ]
)


def match(asked: Asked, prefix: str) -> tuple[str, dict[str, Any]]:
    """Endpoint and values; raises ``werkzeug.exceptions.NotFound``."""
    path = asked.path.removeprefix(prefix) if asked.path.startswith(prefix + "/") else "/lost"
    endpoint, values = MAP.bind("x", path_info=path).match(method=asked.method)
    return endpoint, dict(values)


class Routes(Door):
    """One request at its path."""

    def dispatch(self, endpoint: str, values: dict[str, Any]) -> Reply:
        if refusal := self.refuse_credential():
            return refusal
        result: Reply = getattr(self, endpoint)(**values)
        return result

    # -- threads and runs

    def create_thread(self) -> Reply:
        rules.check_thread(self.body)
        assistant = self.body.get("assistant_id")
        if assistant:
            self.check_assistant(assistant)
        wanted = self.body.get("thread_id") or self.platform.new_id()
        known = self.state.threads.get(wanted)
        if known and self.body.get("if_exists") == "raise":
            raise Refused(400, "The thread already exists.")
        thread = known or Thread(wanted, self.platform.new_id(), assistant)
        self.state.threads[thread.id] = thread
        return json_reply(201, thread.shown())

    def thread(self, id: str) -> Reply:  # noqa: A002
        thread = self.state.threads.get(id)
        if thread is None and self.is_late:
            raise Refused(404, NOT_FOUND)
        if thread is None or (not self.is_late and not self._runs_of(id)):
            raise Refused(500, "Internal server error")
        return json_reply(200, thread.shown())

    def delete_thread(self, id: str) -> Reply:  # noqa: A002
        self.state.threads.pop(id, None)
        return Reply(202, framing="length")

    def _runs_of(self, thread: str) -> list[Run]:
        return [run for run in self.state.runs.values() if run.thread.id == thread]

    def runs(self, id: str) -> Reply:  # noqa: A002
        limit = int(self.asked.query.get("limit", ["10"])[0])
        return json_reply(200, [run.shown() for run in reversed(self._runs_of(id))][:limit])

    def run(self, id: str, run: str) -> Reply:  # noqa: A002
        if run not in self.state.runs or self.behaviour.forgets_runs:
            raise Refused(404, NOT_FOUND)
        shown = self.state.runs[run].shown()
        status = "running" if self.behaviour.reports_running else shown["status"]
        return json_reply(200, {**shown, "status": status})

    def stream(self, id: str) -> Reply:  # noqa: A002
        try:
            return self._start_run(id)
        except Refused as refusal:
            if self.is_late:
                raise
            return self._stream(iter([b"\n", error_frame(refusal.text)]), 201)

    def _start_run(self, thread_id: str) -> Reply:
        thread = self.state.threads.get(thread_id)
        if thread is None:
            raise Refused(404, NOT_FOUND if self.is_late else _TYPE_ERROR)
        self.check_assistant(self.body.get("assistant_id", ""))
        sent = rules.check_run(self.body)
        if sent.get("action") == "follow_up":
            return self._stream(iter([b"\n"]), 200 if self.is_late else 201)
        question = self._question(thread, sent)
        run, stage = self._new_run(thread, question)
        run.start(_scenario(question), stage)
        response = self._stream(
            run.creators_view(self.behaviour.keep_alive_s), 200 if self.is_late else 201
        )
        if self.is_late:
            response.headers["Content-Location"] = self.behaviour.content_location.format(
                prefix=self.behaviour.prefix, thread=thread.id, run=run.id
            )
        return response

    def _question(self, thread: Thread, sent: dict[str, Any]) -> str:
        if sent.get("action", "send") == "send":
            words: str = sent["message"]["input"]["input"]
            asked = {"id": self.platform.new_id(), "role": "human", "content": words}
            thread.messages.append(asked)
            return words
        source = sent["source"]
        for index, message in enumerate(thread.messages):
            if message["id"] == source.get("aiMessageId"):
                return str(thread.messages[index - 1]["content"])
        raise Refused(400, "Missing retry source AI message")

    def _new_run(self, thread: Thread, question: str) -> tuple[Run, Stage]:
        run_id, message_id = self.platform.new_id(), self.platform.new_id()
        message: dict[str, Any] = {
            "id": message_id,
            "conversationId": thread.conversation,
            "role": "ai",
            "content": [],
            "reasoning": [],
            "status": "thinking",
            "error": None,
            "executionId": run_id,
        }
        thread.messages.append(message)
        run = Run(
            thread,
            run_id=run_id,
            message=message,
            ids=self.platform.entries(),
            gate=self.platform.gate,
            ending=self.platform.upstream.closing,
            limit_s=self.behaviour.gate_limit_s,
        )
        self.state.runs[run_id] = run
        return run, Stage(question, thread.conversation, message_id, run_id, thread.id)

    def join(self, id: str, run: str) -> Reply:  # noqa: A002
        known = self.state.runs.get(run)
        after = self.asked.headers.get("last-event-id")
        if self.behaviour.gate_opened_by_join:
            self.platform.gate(self.behaviour.gate_opened_by_join).set()
        if self.behaviour.forgets_cursors and after:
            return self._stream(self._join_nothing(), 200)
        if known and not known.is_forgotten:
            return self._stream(known.joiners_view(after, self.behaviour.keep_alive_s), 200)
        return self._stream(self._join_nothing(), 200)

    def _join_nothing(self) -> Iterator[Step]:
        """Nothing to replay: the older build never says so, and never ends."""
        yield b"\n"
        if self.is_late:
            yield b'id: 1720000000000-9\ndata: {"type":"stream_resync"}\n\n'
        while not self.platform.upstream.closing.wait(self.behaviour.keep_alive_s):
            yield KEEP_ALIVE

    def cancel(self, id: str, run: str) -> Reply:  # noqa: A002
        if run not in self.state.runs:
            raise Refused(404, NOT_FOUND)
        self.state.runs[run].cancel()
        return json_reply(201, {"canceledExecutionIds": [run]})

    def _stream(self, frames: Iterator[Step], status: int) -> Reply:
        return Reply(status, dict(STREAM_HEADERS), frames)

    # -- conversations and feedback

    def _of_conversation(self, id: str) -> Thread:  # noqa: A002
        _check_uuid(id)
        for thread in self.state.threads.values():
            if thread.conversation == id:
                return thread
        raise Refused(404, NOT_FOUND)

    def search_conversations(self) -> Reply:
        rules.check_search(self.body)
        wanted = self.body.get("where", {}).get("threadId")
        found = [
            {"id": t.conversation, "threadId": t.id, "title": t.title, "status": t.status}
            for t in self.state.threads.values()
            if wanted in (None, t.id)
        ]
        return json_reply(200, {"items": found, "total": len(found)})

    def messages(self, id: str) -> Reply:  # noqa: A002
        messages = self._of_conversation(id).messages
        if self.asked.method == "POST":
            rules.check_search(self.body)
            where = self.body.get("where", {})
            messages = [m for m in messages if all(m.get(k) == v for k, v in where.items())]
            if self.body.get("order") == {"createdAt": "DESC"}:
                messages.reverse()
        if self.behaviour.unfinished_reads:
            self.behaviour.unfinished_reads -= 1
            messages = [{**m, "status": "answering", "content": []} for m in messages]
        return json_reply(200, {"items": messages, "total": len(messages)})

    def feedbacks(self, id: str, message: str) -> Reply:  # noqa: A002
        self._of_conversation(id)
        _check_uuid(message)
        if self.asked.method == "GET":
            items = [f for f in self.state.feedback.values() if f["messageId"] == message]
            return json_reply(200, {"items": items, "total": len(items)})
        rules.check_feedback(self.body)
        given = {"id": self.platform.new_id(), "conversationId": id, "messageId": message}
        self.state.feedback[given["id"]] = {**given, **self.body}
        return json_reply(201, self.state.feedback[given["id"]])

    def feedback(self, id: str, message: str, feedback: str) -> Reply:  # noqa: A002
        if self.asked.method == "DELETE":
            self.state.feedback.pop(feedback)
            return Reply(202, framing="length")
        rules.check_feedback(self.body)
        self.state.feedback[feedback].update(self.body)
        return json_reply(200, self.state.feedback[feedback])


_TYPE_ERROR = "Cannot read properties of null (reading 'id')"


def _scenario(question: str) -> Scenario:
    return SCENARIOS.get(question) or answer(text(question))


def _check_uuid(value: str) -> None:
    try:
        UUID(value)
    except ValueError:
        raise Refused(400, "Validation failed (uuid is expected)") from None
