"""What host pages say and hear: the owner's choice, a message's context, a visitor's label."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("sites", _json("page"))
    op.add_column("visitors", _json("label"))
    op.add_column("messages", _json("page"))


def _json(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), server_default="{}", nullable=False)
