from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine, inspect, text
from sqlalchemy.engine.interfaces import ReflectedIndex

from widget.store.database import Store
from widget.store.migrations.newest import VERSIONS, is_newest, newest
from widget.store.tables import metadata


def shape(connection: Connection) -> dict[str, object]:
    """Everything that the database says about its tables, names of constraints included."""
    found = inspect(connection)
    return {
        table: {
            "columns": [
                (one["name"], str(one["type"]), one["nullable"], one["default"])
                for one in found.get_columns(table)
            ],
            "primary key": found.get_pk_constraint(table),
            "foreign keys": by_name(found.get_foreign_keys(table)),
            "unique": by_name(found.get_unique_constraints(table)),
            "indexes": by_name([indexed(one) for one in found.get_indexes(table)]),
        }
        for table in found.get_table_names()
        if table != "alembic_version"
    }


def by_name(rows: Sequence[object]) -> list[str]:
    return sorted(str(row) for row in rows)


def indexed(index: ReflectedIndex) -> tuple[object, ...]:
    where = str(index.get("dialect_options", {}).get("sqlite_where"))
    return index["name"], index["column_names"], index["unique"], where


def test_migrated_schema_is_that_of_the_tables(store: Store, tmp_path: Path) -> None:
    engine = create_engine(f"sqlite:///{tmp_path / 'declared.db'}")
    metadata.create_all(engine)
    with engine.connect() as connection, store.read() as tx:
        declared, migrated = shape(connection), shape(tx)
        assert set(declared) == set(metadata.tables)
        assert migrated == declared
        assert compare_metadata(MigrationContext.configure(tx), metadata) == []
    engine.dispose()


def test_the_comparison_sees_a_column_too_many(store: Store) -> None:
    with store.begin() as tx:
        tx.execute(text("ALTER TABLE feedback ADD COLUMN planted TEXT"))
        differences = compare_metadata(MigrationContext.configure(tx), metadata)

    assert [one[0] for one in differences] == ["remove_column"]


def test_migrating_again_changes_nothing(store: Store) -> None:
    with store.begin() as tx:
        before = shape(tx)

    store.migrate()

    with store.read() as tx:
        assert shape(tx) == before


def test_the_newest_revision_is_told_as_alembic_tells_it(store: Store) -> None:
    scripts = ScriptDirectory(str(VERSIONS.parent))

    with store.begin() as tx:
        assert [newest()] == scripts.get_heads()
        assert is_newest(tx)
        tx.execute(text("UPDATE alembic_version SET version_num = '0001'"))
        assert not is_newest(tx)


def test_a_failed_migration_leaves_nothing_behind(database: Path) -> None:
    store = Store(f"sqlite:///{database}", secret_key=b"k" * 32)
    with store.begin() as tx:
        tx.execute(text("CREATE TABLE runs (planted TEXT)"))

    try:
        store.migrate()
    except Exception as error:
        failure = str(error)

    assert "runs already exists" in failure
    with store.read() as tx:
        assert inspect(tx).get_table_names() == ["runs"]
    store.close()
