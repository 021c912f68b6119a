"""OpenAI's ``/v1/chatkit/sessions`` on a real socket, from its published schema alone.

Any header, path, field or value that the schema does not name is refused. ``answer_next`` puts a
reply of the test's own in place of the next one.
"""

from __future__ import annotations

import itertools
import time
from typing import Any

from tests.fakes.script import Asked, Reply, json_reply
from tests.fakes.upstream import Upstream

KEY = "sk-proj-hosted-workflow-key"
WORKFLOW = "wf_68e5shop"
DRAFT = "wf_68e5draft"
PATH = "/v1/chatkit/sessions"
HEADERS = {
    *("accept", "accept-encoding", "authorization", "connection", "content-length"),
    *("content-type", "host", "openai-beta", "user-agent"),
}
FIELDS = {"workflow", "user", "expires_after", "rate_limits", "chatkit_configuration"}
CONFIGURATION = {
    "automatic_thread_titling": {"enabled"},
    "file_upload": {"enabled", "max_file_size", "max_files"},
    "history": {"enabled", "recent_threads"},
}
RESOLVED = {
    "automatic_thread_titling": {"enabled": True},
    "file_upload": {"enabled": False, "max_file_size": 512, "max_files": 10},
    "history": {"enabled": True, "recent_threads": None},
}


class Refused(Exception):
    def __init__(self, status: int, message: str, code: str | None = None, param: str = "") -> None:
        super().__init__(message)
        self.status = status
        self.body = {
            "message": message,
            "type": "invalid_request_error",
            "param": param or None,
            "code": code,
        }


class HostedSessions:
    """``with HostedSessions() as hosted``: ``hosted.settings()``, ``hosted.opened``."""

    def __init__(self) -> None:
        self.sessions: dict[str, dict[str, Any]] = {}
        self._next: list[Reply] = []
        self._ids = itertools.count(1)
        self.upstream = Upstream(self._answer)

    def __enter__(self) -> HostedSessions:
        return self

    def __exit__(self, *_: object) -> None:
        self.upstream.close()

    @property
    def requests(self) -> list[Asked]:
        return self.upstream.requests

    @property
    def opened(self) -> list[dict[str, Any]]:
        """The bodies that asked for a session."""
        return [one.json for one in self.requests if one.path == PATH]

    def settings(self, **more: Any) -> dict[str, Any]:
        own = {"workflow_id": WORKFLOW, "workflow_key": KEY}
        return {**own, "workflow_base_url": f"{self.upstream.url}/v1", **more}

    def answer_next(self, reply: Reply) -> None:
        self._next.append(reply)

    def _answer(self, asked: Asked) -> Reply:
        try:
            _check_head(asked)
            if self._next:
                return self._next.pop(0)
            if asked.path == PATH:
                return json_reply(200, self._open(asked.json))
            return json_reply(200, self._cancel(asked))
        except Refused as refused:
            head = {"Www-Authenticate": "Bearer"} if refused.status == 401 else {}
            reply = json_reply(refused.status, {"error": refused.body})
            return Reply(reply.status, {**reply.headers, **head}, reply.script, reply.framing)

    def _open(self, body: dict[str, Any]) -> dict[str, Any]:
        check_body(body)
        number = next(self._ids)
        seconds = body.get("expires_after", {}).get("seconds", 600)
        session = {
            "id": f"cksess_{number}",
            "object": "chatkit.session",
            "client_secret": f"ek_{number:04}_{'x' * 24}",
            "expires_at": int(time.time()) + seconds,
            "status": "active",
            "user": body["user"],
            "workflow": {**body["workflow"], "tracing": {"enabled": True}},
            "rate_limits": {"max_requests_per_1_minute": 10},
            "max_requests_per_1_minute": 10,
            "chatkit_configuration": {**RESOLVED, **body.get("chatkit_configuration", {})},
        }
        self.sessions[session["id"]] = session
        return session

    def _cancel(self, asked: Asked) -> dict[str, Any]:
        session = self.sessions.get(asked.path.removeprefix(f"{PATH}/").removesuffix("/cancel"))
        if session is None or not asked.path.endswith("/cancel"):
            raise Refused(404, f"Unknown path {asked.path}")
        if asked.body:
            raise Refused(400, "This takes no body")
        session["status"] = "cancelled"
        return session


def _check_head(asked: Asked) -> None:
    if asked.method != "POST" or not asked.path.startswith(PATH) or asked.query:
        raise Refused(404, f"Unknown request URL: {asked.method} {asked.path}")
    if unknown := set(asked.headers) - HEADERS:
        raise Refused(400, f"Unknown headers {sorted(unknown)}")
    if (given := asked.headers.get("authorization", "")) != f"Bearer {KEY}":
        raise Refused(401, f"Incorrect API key provided: {given[-12:]}", "invalid_api_key")
    if asked.headers.get("openai-beta") != "chatkit_beta=v1":
        raise Refused(400, "You must provide the 'OpenAI-Beta' header", "invalid_beta")


def check_body(body: dict[str, Any]) -> None:
    _only(body, FIELDS)
    user = body.get("user")
    if not isinstance(user, str) or not user:
        message = "Missing required parameter: 'user'."
        raise Refused(400, message, "missing_required_parameter", "user")
    _only(body.get("expires_after", {}), {"anchor", "seconds"}, "expires_after.")
    _check_expiry(body.get("expires_after"))
    _only(body.get("rate_limits", {}), {"max_requests_per_1_minute"}, "rate_limits.")
    for name, given in body.get("chatkit_configuration", {}).items():
        if name not in CONFIGURATION:
            raise _unknown(f"chatkit_configuration.{name}")
        _only(given, CONFIGURATION[name], f"chatkit_configuration.{name}.")
    _check_workflow(body.get("workflow"))


def _check_expiry(given: Any) -> None:
    if given is None:
        return
    seconds = given.get("seconds")
    if given.get("anchor") != "created_at" or type(seconds) is not int or not 1 <= seconds <= 600:
        raise Refused(400, "Invalid expires_after", "invalid_value", "expires_after")


def _check_workflow(given: Any) -> None:
    if not isinstance(given, dict) or not isinstance(given.get("id"), str):
        message = "Missing required parameter: 'workflow.id'."
        raise Refused(400, message, "missing_required_parameter", "workflow.id")
    _only(given, {"id", "version", "state_variables", "tracing"}, "workflow.")
    if given["id"] != WORKFLOW:
        raise Refused(404, f"Workflow with id '{given['id']}' not found.")


def _only(given: Any, known: set[str], where: str = "") -> None:
    if not isinstance(given, dict):
        raise Refused(400, f"Invalid type for '{where}'.", "invalid_type", where)
    for name in given:
        if name not in known:
            raise _unknown(where + name)


def _unknown(name: str) -> Refused:
    return Refused(400, f"Unknown parameter: '{name}'.", "unknown_parameter", name)
