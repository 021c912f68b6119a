"""Send, retry and edit: the message is stored, then acknowledged, then answered.

Each of them is idempotent: a repeat (a reconnect, a double tap) is answered with the first result.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING

from widget.domain.conversations import (
    AttachmentPart,
    Conversation,
    Message,
    Run,
    TextPart,
    new_id,
)
from widget.domain.errors import BadInput, MessageTooLong, NotOffered, RunActive
from widget.domain.host_page import Label
from widget.domain.sites import Caller, Site
from widget.domain.titles import default_title
from widget.runs.admission import open_site, refuse_message, refuse_when_running
from widget.runs.ask import Target
from widget.runs.asking import target_of
from widget.runs.attachments import claim
from widget.runs.clean import clean
from widget.runs.follow_up import hand_over
from widget.runs.opened import Accepted, launch, open_edit, open_retry, open_send
from widget.runs.uploads import offered
from widget.runs.visitors import row_of
from widget.runs.webhooks import tell_started
from widget.store.attachments import bind_attachments
from widget.store.conversations import access_conversation, add_conversation
from widget.store.messages import (
    access_message,
    add_message,
    find_sent,
    next_position,
)
from widget.store.runs import run_of_answer, run_of_question, unfinished_run
from widget.store.visitors import ensure_visitor, set_label

if TYPE_CHECKING:
    from widget.runs.engine import Engine
    from widget.store.database import Transaction

NOTHING: Mapping[str, str] = MappingProxyType({})


def send(
    engine: Engine,
    caller: Caller,
    conversation: str | None,
    client_message_id: str,
    text: str,
    attachments: Sequence[str] = (),
    page: Mapping[str, str] = NOTHING,
    label: Label | None = None,
) -> Accepted:
    """Stores the visitor's message and starts its answer; without a conversation it begins one.

    ``attachments`` are ids of uploaded files; with one, the text may be empty. ``page`` is what the
    host page says of itself, ``label`` what it says of the visitor.
    """
    site = open_site(engine, caller)
    text = _usable(site, text, may_be_empty=bool(attachments))
    limits = offered(engine, site) if attachments else None
    with engine.store.begin() as tx:
        if sent := find_sent(tx, caller, client_message_id):
            return _first_result(tx, sent)
        engine.refuse_when_draining()
        files = claim(tx, caller, attachments, limits)
        thread = _thread(engine, tx, caller, conversation, text or files[0].name)
        refuse_message(thread)
        if label not in (None, Label()):
            set_label(tx, site.key, caller.visitor, Label(clean(label.id), clean(label.nickname)))
        question = _question(engine, tx, thread, client_message_id, text, files, page=page)
        running = unfinished_run(tx, thread.id) if conversation else None
        if running is None:
            opened = open_send(engine, tx, thread, question)
        elif caller.channel == "chat" and engine.capabilities(site).follow_up:
            add_message(tx, question)
        else:
            raise RunActive("an answer is being written; wait for it or stop it")
        bind_attachments(tx, [file.id for file in files], question.id)
        if question.position == 1:
            tell_started(engine, tx, caller, thread.id, question.id)
    if running is None:
        return launch(engine, site, caller, opened)
    return hand_over(engine, site, caller, running, question)


def retry(engine: Engine, caller: Caller, message: str) -> Accepted:
    """Another answer instead of this one and of all that came after it."""
    site = open_site(engine, caller)
    if not engine.capabilities(site).retry:
        raise NotOffered("this site's platform cannot try an answer again")
    with engine.store.begin() as tx:
        answer = access_message(tx, caller, message)
        run = run_of_answer(tx, answer.id)
        if run is None:
            raise BadInput("only an answer can be tried again")
        if answer.superseded_by is not None:
            return _retried(tx, run, answer.superseded_by)
        engine.refuse_when_draining()
        refuse_when_running(tx, run.conversation)
        conversation = access_conversation(tx, caller, run.conversation)
        refuse_message(conversation)
        asked = access_message(tx, caller, run.about) if run.about else None
        opened = open_retry(
            engine,
            tx,
            conversation,
            access_message(tx, caller, run.question),
            instead_of=answer,
            target=_target_again(tx, run, answer, asked),
            asked=asked,
        )
    return launch(engine, site, caller, opened)


def edit(
    engine: Engine, caller: Caller, message: str, client_message_id: str, text: str
) -> Accepted:
    """A new wording instead of the visitor's message and of all that came after it."""
    site = open_site(engine, caller)
    text = _usable(site, text)
    if not engine.capabilities(site).edit:
        raise NotOffered("this site's platform cannot take a question back")
    with engine.store.begin() as tx:
        if sent := find_sent(tx, caller, client_message_id):
            return _first_result(tx, sent)
        old = access_message(tx, caller, message)
        if old.role != "visitor" or old.superseded_by is not None:
            raise BadInput("only a message of the visitor that is still shown can be edited")
        engine.refuse_when_draining()
        refuse_when_running(tx, old.conversation)
        thread = access_conversation(tx, caller, old.conversation)
        refuse_message(thread)
        files = tuple(part for part in old.parts if isinstance(part, AttachmentPart))
        question = _question(engine, tx, thread, client_message_id, text, files, page=old.page)
        former = run_of_question(tx, old.id)
        target = Target(message=old.upstream_message, run=former.upstream_run if former else None)
        opened = open_edit(engine, tx, thread, question, instead_of=old, target=target)
    return launch(engine, site, caller, opened)


def _usable(site: Site, text: str, *, may_be_empty: bool = False) -> str:
    text = clean(text).strip()
    most = site.limits.message_chars
    if not text and not may_be_empty:
        raise BadInput("the message is empty; write something first")
    if most and len(text) > most:
        raise MessageTooLong(len(text), most)
    return text


def _thread(
    engine: Engine, tx: Transaction, caller: Caller, conversation: str | None, text: str
) -> Conversation:
    if conversation is not None:
        return access_conversation(tx, caller, conversation)
    return begin_conversation(engine, tx, caller, default_title(text))


def begin_conversation(engine: Engine, tx: Transaction, caller: Caller, title: str) -> Conversation:
    """An empty one of a visitor who may be new."""
    now = engine.clock()
    ensure_visitor(tx, row_of(caller, now), at=now)
    made = Conversation(
        id=new_id("cnv"),
        site=caller.site.key,
        visitor=caller.visitor,
        title=title,
        upstream_conversation=None,
        created_at=now,
        updated_at=now,
        channel=caller.channel,
    )
    add_conversation(tx, made)
    return made


def _question(
    engine: Engine,
    tx: Transaction,
    thread: Conversation,
    client_message_id: str,
    text: str,
    files: tuple[AttachmentPart, ...],
    *,
    page: Mapping[str, str],
) -> Message:
    return Message(
        id=new_id("msg"),
        conversation=thread.id,
        role="visitor",
        state="done",
        parts=(*files, TextPart(text)) if text else files,
        position=next_position(tx, thread.id),
        created_at=engine.clock(),
        client_message_id=client_message_id,
        page={name: clean(value) for name, value in page.items()},
    )


def _target_again(tx: Transaction, run: Run, answer: Message, asked: Message | None) -> Target:
    """An answer that came of a reply is about what was replied to, and not about itself."""
    if asked is None or run.reply is None:
        return Target(message=answer.upstream_message, run=run.upstream_run)
    return target_of(tx, asked, run.reply)


def _first_result(tx: Transaction, sent: Message) -> Accepted:
    run = run_of_question(tx, sent.id) or unfinished_run(tx, sent.conversation)
    return _repeat(run, sent.conversation, sent.id)


def _retried(tx: Transaction, run: Run, superseded_by: str) -> Accepted:
    """A double tap on retry; an answer that left the thread otherwise is no answer any more."""
    later = run_of_answer(tx, superseded_by)
    if later is None or later.question != run.question:
        raise BadInput("that answer is not shown any more")
    return _repeat(later, later.conversation, later.question)


def _repeat(run: Run | None, conversation: str, message: str) -> Accepted:
    return Accepted(
        conversation,
        message,
        run=run.id if run else "",
        answer=run.answer if run else "",
        is_repeat=True,
    )
