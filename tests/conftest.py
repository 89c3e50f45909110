"""Databases and people for every test."""

import os
import shutil
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError
from sqlmodel import SQLModel

from storage.database import Database
from storage.migrations import HEAD, bring_up
from tests.postgres import running_server


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


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a migrated SQLite file to copy."""
    path = tmp_path_factory.mktemp("template") / "linchpin.db"
    opened = Database(f"sqlite:///{path}")
    bring_up(opened.engine)
    opened.close()
    return path


@pytest.fixture
def postgres_url(postgres_server: str) -> str:
    """Return the URL of an empty, migrated database on the real PostgreSQL.

    It is the one of the test before, emptied: a new one for each test takes ten times as long.
    """
    name = f"linchpin_test_{os.getpid()}"
    if not _emptied(_named(postgres_server, name)):
        _administer(postgres_server, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        _administer(postgres_server, f"CREATE DATABASE {name} TEMPLATE linchpin_template_{os.getpid()}")
    return _named(postgres_server, name)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Return the URL of a fresh database, on each engine in turn."""
    if request.param == "sqlite":
        template: Path = request.getfixturevalue("sqlite_template")
        return f"sqlite:///{shutil.copy(template, tmp_path / 'linchpin.db')}"
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


def _emptied(url: str) -> bool:
    """Take every row out of a database; say whether it is there, with its tables as they should be."""
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://"))
    others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
    try:
        with engine.begin() as connection:
            connection.execute(text(f"{others} AND pid <> pg_backend_pid()"))
            if connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one() != HEAD:
                return False
            connection.execute(text("TRUNCATE change"))  # history refuses to be deleted row by row
            for table in reversed(SQLModel.metadata.sorted_tables):
                connection.execute(table.delete())
            connection.execute(text("SELECT setval(seqrelid::regclass, 1, false) FROM pg_sequence"))
        return True
    except DBAPIError:
        return False
    finally:
        engine.dispose()


def _administer(url: str, statement: str) -> None:
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()


def _named(url: str, name: str) -> str:
    where, _, query = url.partition("?")
    return f"{where.rsplit('/', 1)[0]}/{name}" + (f"?{query}" if query else "")
