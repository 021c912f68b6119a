"""Doors for the owner's own code: signed-in visitors, REST, one-use codes and webhooks."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("sites", _text("apis", "{}"))
    op.add_column("sites", _text("webhooks", ""))
    op.add_column("visitors", _text("user", ""))
    op.add_column("visitors", _text("name", ""))
    op.add_column("visitors", _text("context", "{}"))
    op.add_column(
        "conversations",
        sa.Column("channel", sa.String(16), server_default="chat", nullable=False),
    )
    op.add_column("conversations", sa.Column("upstream_visitor", sa.String(64)))
    op.create_index(
        "ix_conversations_site_channel_updated_at",
        "conversations",
        ["site", "channel", "updated_at"],
    )
    _make_chat_codes()
    _make_webhook_deliveries()


def _text(name: str, default: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), server_default=default, nullable=False)


def _site(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["site"], ["sites.key"], name=op.f(f"fk_{table}_site"), ondelete="CASCADE"
    )


def _make_chat_codes() -> None:
    op.create_table(
        "chat_codes",
        sa.Column("code_hash", sa.String(64), nullable=False),
        sa.Column("site", sa.String(64), nullable=False),
        sa.Column("token", sa.Text(), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        _site("chat_codes"),
        sa.PrimaryKeyConstraint("code_hash", name=op.f("pk_chat_codes")),
    )
    op.create_index("ix_chat_codes_ends_at", "chat_codes", ["ends_at"])


def _make_webhook_deliveries() -> None:
    op.create_table(
        "webhook_deliveries",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("site", sa.String(64), nullable=False),
        sa.Column("conversation", sa.String(64), nullable=False),
        sa.Column("address", sa.String(64), nullable=False),
        sa.Column("host", sa.Text(), nullable=False),
        sa.Column("event", sa.String(32), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True)),
        sa.Column("status", sa.Integer()),
        sa.Column("fault", sa.Text(), server_default="", nullable=False),
        sa.Column("owner", sa.String(64)),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        _site("webhook_deliveries"),
        sa.ForeignKeyConstraint(
            ["conversation"],
            ["conversations.id"],
            name=op.f("fk_webhook_deliveries_conversation"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook_deliveries")),
    )
    op.create_index(
        "ix_webhook_deliveries_state_next_at", "webhook_deliveries", ["state", "next_at"]
    )
    op.create_index(
        "ix_webhook_deliveries_site_created_at", "webhook_deliveries", ["site", "created_at"]
    )
    op.create_index("ix_webhook_deliveries_conversation", "webhook_deliveries", ["conversation"])
    op.create_index(
        "ix_webhook_deliveries_owner",
        "webhook_deliveries",
        ["owner"],
        sqlite_where=sa.text("owner IS NOT NULL"),
        postgresql_where=sa.text("owner IS NOT NULL"),
    )
