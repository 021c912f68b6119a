"""What a run was given for an answer: kept, so that a retry can give it again."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("runs", sa.Column("about", sa.String(length=64), nullable=True))
    op.add_column("runs", sa.Column("reply", sa.Text(), server_default="", nullable=False))
    op.create_index("ix_runs_about", "runs", ["about"])
