"""The paths of the fake Dify. What stands here is what the facts name; the rest is 404."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from typing import TYPE_CHECKING, Any

from werkzeug.formparser import parse_form_data
from werkzeug.routing import Map, Rule

from tests.fakes.dify import oddities, rules, waits, works
from tests.fakes.dify.chat import Chat
from tests.fakes.dify.run import Conversation, Run
from tests.fakes.dify.showcase import FOLLOW_UPS
from tests.fakes.dify.wire import Refused, frame, now
from tests.fakes.upstream import Asked, Reply, Step, json_reply

if TYPE_CHECKING:
    from tests.fakes.dify.platform import Behaviour

FORM_TOKEN_CHARS = 40
assert oddities
assert waits
assert works


def match(asked: Asked, behaviour: Behaviour) -> tuple[str, dict[str, Any]]:
    """Endpoint and values; raises ``werkzeug.exceptions.NotFound``."""
    chat = behaviour.chat_path
    named = [
        ("POST", chat, "chat"),
        ("POST", f"{chat}/<task>/stop", "stop"),
        ("POST", "/files/upload", "upload"),
        ("POST", "/messages/<message>/feedbacks", "feedback"),
        ("GET", "/messages/<message>/suggested", "suggested"),
        ("GET", "/messages", "messages"),
        ("GET", "/conversations", "conversations"),
        ("POST", "/conversations/<id>/name", "name"),
        ("DELETE", "/conversations/<id>", "delete"),
        ("GET", "/info", "info"),
        ("GET", "/parameters", "parameters"),
    ]
    if behaviour.has_forms:
        named += [
            ("GET", "/workflow/<run>/events", "events"),
            ("GET", "/form/human_input/<token>", "form"),
            ("POST", "/form/human_input/<token>", "fill"),
        ]
    rules_ = [Rule(path, endpoint=name, methods=[method]) for method, path, name in named]
    prefix = behaviour.prefix
    path = asked.path.removeprefix(prefix) if asked.path.startswith(prefix + "/") else "/lost"
    endpoint, values = Map(rules_).bind("x", path_info=path).match(method=asked.method)
    return endpoint, dict(values)


class Routes(Chat):
    """One request at its path, whatever it is about."""

    # -- messages and conversations

    def _owned(self, conversation: str) -> Conversation:
        rules.check_uuid(conversation)
        found = self.state.conversations.get(conversation)
        if found is None or found.user != self._user():
            raise Refused(404, "not_found", "Conversation Not Exists.")
        return found

    def _message(self, message: str) -> dict[str, Any]:
        for conversation in self.state.conversations.values():
            for row in conversation.messages:
                if row["id"] == message and conversation.user == self._user():
                    return row
        raise Refused(404, "not_found", "Message Not Exists.")

    def messages(self) -> Reply:
        """The newest page, and inside it the oldest first."""
        found = self._owned(self.asked.query["conversation_id"][0]).messages
        limit = int(self.asked.query.get("limit", ["20"])[0])
        page = [self._shown(row) for row in found[-limit:]]
        has_more = len(found) > limit
        return json_reply(200, {"limit": limit, "has_more": has_more, "data": page})

    def _shown(self, row: dict[str, Any]) -> dict[str, Any]:
        """The answer is stored when the run is over, if it is: that depends on the version."""
        runs = self.state.runs.values()
        is_over = all(run.is_over for run in runs if run.row is row)
        return row if is_over and self.behaviour.keeps_runs else {**row, "answer": ""}

    def feedback(self, message: str) -> Reply:
        rules.only(self.body, {"rating", "content", "user"})
        rules.check_user(self.body)
        row = self._message(message)
        rating = self.body.get("rating")
        if rating not in ("like", "dislike", None) or (rating is None and not row["feedback"]):
            raise Refused(400, "invalid_param", "rating cannot be None when feedback not exists")
        row["feedback"] = {"rating": rating} if rating else None
        return json_reply(200, {"result": "success"})

    def suggested(self, message: str) -> Reply:
        asked = self._message(message)["query"]
        if not self.platform.parameters["suggested_questions_after_answer"]["enabled"]:
            raise Refused(400, "bad_request", "Suggested Questions Is Disabled.")
        if self.behaviour.suggestions_wait:
            self.platform.gate(self.behaviour.suggestions_wait).wait(10)
        suggests = FOLLOW_UPS.get(asked, self.behaviour.suggests)
        return json_reply(200, {"result": "success", "data": list(suggests)})

    def conversations(self) -> Reply:
        mine = [c for c in self.state.conversations.values() if c.user == self._user()]
        rows = [{"id": c.id, "name": c.name, "inputs": {}, "status": "normal"} for c in mine]
        return json_reply(200, {"limit": 20, "has_more": False, "data": rows[::-1]})

    def name(self, id: str) -> Reply:  # noqa: A002
        rules.only(self.body, {"name", "auto_generate", "user"})
        rules.check_user(self.body)
        found = self._owned(id)
        if not any(row["answer"] for row in found.messages):
            raise Refused(400, "bad_request", "The conversation has no messages yet.")
        found.name = "Postage" if self.body.get("auto_generate") else self.body["name"]
        return json_reply(200, {"id": id, "name": found.name, "inputs": {}, "status": "normal"})

    def delete(self, id: str) -> Reply:  # noqa: A002
        """By id alone: this release asks for no owner."""
        rules.only(self.body, {"user"})
        self.state.conversations.pop(id, None)
        return Reply(204, framing="length")

    # -- files

    def upload(self) -> Reply:
        form, files = self._parts()
        if set(form) - {"user"} or set(files) - {"file"}:
            raise Refused(400, "invalid_param", "unknown form field")
        if "file" not in files:
            raise Refused(400, "no_file_uploaded", "Please upload your file.")
        file = files["file"]
        name, data = file.filename or "", file.stream.read()
        file.close()
        if "/" in name or "\\" in name or name.endswith(".exe"):
            raise Refused(400, "invalid_param", "Filename contains invalid characters")
        if not file.mimetype:
            raise Refused(415, "unsupported_file_type", "File type not allowed.")
        limits = self.platform.parameters["system_parameters"]
        kind = file.mimetype.partition("/")[0]
        limit_mb = limits.get(f"{kind}_file_size_limit", limits["file_size_limit"])
        if len(data) > limit_mb * 1024 * 1024:
            raise Refused(413, "file_too_large", "")
        return json_reply(201, self._stored(name, file.mimetype, data, form.get("user", "")))

    def _parts(self) -> tuple[dict[str, str], Any]:
        environ = {
            "wsgi.input": BytesIO(self.asked.body),
            "CONTENT_TYPE": self.asked.headers.get("content-type", ""),
            "CONTENT_LENGTH": str(len(self.asked.body)),
            "REQUEST_METHOD": "POST",
        }
        _, form, files = parse_form_data(environ)
        return form.to_dict(), files

    def _stored(self, name: str, kind: str, data: bytes, user: str) -> dict[str, Any]:
        row: dict[str, Any] = {
            "id": self.platform.new_id(),
            "name": name,
            "size": len(data),
            "extension": name.rpartition(".")[2],
            "mime_type": kind,
            "created_by": user or "DEFAULT-USER",
            "created_at": now(),
            "preview_url": None,
            "source_url": "",
        }
        self.state.uploads[row["id"]] = row
        return row

    # -- forms and runs taken up again

    def form(self, token: str) -> Reply:
        run = self._form_of(token)
        data = run.stage.form()["data"]
        shown = {name: data[name] for name in ("form_content", "inputs", "expiration_time")}
        return json_reply(200, {**shown, "user_actions": data["actions"]})

    def fill(self, token: str) -> Reply:
        rules.only(self.body, {"inputs", "action", "user"})
        rules.check_user(self.body)
        run = self._form_of(token)
        if token in self.state.answered_forms:
            raise Refused(412, "human_input_form_submitted", "This form has already been submitted")
        if not isinstance(self.body.get("inputs"), dict) or not self.body.get("action"):
            raise Refused(400, "invalid_form_data", "inputs and action are required")
        if self.body["action"] == "again":
            raise Refused(412, "human_input_form_expired", "This form has expired")
        self.state.answered_forms.add(token)
        run.resume(self.body)
        if run.stage.question == "form at once":
            run.wait_over()
        return json_reply(200, {})

    def _form_of(self, token: str) -> Run:
        """A run's later forms have its first one's token and a tail."""
        run = self.state.forms.get(token[:FORM_TOKEN_CHARS])
        if run is None:
            raise Refused(404, "not_found", "Form not found.")
        return run

    def events(self, run: str) -> Reply:
        for known in self.state.runs.values():
            if known.stage.run == run and known.user == self._user() and known.stage.is_flow:
                return self._stream(self._followed(known))
        raise Refused(404, "not_found", "Workflow run not found.")

    def _followed(self, run: Run) -> Iterator[Step]:
        def flag(name: str) -> bool:
            return self.asked.query.get(name, ["false"])[0] == "true"

        ends_at_pause = not flag("continue_on_pause")
        if run.is_over:
            state = "stopped" if run.status == "stopped" else "succeeded"
            yield frame(run.stage.finished(state))
        elif flag("include_state_snapshot"):
            yield from run.snapshot_view(self.behaviour.ping_s, ends_at_pause=ends_at_pause)
        else:
            yield from run.live_view(self.behaviour.ping_s, ends_at_pause=ends_at_pause)
