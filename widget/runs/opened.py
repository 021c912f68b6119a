"""A new run: stored first, with its empty answer, then told to every frame and put under way."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from widget.domain.conversations import Conversation, Message, Run, TurnKind, new_id
from widget.domain.inputs import Reply
from widget.domain.sites import Caller, Site
from widget.domain.transcript import MessageAdded, PartChanged, RunStarted, TitleChanged, body
from widget.runs.ask import Target, ask
from widget.runs.asked import Asked
from widget.runs.live import LiveRun
from widget.runs.settled import settle
from widget.runs.shown import shown_message
from widget.store.conversations import is_renamed, touch_conversation
from widget.store.messages import add_message, next_position, supersede
from widget.store.runs import add_run

if TYPE_CHECKING:
    from widget.runs.engine import Begin, Engine
    from widget.store.database import Transaction


class Accepted(Struct, frozen=True):
    """Ids of what is stored: ``message`` is the visitor's, ``answer`` what ``run`` writes.

    Both are empty for the repeat of a follow-up whose run has ended.
    """

    conversation: str
    message: str
    run: str
    answer: str
    is_repeat: bool = False


class Opened(Struct, frozen=True):
    """A run that is stored and not yet under way.

    ``is_first``: it begins its conversation. ``has_new_question``: that is to be shown too.
    ``asked`` is the message that a reply is about. ``changes``: what became of earlier messages.
    """

    conversation: Conversation
    question: Message
    answer: Message
    run: Run
    target: Target
    supersedes: tuple[str, ...]
    is_first: bool
    has_new_question: bool
    accepts_title: bool
    asked: Message | None = None
    changes: tuple[PartChanged, ...] = ()


def open_send(
    engine: Engine, tx: Transaction, conversation: Conversation, question: Message
) -> Opened:
    """The answer to a question that is new. Who asks has left unanswered what was asked of him."""
    changes = settle(tx, conversation.id) if question.position > 1 else ()
    add_message(tx, question)
    run, answer = _add_run(engine, tx, question, "send", position=question.position + 1)
    opened = _opened(tx, conversation, question, answer, run, has_new_question=True)
    return replace(opened, changes=changes)


def open_answer(
    engine: Engine,
    tx: Transaction,
    conversation: Conversation,
    question: Message,
    *,
    asked: Message,
    target: Target,
    changes: tuple[PartChanged, ...],
) -> Opened:
    """What comes after the visitor's reply to what was asked in the middle of an answer."""
    run, answer = _add_run(engine, tx, question, "answer", about=asked.id, reply=target.reply)
    opened = _opened(tx, conversation, question, answer, run, target=target)
    return replace(opened, asked=asked, changes=changes)


def open_late(
    engine: Engine, tx: Transaction, conversation: Conversation, question: Message
) -> Opened:
    """The answer to a question that is stored and shown already."""
    run, answer = _add_run(engine, tx, question, "send")
    return _opened(tx, conversation, question, answer, run)


def open_retry(
    engine: Engine,
    tx: Transaction,
    conversation: Conversation,
    question: Message,
    *,
    instead_of: Message,
    target: Target,
    asked: Message | None = None,
) -> Opened:
    """Another answer to the same question; the one so far and what came after leave the thread.

    With ``asked``, that one came of a reply, which is given again.
    """
    answer_id = new_id("msg")
    gone = supersede(tx, conversation.id, since=instead_of.position, by=answer_id)
    kind: TurnKind = "answer" if asked else "retry"
    run, answer = _add_run(
        engine,
        tx,
        question,
        kind,
        answer_id,
        about=asked.id if asked else None,
        reply=target.reply,
    )
    opened = _opened(tx, conversation, question, answer, run, target=target, supersedes=gone)
    return replace(opened, asked=asked)


def open_edit(
    engine: Engine,
    tx: Transaction,
    conversation: Conversation,
    question: Message,
    *,
    instead_of: Message,
    target: Target,
) -> Opened:
    """A new wording; the old question and everything after it leave the thread."""
    gone = supersede(tx, conversation.id, since=instead_of.position, by=question.id)
    add_message(tx, question)
    run, answer = _add_run(engine, tx, question, "edit", position=question.position + 1)
    return _opened(
        tx,
        conversation,
        question,
        answer,
        run,
        target=target,
        supersedes=gone,
        has_new_question=True,
    )


def launch(
    engine: Engine, site: Site, caller: Caller, opened: Opened, begin: Begin | None = None
) -> Accepted:
    """Tells the frames and starts the run's greenlet. Called after the commit; never yields.
    Without ``begin`` the platform is asked."""
    run, answer = opened.run, opened.answer
    live = LiveRun(run, opened.conversation, site, engine.journal)
    live.accepts_title = opened.accepts_title
    live.asked = Asked(opened.asked) if opened.asked else None
    _announce(live, opened)
    asking = ask(
        engine,
        site,
        opened.question,
        kind=run.kind,
        lang=caller.lang,
        context=caller.context,
        target=opened.target,
    )
    engine.launch(live, begin or asking)
    engine.listeners.tell(live.site, live.visitor)
    return Accepted(run.conversation, opened.question.id, run.id, answer.id)


def _announce(live: LiveRun, opened: Opened) -> None:
    supersedes = opened.supersedes
    for change in opened.changes:
        live.emit(body(change))
    if opened.is_first:
        live.emit(body(TitleChanged(opened.conversation.title)))
    if opened.has_new_question:
        live.emit(body(MessageAdded(shown_message(opened.question), supersedes)))
        supersedes = ()
    live.emit(body(MessageAdded(shown_message(opened.answer), supersedes)))
    live.emit(body(RunStarted(live.id, live.answer.message)))


def _add_run(
    engine: Engine,
    tx: Transaction,
    question: Message,
    kind: TurnKind,
    answer_id: str | None = None,
    *,
    position: int | None = None,
    about: str | None = None,
    reply: Reply | None = None,
) -> tuple[Run, Message]:
    now = engine.clock()
    answer = Message(
        id=answer_id or new_id("msg"),
        conversation=question.conversation,
        role="assistant",
        state="running",
        parts=(),
        position=position or next_position(tx, question.conversation),
        created_at=now,
    )
    run = Run(
        id=new_id("run"),
        conversation=question.conversation,
        question=question.id,
        answer=answer.id,
        kind=kind,
        state="running",
        owner=engine.owner,
        lease_ends_at=engine.lease_end(),
        about=about,
        reply=reply,
    )
    add_message(tx, answer)
    add_run(tx, run, at=now)
    touch_conversation(tx, question.conversation, at=now)
    return run, answer


def _opened(
    tx: Transaction,
    conversation: Conversation,
    question: Message,
    answer: Message,
    run: Run,
    *,
    target: Target = Target(),  # noqa: B008 - immutable
    supersedes: tuple[str, ...] = (),
    has_new_question: bool = False,
) -> Opened:
    return Opened(
        conversation=conversation,
        question=question,
        answer=answer,
        run=run,
        target=target,
        supersedes=supersedes,
        is_first=question.position == 1 and has_new_question and not supersedes,
        has_new_question=has_new_question,
        accepts_title=not is_renamed(tx, conversation.id),
    )
