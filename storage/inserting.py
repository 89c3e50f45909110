"""Insert, and read on conflict: the one way in which rows with a unique key are added."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import literal_column
from sqlalchemy.dialects import sqlite
from sqlmodel import Session, SQLModel


def insert_new(session: Session, table: type[SQLModel], values: Mapping[str, Any], *, unique: Sequence[str]) -> bool:
    """Insert a row unless its `unique` columns are taken; say whether it was inserted.

    On PostgreSQL this waits for a transaction that is inserting the same key.
    """
    statement = on_conflict(session, table).values(**values).on_conflict_do_nothing(index_elements=list(unique))
    # Not by rowcount: it is -1, which is true, where SQLAlchemy lets the database return a generated key.
    return session.connection().execute(statement.returning(literal_column("1"))).first() is not None


def on_conflict(session: Session, table: type[SQLModel]) -> Any:
    """Return the dialect's INSERT, which knows ON CONFLICT (both dialects spell it the same way)."""
    if session.get_bind().dialect.name == "sqlite":
        return sqlite.insert(table)
    from sqlalchemy.dialects import postgresql

    return postgresql.insert(table)
