import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlmodel import SQLModel

import storage.models  # noqa: F401  (fills the metadata)
from storage.database import Database
from storage.migrations import HEAD, NewerDatabaseError, bring_up, version

_BUILT_BY_HAND = ("search_index", "search_text_words")


def test_the_migrated_tables_are_those_of_the_models(database: Database) -> None:
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        found = compare_metadata(context, SQLModel.metadata)
    assert [one for one in found if not any(name in str(one) for name in _BUILT_BY_HAND)] == []


def test_a_migrated_database_needs_nothing_more(database: Database) -> None:
    assert version(database.engine) == HEAD
    assert bring_up(database.engine) is False


def test_a_database_from_a_newer_version_is_refused(database: Database) -> None:
    with database.engine.execution_options(writes=True).begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(NewerDatabaseError):
        bring_up(database.engine)


def test_history_cannot_be_rewritten(database: Database) -> None:
    add = text(
        "INSERT INTO change (team_id, ref, at, by, field, cause)"
        " VALUES ('T1', 'RM-1', '2026-11-24 00:00:00', 'U1', 'lane', 'c')"
    )
    with database.engine.execution_options(writes=True).begin() as connection:
        connection.execute(add)
    with (
        pytest.raises(DBAPIError, match="append-only"),
        database.engine.execution_options(writes=True).begin() as connection,
    ):
        connection.execute(text("UPDATE change SET field = 'title'"))
