"""A real ``openai-chatkit`` server with an in-memory store and fixed answers; needs no OpenAI key.

Runs in an environment of its own (``scripts/machine chatkit``): ``chatkit_server.py PORT``.
``POST /chatkit`` speaks the ChatKit server protocol, ``PUT|POST /files/<id>`` takes two-phase
uploads and ``POST /files`` direct ones. The first word of the visitor's text picks what is
streamed; any other text is echoed word by word.
"""

# mypy: disable-error-code="import-not-found, misc, no-any-return"

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Callable
from datetime import datetime
from typing import Any

import uvicorn
from chatkit import types as t
from chatkit.errors import CustomStreamError
from chatkit.server import ChatKitServer, StreamingResult, stream_widget
from chatkit.store import AttachmentStore, NotFoundError
from chatkit.widgets import DynamicWidgetRoot
from chatkit_store import Memory
from pydantic import ValidationError
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

PORT = int(sys.argv[1]) if len(sys.argv) > 1 else 8791
FILES = f"http://127.0.0.1:{PORT}/files"

Events = AsyncIterator[Any]


class Uploads(AttachmentStore[dict]):
    async def delete_attachment(self, attachment_id: str, context: Any) -> None:
        """The store forgets it; there are no bytes."""

    async def create_attachment(self, input: Any, context: Any) -> Any:  # noqa: A002 - its name
        made = attachment(self.generate_attachment_id(input.mime_type, context), input)
        url = f"{FILES}/{made.id}"
        made.upload_descriptor = t.AttachmentUploadDescriptor(url=url, method="PUT")
        return made


def attachment(key: str, told: Any) -> Any:
    if told.mime_type.startswith("image/"):
        named = {"name": told.name, "mime_type": told.mime_type}
        return t.ImageAttachment(id=key, preview_url=f"{FILES}/{key}", **named)
    return t.FileAttachment(id=key, name=told.name, mime_type=told.mime_type)


class Peer(ChatKitServer[dict]):
    async def respond(self, thread: Any, input_user_message: Any, context: Any) -> Events:
        asked = input_user_message
        said = "".join(part.text for part in asked.content) if asked else "(resumed)"
        word = said.split(" ")[0].lower()
        if word == "title":
            thread.title = said[6:] or "Untitled"
        if word == "lock":
            thread.status = t.LockedStatus(reason="locked by test")
        if play := PLAYS.get(word):
            async for event in play(self, thread):
                yield event
        if word not in LAST:
            if asked and asked.attachments:
                said += f" with {', '.join(file.name for file in asked.attachments)}"
            async for event in self.text(thread, f"You said: {said}", 0.2 * (word == "slow")):
                yield event

    async def action(self, thread: Any, action: Any, sender: Any, context: Any) -> Events:
        said = f"action {action.type} {action.payload} from {sender and sender.id}"
        async for event in self.text(thread, said):
            yield event

    async def sync_action(self, thread: Any, action: Any, sender: Any, context: Any) -> Any:
        return t.SyncCustomActionResponse(updated_item=sender)

    async def add_feedback(
        self, thread_id: str, item_ids: list[str], feedback: str, context: Any
    ) -> None:
        sys.stdout.write(f"feedback {thread_id} {','.join(item_ids)} {feedback}\n")
        sys.stdout.flush()

    def base(self, thread: Any, kind: str = "message") -> dict[str, Any]:
        id_ = self.store.generate_item_id(kind, thread, {})
        return {"id": id_, "thread_id": thread.id, "created_at": datetime.now()}  # noqa: DTZ005

    async def text(self, thread: Any, text: str, pause_s: float = 0.0) -> Events:
        """Each event gets a copy of its own: the library folds updates into what it was given."""
        item = t.AssistantMessageItem(**self.base(thread), content=[])
        part = t.AssistantMessageContent(text="")
        yield t.ThreadItemAddedEvent(item=item)

        def told(update: Any) -> Any:
            return t.ThreadItemUpdatedEvent(item_id=item.id, update=update)

        begun = part.model_copy(deep=True)
        yield told(t.AssistantMessageContentPartAdded(content_index=0, content=begun))
        for word in text.split(" "):
            part.text += word + " "
            yield told(t.AssistantMessageContentPartTextDelta(content_index=0, delta=word + " "))
            await asyncio.sleep(pause_s)
        source = t.URLSource(title="Example", url="https://example.com")
        note = t.Annotation(source=source, index=len(part.text))
        yield told(
            t.AssistantMessageContentPartAnnotationAdded(
                content_index=0, annotation_index=0, annotation=note
            )
        )
        ended = part.model_copy(deep=True)
        yield told(t.AssistantMessageContentPartDone(content_index=0, content=ended))
        part.annotations.append(note)
        item.content = [part]
        yield t.ThreadItemDoneEvent(item=item)


async def fail(peer: Peer, thread: Any) -> Events:
    raise CustomStreamError("custom failure", allow_retry=True)
    yield


async def crash(peer: Peer, thread: Any) -> Events:
    raise RuntimeError("boom")
    yield


async def progress(peer: Peer, thread: Any) -> Events:
    yield t.ProgressUpdateEvent(icon="search", text="Looking")


async def effect(peer: Peer, thread: Any) -> Events:
    yield t.ClientEffectEvent(name="toast", data={"text": "hi"})


async def notice(peer: Peer, thread: Any) -> Events:
    yield t.NoticeEvent(level="warning", message="**careful**", title="Note")


async def hidden(peer: Peer, thread: Any) -> Events:
    yield t.ThreadItemDoneEvent(item=t.HiddenContextItem(**peer.base(thread), content={"k": 1}))


async def task(peer: Peer, thread: Any) -> Events:
    one = t.CustomTask(title="One", content="body")
    yield t.ThreadItemDoneEvent(item=t.TaskItem(**peer.base(thread, "task"), task=one))


async def tool(peer: Peer, thread: Any) -> Events:
    call = {"call_id": "call_1", "name": "get_page", "arguments": {"a": 1}}
    item = t.ClientToolCallItem(**peer.base(thread, "tool_call"), **call)
    yield t.ThreadItemDoneEvent(item=item)


async def ask(peer: Peer, thread: Any) -> Events:
    options = [t.StructuredInputMultipleChoiceOption(value=value) for value in ("A", "B")]
    question = t.StructuredInputMultipleChoice(id="q1", question="Which?", options=options)
    item = t.StructuredInputItem(**peer.base(thread), inputs=[question])
    yield t.ThreadItemDoneEvent(item=item)


async def workflow(peer: Peer, thread: Any) -> Events:
    made = t.Workflow(type="custom", tasks=[])
    item = t.WorkflowItem(**peer.base(thread, "workflow"), workflow=made)
    yield t.ThreadItemAddedEvent(item=item)
    search = t.SearchTask(title="Search", queries=["q"], status_indicator="loading")
    for index, one in enumerate((search, t.ThoughtTask(title="Think", content="c"))):
        item.workflow.tasks.append(one)
        added = t.WorkflowTaskAdded(task_index=index, task=one)
        yield t.ThreadItemUpdatedEvent(item_id=item.id, update=added)
    item.workflow.summary = t.DurationSummary(duration=2)
    yield t.ThreadItemDoneEvent(item=item)


async def image(peer: Peer, thread: Any) -> Events:
    item = t.GeneratedImageItem(**peer.base(thread))
    yield t.ThreadItemAddedEvent(item=item)
    item.image = t.GeneratedImage(id="img_1", url=f"{FILES}/img_1")
    half = t.GeneratedImageUpdated(image=item.image, progress=0.5)
    yield t.ThreadItemUpdatedEvent(item_id=item.id, update=half)
    yield t.ThreadItemDoneEvent(item=item)


async def widget(peer: Peer, thread: Any) -> Events:
    async def states() -> Events:
        for text, is_live in (("Hel", True), ("Hello", True), ("Hello", False)):
            words = {"type": "Text", "id": "t1", "value": text, "streaming": is_live}
            yield DynamicWidgetRoot.model_validate({"type": "Card", "children": [words, *BUTTONS]})

    async for event in stream_widget(thread, states(), copy_text="Hello"):
        yield event


BUTTONS = [
    {
        "type": "Button",
        "label": "Go",
        "onClickAction": {"type": "go", "payload": {"n": 1}},
    },
    {
        "type": "Button",
        "label": "Mark",
        "onClickAction": {"type": "mark", "payload": {}, "streaming": False},
    },
]
PLAYS: dict[str, Callable[[Peer, Any], Events]] = {
    play.__name__: play
    for play in (
        *(fail, crash, progress, effect, notice, hidden),
        *(task, tool, ask, workflow, image, widget),
    )
}
LAST = ("tool", "ask")

store, uploads = Memory(), Uploads()
server = Peer(store, uploads)


async def chatkit(request: Request) -> Response:
    context = {"locale": request.headers.get("accept-language")}
    try:
        result = await server.process(await request.body(), context)
    except ValidationError as error:
        told = {"type": "invalid_request", "message": str(error)[:300]}
        return JSONResponse({"error": told}, 400)
    except NotFoundError as error:
        return JSONResponse({"error": {"type": "not_found", "message": str(error)}}, 404)
    if isinstance(result, StreamingResult):
        return StreamingResponse(result, media_type="text/event-stream")
    return Response(result.json, media_type="application/json")


async def second_phase(request: Request) -> Response:
    return Response(status_code=200 if await request.body() else 400)


async def direct(request: Request) -> Response:
    form = await request.form()
    file = form["file"]
    told = t.AttachmentCreateParams(
        name=file.filename, size=file.size or 0, mime_type=file.content_type
    )
    made = attachment(uploads.generate_attachment_id(told.mime_type, {}), told)
    await store.save_attachment(made, {})
    return Response(made.model_dump_json(exclude_none=True), media_type="application/json")


app = Starlette(
    routes=[
        Route("/chatkit", chatkit, methods=["POST"]),
        Route("/files", direct, methods=["POST"]),
        Route("/files/{key}", second_phase, methods=["PUT", "POST"]),
    ]
)
if __name__ == "__main__":
    uvicorn.run(app, host="127.0.0.1", port=PORT, log_level="warning")
