"""Alembic's entry: works on the connection that ``upgrade`` hands over, in its transaction."""

from __future__ import annotations

from alembic import context

from widget.store.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transactional_ddl=True,  # also on SQLite: either every migration is there afterwards or none
    render_as_batch=True,
)
context.run_migrations()
