"""The languages that a site speaks, and what it says in words of its own."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("sites", sa.Column("languages", sa.Text(), server_default="[]", nullable=False))
    op.add_column("sites", sa.Column("texts", sa.Text(), server_default="{}", nullable=False))
