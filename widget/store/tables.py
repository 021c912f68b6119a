"""The tables. Nothing here that PostgreSQL or SQLite lacks; times are UTC, ids our own text."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import (
    Boolean,
    Column,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    false,
    text,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class Moment(TypeDecorator[datetime]):
    """An aware UTC time; SQLite keeps no zone, so it is put back on reading."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value.astimezone(UTC) if value else None

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def _child(table: str) -> ForeignKey:
    return ForeignKey(f"{table}.id", ondelete="CASCADE")


sites = Table(
    "sites",
    metadata,
    Column("key", String(64), primary_key=True),
    Column("name", Text, nullable=False),
    Column("origins", Text, nullable=False),  # JSON list
    Column("provider_kind", String(32), nullable=False),
    Column("provider_settings", Text, nullable=False),  # encrypted JSON
    Column("options", Text, nullable=False),  # JSON tree, only what differs from the defaults
    Column("limits", Text, nullable=False),  # JSON
    Column("console_paths", Text, nullable=False, server_default="[]"),  # JSON: set by the console
    Column("is_paused", Boolean, nullable=False, default=False),
    Column("token_generation", Integer, nullable=False, default=1),
    Column("identity_secret", Text, nullable=False),  # encrypted
    Column("server_key_hash", String(64), nullable=False),
    Column("previous_identity_secret", Text),  # encrypted
    Column("previous_server_key_hash", String(64)),
    Column("previous_ends_at", Moment),
    Column("created_at", Moment, nullable=False),
    Column("updated_at", Moment, nullable=False),
    Column("apis", Text, nullable=False, server_default="{}"),  # JSON
    Column("webhooks", Text, nullable=False, server_default=""),  # encrypted JSON list
    Column("page", Text, nullable=False, server_default="{}"),  # JSON
    Column("compat", Text, nullable=False, server_default="{}"),  # JSON
    Column("languages", Text, nullable=False, server_default="[]"),  # JSON list
    Column("texts", Text, nullable=False, server_default="{}"),  # JSON: by language and key
)

visitors = Table(
    "visitors",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("site", String(64), ForeignKey("sites.key", ondelete="CASCADE"), nullable=False),
    Column("key_hash", String(64), nullable=False),
    Column("key_made_at", Moment, nullable=False),
    Column("previous_key_hash", String(64)),
    Column("previous_key_ends_at", Moment),
    Column("created_at", Moment, nullable=False),
    # Of a visitor whom the owner vouched for; as the last user token had it.
    Column("user", Text, nullable=False, server_default=""),
    Column("name", Text, nullable=False, server_default=""),
    Column("context", Text, nullable=False, server_default="{}"),  # JSON, text to text
    Column("label", Text, nullable=False, server_default="{}"),  # JSON: unsigned, a page's word
    UniqueConstraint("site", "key_hash"),
    Index("ix_visitors_site_previous_key_hash", "site", "previous_key_hash"),
)

conversations = Table(
    "conversations",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("site", String(64), ForeignKey("sites.key", ondelete="CASCADE"), nullable=False),
    Column("visitor", String(64), _child("visitors"), nullable=False),
    Column("title", Text, nullable=False, default=""),
    Column("is_renamed", Boolean, nullable=False, default=False),  # by the visitor: it stays
    Column("upstream_conversation", Text),
    Column("created_at", Moment, nullable=False),
    Column("updated_at", Moment, nullable=False),
    Column("access", String(16), nullable=False, server_default="open"),
    Column("access_reason", Text, nullable=False, server_default=""),
    Column("channel", String(16), nullable=False, server_default="chat"),  # chat | kefu
    # Whom the platform knows it of, where that is not the visitor: one who signed in meanwhile.
    Column("upstream_visitor", String(64)),
    Column("is_unread", Boolean, nullable=False, server_default=false()),
    Index("ix_conversations_site_visitor_updated_at", "site", "visitor", "updated_at"),
    Index("ix_conversations_site_channel_updated_at", "site", "channel", "updated_at"),
)

messages = Table(
    "messages",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("conversation", String(64), _child("conversations"), nullable=False),
    Column("role", String(16), nullable=False),
    Column("state", String(16), nullable=False),
    Column("position", Integer, nullable=False),
    Column("client_message_id", String(64)),
    Column("upstream_message", Text),
    Column("superseded_by", String(64)),
    Column("failure", String(32)),
    Column("created_at", Moment, nullable=False),
    Column("page", Text, nullable=False, server_default="{}"),  # JSON: the page's, of a question
    UniqueConstraint("conversation", "position"),
    UniqueConstraint("conversation", "client_message_id"),
)

parts = Table(
    "parts",
    metadata,
    Column("message", String(64), _child("messages"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("kind", String(32), nullable=False),
    Column("text", Text, nullable=False, default=""),  # of text and reasoning parts
    Column("data", Text, nullable=False, default="{}"),  # JSON, of every other kind
)

attachments = Table(
    "attachments",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("site", String(64), ForeignKey("sites.key", ondelete="CASCADE"), nullable=False),
    # No foreign key: a file may come before the first message, and so before the visitor's row.
    Column("visitor", String(64), nullable=False),
    Column("message", String(64), _child("messages")),  # none before it is sent
    Column("name", Text, nullable=False),
    Column("content_type", String(128), nullable=False),
    Column("size", Integer, nullable=False),
    Column("upstream", Text, nullable=False, default=""),  # the platform's id of it
    Column("platform", String(32), nullable=False, default=""),  # a digest: which platform's
    Column("created_at", Moment, nullable=False),
    Index("ix_attachments_message", "message"),
    Index("ix_attachments_site_visitor", "site", "visitor"),
    Index("ix_attachments_created_at", "created_at"),
)

runs = Table(
    "runs",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("conversation", String(64), _child("conversations"), nullable=False),
    Column("question", String(64), _child("messages"), nullable=False),
    Column("answer", String(64), _child("messages"), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("state", String(16), nullable=False),
    Column("owner", String(64)),
    Column("lease_ends_at", Moment),
    Column("upstream_run", Text),
    Column("cursor", Text),
    Column("failure", String(32)),
    Column("usage", Text, nullable=False, default="{}"),  # JSON
    Column("suggestions", Text, nullable=False, default="[]"),  # JSON list
    Column("started_at", Moment, nullable=False),
    Column("ended_at", Moment),
    Column("about", String(64)),  # the message that a reply is about
    Column("reply", Text, nullable=False, server_default=""),  # JSON, of kind answer
    Index(
        "uq_runs_running_conversation",
        "conversation",
        unique=True,
        sqlite_where=text("state IN ('queued', 'running')"),
        postgresql_where=text("state IN ('queued', 'running')"),
    ),
    Index("ix_runs_state_lease_ends_at", "state", "lease_ends_at"),
    Index("ix_runs_answer", "answer"),
    Index("ix_runs_about", "about"),
)

feedback = Table(
    "feedback",
    metadata,
    Column("message", String(64), _child("messages"), primary_key=True),
    Column("verdict", String(16), nullable=False),
    Column("tags", Text, nullable=False, default="[]"),  # JSON list
    Column("detail", Text, nullable=False, default=""),
    Column("given_at", Moment, nullable=False),
)

# One-use codes of ``chat_url``: taken out when used, thrown away when over.
chat_codes = Table(
    "chat_codes",
    metadata,
    Column("code_hash", String(64), primary_key=True),
    Column("site", String(64), ForeignKey("sites.key", ondelete="CASCADE"), nullable=False),
    Column("token", Text, nullable=False),  # encrypted: the embed token that the code stands for
    Column("ends_at", Moment, nullable=False),
    Index("ix_chat_codes_ends_at", "ends_at"),
)

webhook_deliveries = Table(
    "webhook_deliveries",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("site", String(64), ForeignKey("sites.key", ondelete="CASCADE"), nullable=False),
    # The words of a conversation that is deleted go with it.
    Column("conversation", String(64), _child("conversations"), nullable=False),
    # An address may hold a password of the owner's: kept as a digest, and its host to be read.
    Column("address", String(64), nullable=False),
    Column("host", Text, nullable=False),
    Column("event", String(32), nullable=False),
    Column("body", Text, nullable=False),
    Column("state", String(16), nullable=False),  # waiting | delivered | failed
    Column("attempts", Integer, nullable=False, server_default="0"),
    # When it is due; while a process is sending it, when that claim ends. None at the end.
    Column("next_at", Moment),
    Column("status", Integer),  # HTTP status of the last answer
    Column("fault", Text, nullable=False, server_default=""),  # what was wrong the last time
    Column("owner", String(64)),  # the process that is sending it
    Column("created_at", Moment, nullable=False),
    Column("ended_at", Moment),
    Index("ix_webhook_deliveries_state_next_at", "state", "next_at"),
    Index("ix_webhook_deliveries_site_created_at", "site", "created_at"),
    Index("ix_webhook_deliveries_conversation", "conversation"),
    Index(
        "ix_webhook_deliveries_owner",
        "owner",
        sqlite_where=text("owner IS NOT NULL"),
        postgresql_where=text("owner IS NOT NULL"),
    ),
)
