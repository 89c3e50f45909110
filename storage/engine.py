"""How a database is opened: what each connection to SQLite or PostgreSQL is told first."""

from typing import Any

from sqlalchemy import Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError

from bot.errors import SettingError

READERS = 4
"""Connections for whoever reads, on PostgreSQL also for whoever writes; one more is for what must go first."""
BUSY_MS = 2000
_NOTICED = {"tcp_user_timeout": 10_000, "keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 2}
"""How soon it is noticed that PostgreSQL's machine is gone without a word: else its connections hang for hours."""


def engine_of(url: str, *, read_only: bool) -> Engine:
    """Return the engine for a database (`sqlite:///file` or `postgresql://…`).

    Raises SettingError when the URL cannot be used or PostgreSQL's driver is not installed.
    """
    # hide_parameters: an error that reaches the log must not carry what people wrote.
    if not url.startswith("sqlite"):
        return _postgres_engine(url, read_only=read_only)
    engine = create_engine(
        url, pool_size=READERS + 1, max_overflow=0, hide_parameters=True, connect_args={"check_same_thread": False}
    )
    event.listen(engine, "connect", _look_at_sqlite if read_only else prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _postgres_engine(url: str, *, read_only: bool) -> Engine:
    try:
        return create_engine(
            make_url(url).set(drivername="postgresql+psycopg"),
            pool_size=READERS + 1,
            max_overflow=0,
            pool_pre_ping=True,
            hide_parameters=True,
            execution_options={"postgresql_readonly": read_only},
            connect_args={"connect_timeout": 5, **_NOTICED},
        )
    except ModuleNotFoundError as error:
        raise SettingError(
            "DATABASE_URL names PostgreSQL, whose driver is not installed: install requirements/server.txt."
        ) from error
    except (ArgumentError, ValueError) as error:
        raise SettingError(
            "DATABASE_URL is no address: write postgresql://user:password@host:5432/name,"
            " with special characters in the password percent-encoded."
        ) from error


def prepare_sqlite(connection: Any, _record: object) -> None:
    """Have a new connection keep what it commits, and leave nothing of what it deletes."""
    connection.isolation_level = None  # we say BEGIN ourselves: the driver's own would start too late to be IMMEDIATE
    pragmas = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON")
    for pragma in (f"busy_timeout={BUSY_MS}", *pragmas):
        connection.execute(f"PRAGMA {pragma}")


def _look_at_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None
    for pragma in (f"busy_timeout={BUSY_MS}", "query_only=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Any) -> None:
    writes = connection.get_execution_options().get("writes")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
