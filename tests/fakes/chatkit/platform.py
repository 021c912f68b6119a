"""A ChatKit server on a real socket, written from what is known of the protocol alone.

It refuses every header, request and field that the protocol does not name. ``answer_next`` puts a
reply of the test's own in place of the next one to a kind of request; ``play`` a stream.
"""

from __future__ import annotations

import itertools
import threading
from collections import defaultdict
from typing import Any

from tests.fakes.chatkit import showcase
from tests.fakes.chatkit.rules import fault
from tests.fakes.chatkit.scenarios import KEY, SCENARIOS, plain
from tests.fakes.chatkit.wire import STREAM_HEADERS, event, item, thread_json
from tests.fakes.upstream import Asked, Die, Reply, Step, Upstream, Wait, json_reply

assert showcase
PATH = "/chatkit"
UPLOADS = "/uploads"


class ChatKitHost:
    """``with ChatKitHost() as host``: ``host.settings()``, ``host.requests``, ``host.kinds()``.

    ``maps_errors``: whether the web framework around it turns a missing thread into 404, or lets
    the exception through as 500.
    """

    def __init__(self, *, maps_errors: bool = True) -> None:
        self.maps_errors = maps_errors
        self.gate = threading.Event()
        self.threads: dict[str, dict[str, Any]] = {}
        self.items: dict[str, list[dict[str, Any]]] = defaultdict(list)
        self.files: dict[str, bytes | None] = {}
        self.descriptor: dict[str, Any] = {"url": f"{UPLOADS}/{{id}}", "method": "POST"}
        self._next: dict[str, list[Reply]] = defaultdict(list)
        self._scripts: list[list[Step]] = []
        self._ids = itertools.count(1)
        self.upstream = Upstream(self._answer)

    def __enter__(self) -> ChatKitHost:
        return self

    def __exit__(self, *_: object) -> None:
        self.upstream.close()

    @property
    def url(self) -> str:
        return self.upstream.url + PATH

    @property
    def requests(self) -> list[Asked]:
        return self.upstream.requests

    def settings(self, **more: Any) -> dict[str, Any]:
        return {"url": self.url, "api_key": KEY, **more}

    def asked(self, kind: str) -> list[dict[str, Any]]:
        """Bodies of the requests of this type."""
        return [r.json for r in self.requests if r.path == PATH and r.json["type"] == kind]

    def kinds(self) -> list[str]:
        return [r.json["type"] for r in self.requests if r.path == PATH]

    def answer_next(self, kind: str, reply: Reply) -> None:
        self._next[kind].append(reply)

    def clear_next(self) -> None:
        """What ``answer_next`` planted and nobody met is gone."""
        self._next.clear()

    def play(self, *scripted: Step) -> None:
        """The next answer streams this after its head."""
        self._scripts.append(list(scripted))

    def new_thread(self, *items: dict[str, Any], **more: Any) -> str:
        id_ = f"thr_{next(self._ids)}"
        self.threads[id_] = thread_json(id_, **more)
        self.items[id_] = list(items)
        return id_

    def _answer(self, asked: Asked) -> Reply:
        if asked.path.startswith(UPLOADS):
            return self._take_file(asked)
        if (asked.method, asked.path) != ("POST", PATH):
            return json_reply(404, {"detail": "Not Found"})
        if asked.headers.get("authorization") != f"Bearer {KEY}":
            return json_reply(401, {"error": {"type": "auth", "message": "unknown key"}})
        body = asked.json
        if found := fault(body, asked.headers):
            return json_reply(400, {"error": {"type": "invalid_request", "message": found}})
        if self._next[body["type"]]:
            return self._next[body["type"]].pop(0)
        handle = getattr(self, "_" + body["type"].replace(".", "_"))
        reply: Reply = handle(body["params"])
        return reply

    # -- requests that stream

    def _threads_create(self, params: dict[str, Any]) -> Reply:
        thread = self.new_thread()
        head = event("thread.created", thread=self.threads[thread])
        return self._take_message(thread, params["input"], head)

    def _threads_add_user_message(self, params: dict[str, Any]) -> Reply:
        if params["thread_id"] not in self.threads:
            return _broken_off()
        return self._take_message(params["thread_id"], params["input"], b"")

    def _take_message(self, thread: str, given: dict[str, Any], head: bytes) -> Reply:
        if any(id_ not in self.files for id_ in given["attachments"]):
            return _broken_off(head)  # after the thread was made: an empty one stays behind
        asked = item("user_message", f"msg_u{next(self._ids)}", **given)
        self.items[thread].append(asked)
        head += event("thread.item.done", item=asked)
        return self._respond("".join(part["text"] for part in given["content"]), head)

    def _threads_retry_after_item(self, params: dict[str, Any]) -> Reply:
        thread = params["thread_id"]
        if thread not in self.threads:
            return _broken_off()
        ids = [one["id"] for one in self.items[thread]]
        if params["item_id"] not in ids:
            return Reply(200, dict(STREAM_HEADERS), [])
        place = ids.index(params["item_id"])
        asked = self.items[thread][place]
        if asked["type"] != "user_message":
            return _broken_off()
        del self.items[thread][place + 1 :]
        return self._respond("".join(part["text"] for part in asked["content"]), b"")

    def _threads_add_client_tool_output(self, params: dict[str, Any]) -> Reply:
        newest = self.items[params["thread_id"]][-1:]
        if not newest or newest[0].get("status") != "pending":
            return _broken_off()
        newest[0].update(status="completed", output=params["result"])
        return self._respond("", b"")

    def _threads_add_structured_input(self, params: dict[str, Any]) -> Reply:
        found = self._find(params)
        if found is None or found.get("status") != "pending":
            return _broken_off()
        found["status"] = params["input"]["status"]
        return self._respond("", event("thread.item.replaced", item=found))

    def _threads_custom_action(self, params: dict[str, Any]) -> Reply:
        found = self._find(params)
        if found is None:
            return _broken_off()
        if found["type"] != "widget":
            script = [event("error", code="stream.error", allow_retry=False)]
            return Reply(200, dict(STREAM_HEADERS), script)
        return self._respond("", b"")

    def _respond(self, question: str, head: bytes) -> Reply:
        head += event("stream_options", stream_options={"allow_cancel": True})
        if self._scripts:
            return Reply(200, dict(STREAM_HEADERS), [head, *self._scripts.pop(0)])
        made = SCENARIOS.get(question, plain)(self.gate)
        if isinstance(made, Reply):
            return made
        return Reply(200, dict(STREAM_HEADERS), [head, *made])

    # -- requests answered with JSON

    def _threads_get_by_id(self, params: dict[str, Any]) -> Reply:
        thread = self.threads.get(params["thread_id"])
        return json_reply(200, thread) if thread else self._missing()

    def _threads_list(self, params: dict[str, Any]) -> Reply:
        return json_reply(200, {"data": list(self.threads.values())[:1], "has_more": False})

    def _threads_delete(self, params: dict[str, Any]) -> Reply:
        self.threads.pop(params["thread_id"], None)
        return json_reply(200, {})

    def _items_list(self, params: dict[str, Any]) -> Reply:
        newest = list(reversed(self.items[params["thread_id"]]))[: params["limit"]]
        return json_reply(200, {"data": newest, "has_more": False})

    def _items_feedback(self, params: dict[str, Any]) -> Reply:
        return json_reply(200, {}) if params["thread_id"] in self.threads else self._missing()

    def _threads_sync_custom_action(self, params: dict[str, Any]) -> Reply:
        found = self._find(params)
        return json_reply(200, {"updated_item": found}) if found else self._missing()

    def _attachments_create(self, params: dict[str, Any]) -> Reply:
        id_ = f"atc_{next(self._ids)}"
        self.files[id_] = None
        url = self.descriptor.get("url", "").format(id=id_)
        made = {"id": id_, "type": "file", **params, "upload_descriptor": self.descriptor}
        return json_reply(200, {**made, "upload_descriptor": {**self.descriptor, "url": url}})

    def _attachments_delete(self, params: dict[str, Any]) -> Reply:
        self.files.pop(params["attachment_id"])
        return json_reply(200, {})

    def _take_file(self, asked: Asked) -> Reply:
        """Below ``/uploads``: the second phase; at it: a direct upload."""
        id_ = asked.path.removeprefix(UPLOADS).strip("/") or f"atc_{next(self._ids)}"
        if self._next["upload"]:
            return self._next["upload"].pop(0)
        self.files[id_] = asked.body
        return json_reply(200, {"id": id_, "type": "file", "name": "x", "mime_type": "text/plain"})

    def _find(self, params: dict[str, Any]) -> dict[str, Any] | None:
        found = [i for i in self.items[params["thread_id"]] if i["id"] == params["item_id"]]
        return found[0] if found else None

    def _missing(self) -> Reply:
        if self.maps_errors:
            return json_reply(404, {"error": {"type": "not_found", "message": "no such thread"}})
        return Reply(500, {"Content-Type": "text/plain"}, [b"Internal Server Error"], "length")


def _broken_off(head: bytes = b"") -> Reply:
    """The head of a good answer, and then the connection ends in the middle of the body."""
    return Reply(200, dict(STREAM_HEADERS), [*([head] if head else []), Wait(), Die()])
