"""What sites are to pages of other vendors' scripts: the ids that those pages name."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("sites", sa.Column("compat", sa.Text(), server_default="{}", nullable=False))
