"""Files of visitors and of answers; conversations that a platform has locked or closed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _access()
    _attachments()


def _access() -> None:
    op.add_column(
        "conversations",
        sa.Column("access", sa.String(length=16), server_default="open", nullable=False),
    )
    op.add_column(
        "conversations", sa.Column("access_reason", sa.Text(), server_default="", nullable=False)
    )


def _attachments() -> None:
    op.create_table(
        "attachments",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("site", sa.String(length=64), nullable=False),
        sa.Column("visitor", sa.String(length=64), nullable=False),
        sa.Column("message", sa.String(length=64), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("content_type", sa.String(length=128), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("upstream", sa.Text(), nullable=False),
        sa.Column("platform", sa.String(length=32), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["site"], ["sites.key"], name=op.f("fk_attachments_site"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["message"], ["messages.id"], name=op.f("fk_attachments_message"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachments")),
    )
    op.create_index("ix_attachments_message", "attachments", ["message"])
    op.create_index("ix_attachments_site_visitor", "attachments", ["site", "visitor"])
    op.create_index("ix_attachments_created_at", "attachments", ["created_at"])
