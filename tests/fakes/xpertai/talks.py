"""Threads and runs of the fake XpertAI: the four actions, joins and cancels."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tests.fakes.upstream import Reply, Step, json_reply
from tests.fakes.xpertai import answers, rules
from tests.fakes.xpertai.door import NOT_FOUND, Door
from tests.fakes.xpertai.interrupts import resumed
from tests.fakes.xpertai.rules import Refused
from tests.fakes.xpertai.run import Run, Thread
from tests.fakes.xpertai.scenarios import SCENARIOS, failing
from tests.fakes.xpertai.stage import Scenario, Stage, answer
from tests.fakes.xpertai.wire import KEEP_ALIVE, error_frame, text

STREAM_HEADERS = {
    "Content-Type": "text/event-stream",
    "Cache-Control": "private, no-cache, no-store, must-revalidate, max-age=0, no-transform",
    "X-Accel-Buffering": "no",
}
_TYPE_ERROR = "Cannot read properties of null (reading 'id')"
NOT_RUNNING = {"code": "steer_target_not_running", "message": "The target run is not running"}


class Talks(Door):
    """One request for a thread or a run."""

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

    # -- what starts or goes on

    def stream(self, id: str) -> Reply:  # noqa: A002
        try:
            return self._start_run(id)
        except Refused as refusal:
            if self.is_late:
                raise
            words = refusal.text if isinstance(refusal.text, str) else refusal.text["message"]
            return self._stream(iter([b"\n", error_frame(words)]))

    def _start_run(self, thread_id: str) -> Reply:
        thread = self.state.threads.get(thread_id)
        if thread is None:
            raise Refused(404, NOT_FOUND if self.is_late else _TYPE_ERROR)
        self.check_assistant(self.body.get("assistant_id", ""))
        sent = rules.check_run(self.body)
        if "message" in sent:
            self._check_files(sent["message"]["input"])
        if sent.get("action") == "follow_up":
            return self._follow_up(thread, sent)
        if thread.status == "busy" and self.behaviour.refuses_when_busy:
            raise Refused(*self.behaviour.refuses_when_busy)
        run, stage, scenario = self._playing(thread, sent)
        run.start(scenario, stage)
        response = self._stream(run.creators_view(self.behaviour.keep_alive_s))
        if self.is_late:
            response.headers["Content-Location"] = self.behaviour.content_location.format(
                prefix=self.behaviour.prefix, thread=thread.id, run=run.id
            )
        return response

    def _scenario(self, question: str) -> Scenario:
        if self.behaviour.fails_at_once:
            return failing(self.behaviour.fails_at_once, said="")
        return SCENARIOS.get(question) or answer(text(question))

    def _check_files(self, given: dict[str, Any]) -> None:
        for file in given.get("files", []):
            if not isinstance(file, dict) or file.get("id") not in self.state.files:
                raise Refused(400, "message.input.files: unknown file")

    def _playing(self, thread: Thread, sent: dict[str, Any]) -> tuple[Run, Stage, Scenario]:
        if sent.get("action") == "resume":
            return self._resumed(thread, sent)
        if sent.get("action", "send") == "retry":
            words = self._retried(thread, sent["source"])
            return *self._new_run(thread, words, ()), self._scenario(words)
        words, consumed = self._asked_in(thread, sent["message"])
        return *self._new_run(thread, words, consumed), self._scenario(words)

    def _asked_in(
        self, thread: Thread, sent: dict[str, Any]
    ) -> tuple[str, tuple[dict[str, Any], ...]]:
        """A message that waited is consumed, and with it all that wait (or it alone: UNVERIFIED
        which, since a source and the platform's words differ)."""
        named = sent.get("clientMessageId")
        matched = [m for m in thread.pending() if named and m["clientMessageId"] == named]
        if not matched:
            words = str(sent["input"]["input"])
            thread.messages.append(self._human(words, sent))
            return words, ()
        consumed = tuple(thread.pending() if self.behaviour.merges_pending else matched[:1])
        for message in consumed:
            message["followUpStatus"] = "consumed"
        return "\n\n".join(message["content"] for message in consumed), consumed

    def _human(self, words: str, sent: dict[str, Any], **more: Any) -> dict[str, Any]:
        return {
            "id": self.platform.new_id(),
            "role": "human",
            "content": words,
            "clientMessageId": sent.get("clientMessageId"),
            "files": sent["input"].get("files", []),
            **more,
        }

    def _retried(self, thread: Thread, source: dict[str, Any]) -> str:
        for index, message in enumerate(thread.messages):
            if message["id"] == source.get("aiMessageId"):
                return str(thread.messages[index - 1]["content"])
        raise Refused(400, "Missing retry source AI message")

    def _new_run(
        self, thread: Thread, question: str, consumed: tuple[dict[str, Any], ...]
    ) -> tuple[Run, Stage]:
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
            question=question,
            message=message,
            ids=self.platform.entries(),
            gate=self.platform.gate,
            ending=self.platform.upstream.closing,
            limit_s=self.behaviour.gate_limit_s,
        )
        self.state.runs[run_id] = run
        stage = Stage(question, thread.conversation, message_id, run_id, thread.id)
        stage.consumed = consumed
        return run, stage

    def _resumed(self, thread: Thread, sent: dict[str, Any]) -> tuple[Run, Stage, Scenario]:
        """The same run, message and execution go on."""
        target = sent["target"]
        known = {m["id"]: m for m in thread.messages}
        if target.get("aiMessageId") not in known:
            raise Refused(400, "Missing resume target AI message")
        execution = known[target["aiMessageId"]].get("executionId")
        run = self.state.runs.get(target.get("executionId", execution))
        if run is None or run.message["id"] != target["aiMessageId"]:
            raise Refused(400, "Missing resume target execution")
        if thread.operation is None:
            raise Refused(400, "Nothing is interrupted")
        answers.check(thread.operation, sent)
        stage = Stage(run.question, thread.conversation, run.message["id"], run.id, thread.id)
        stage.decision = {**sent["decision"], "patch": sent.get("patch")}
        return run, stage, resumed(run.question)

    def _follow_up(self, thread: Thread, sent: dict[str, Any]) -> Reply:
        if not self.behaviour.knows_follow_ups:
            raise Refused(400, "action: Invalid discriminator value")
        if thread.status == "interrupted":
            raise Refused(400, "Follow-up is not available while the conversation is interrupted")
        running = [run for run in self._runs_of(thread.id) if not run.is_over]
        wanted = sent.get("target", {}).get("executionId")
        if sent["mode"] == "steer" and wanted not in {run.id for run in running}:
            raise Refused(400, NOT_RUNNING)
        words = sent["message"]["input"]["input"]
        row = self._human(words, sent["message"], followUpStatus="pending", executionId=wanted)
        thread.messages.append(row)
        for run in running:
            run.wake()
        return self._stream(iter([b"\n"]))

    # -- what is under way

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

    def _stream(self, frames: Iterator[Step], status: int | None = None) -> Reply:
        status = status or (200 if self.is_late else 201)
        return Reply(status, dict(STREAM_HEADERS), frames)
