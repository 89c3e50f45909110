"""Several processes on one database, as far as the engine allows it."""

from collections.abc import Iterator

import pytest

from storage.database import Database


@pytest.fixture
def replicas(database: Database, database_url: str) -> Iterator[list[Database]]:
    """Yield three databases that are one on PostgreSQL, and three times the only one on SQLite."""
    if database.is_sqlite:
        yield [database] * 3
        return
    others = [Database(database_url), Database(database_url)]
    yield [database, *others]
    for other in others:
        other.close()
