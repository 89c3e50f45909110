"""Databases and people for every test."""

import itertools
import os
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from storage.database import Database
from storage.migrations import bring_up
from tests.postgres import running_server

_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """Yield the URL of a server with a migrated template to clone."""
    with running_server() as url:
        template = f"linchpin_template_{os.getpid()}"
        _administer(url, f"CREATE DATABASE {template}")
        engine = create_engine(_named(url, template).replace("postgresql://", "postgresql+psycopg://"))
        bring_up(engine)
        engine.dispose()
        yield url


@pytest.fixture
def postgres_url(postgres_server: str) -> Iterator[str]:
    """Yield the URL of a fresh, migrated database on the real PostgreSQL."""
    name = f"linchpin_test_{os.getpid()}_{next(_numbers)}"
    _administer(postgres_server, f"CREATE DATABASE {name} TEMPLATE linchpin_template_{os.getpid()}")
    yield _named(postgres_server, name)
    _administer(postgres_server, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Return the URL of a fresh database, on each engine in turn."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'linchpin.db'}"
    url: str = request.getfixturevalue("postgres_url")
    return url


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """Yield an open, migrated database, on each engine in turn."""
    opened = Database(database_url)
    bring_up(opened.engine)
    yield opened
    opened.close()


@pytest.fixture
def now() -> datetime:
    """Return the moment at which tests happen: a Tuesday."""
    return datetime(2026, 11, 24, 14, 2, tzinfo=UTC)


def _administer(url: str, statement: str) -> None:
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()


def _named(url: str, name: str) -> str:
    where, _, query = url.partition("?")
    return f"{where.rsplit('/', 1)[0]}/{name}" + (f"?{query}" if query else "")
