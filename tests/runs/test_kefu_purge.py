"""What ``chatdock purge`` deletes, and what it must leave alone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from tests.runs.stage import Stage
from widget.domain.apis import Apis, KefuApi
from widget.domain.errors import NotFound
from widget.domain.sites import Identity, ProviderChoice
from widget.providers.registry import build
from widget.runs import kefu, kefu_purge
from widget.runs.kefu_purge import Purged, purge_idle
from widget.store.conversations import touch_conversation

OLD = timedelta(days=31)


@pytest.fixture
def stage(stage: Stage) -> Stage:
    """At the kefu door of a site whose provider the registry knows."""
    stage.save_site(provider=ProviderChoice("demo", {"delay_ms": 0}))
    stage.caller = msgspec.structs.replace(stage.caller, channel="kefu", site=stage.site)
    return stage


def purge(stage: Stage, key: str | None = None, *, is_dry: bool = False) -> list[Purged]:
    return list(purge_idle(stage.store, key, is_dry=is_dry))


def idle(stage: Stage, text: str = "Hello") -> str:
    """A conversation that nobody came back to."""
    conversation = stage.ask(text).conversation
    age(stage, conversation)
    return conversation


def age(stage: Stage, conversation: str) -> None:
    with stage.store.begin() as tx:
        touch_conversation(tx, conversation, at=datetime.now(UTC) - OLD)


def left(stage: Stage, table: str) -> int:
    return len(stage.rows(f"SELECT 1 FROM {table}"))  # noqa: S608  a name of ours


def test_idle_conversations_go_with_all_they_hold(stage: Stage) -> None:
    idle(stage)

    (told,) = purge(stage)

    assert told == Purged("acme", 30, conversations=1)
    tables = ("conversations", "messages", "parts", "runs", "visitors")
    assert {table: left(stage, table) for table in tables} == dict.fromkeys(tables, 0)


def test_fresh_conversation_stays(stage: Stage) -> None:
    fresh = stage.ask().conversation
    idle(stage)

    (told,) = purge(stage)

    assert told.conversations == 1
    assert stage.rows("SELECT id FROM conversations") == [(fresh,)]
    assert left(stage, "visitors") == 1


def test_chats_of_the_page_stay(stage: Stage) -> None:
    stage.caller = msgspec.structs.replace(stage.caller, channel="chat")
    idle(stage)

    assert purge(stage) == [Purged("acme", 30)]
    assert left(stage, "conversations") == 1


def test_running_answer_keeps_its_conversation(stage: Stage) -> None:
    conversation = idle(stage)
    with stage.store.begin() as tx:
        tx.exec_driver_sql("UPDATE runs SET state = 'running'")

    assert purge(stage) == [Purged("acme", 30)]
    assert stage.rows("SELECT id FROM conversations") == [(conversation,)]


def test_person_is_not_forgotten_with_the_conversation(stage: Stage) -> None:
    """A row of whom the owner vouched for belongs to the chat of the page, too."""
    stage.caller = msgspec.structs.replace(stage.caller, identity=Identity(user="7"))
    idle(stage)

    purge(stage)

    assert (left(stage, "conversations"), left(stage, "visitors")) == (0, 1)


def test_dry_run_deletes_nothing(stage: Stage) -> None:
    idle(stage)

    assert purge(stage, is_dry=True) == [Purged("acme", 30, conversations=1)]
    assert left(stage, "conversations") == 1


def test_site_that_keeps_everything_is_left_alone(stage: Stage) -> None:
    idle(stage)
    stage.save_site(apis=Apis(kefu=KefuApi(idle_days=0)))

    assert purge(stage) == [Purged("acme", 0)]
    assert left(stage, "conversations") == 1


def test_only_the_named_site_is_purged(stage: Stage) -> None:
    idle(stage)
    stage.save_site(key="other")

    assert purge(stage, "other") == [Purged("other", 30)]
    assert left(stage, "conversations") == 1
    with pytest.raises(NotFound, match="there is no site 'nobody'"):
        purge(stage, "nobody")


def test_files_of_answers_go_too(stage: Stage, tmp_path: Path) -> None:
    """The demo draws a picture, which is kept here."""
    stage.engine.provider_for = lambda site: build(site.provider)
    idle(stage, "draw me a picture")
    kept = [path for path in (tmp_path / "uploads").rglob("*") if path.is_file()]

    (told,) = purge(stage)

    assert len(kept) == 1
    assert (told.conversations, told.files) == (1, 1)
    assert not kept[0].exists()
    assert left(stage, "attachments") == 0


def test_more_than_a_batch_is_deleted(stage: Stage) -> None:
    more = kefu_purge.AT_ONCE + 1
    for _ in range(more):
        age(stage, kefu.begin(stage.engine, stage.caller).id)

    (told,) = purge(stage)

    assert told.conversations == more
    assert left(stage, "conversations") == 0


def test_provider_that_cannot_be_made_keeps_nothing(stage: Stage) -> None:
    idle(stage)
    stage.save_site(provider=ProviderChoice("dify", {}))

    (told,) = purge(stage)

    why = "provider.api_key: is missing and has no default"
    assert told == Purged("acme", 30, conversations=1, why=why)
