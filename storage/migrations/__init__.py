"""The history of the tables, written with Alembic.

`HEAD` is what this version of Linchpin needs. At start the database's version is compared with it, and Alembic is
imported only when the database is behind. To change a table: change `storage/models.py`, write the next file in
`versions/`, set `HEAD`; a test compares the migrated tables with the models on both databases.
"""

from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, inspect, text
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from bot.errors import BotError, SettingError

HEAD = "0001"
_LOCK = 4931201  # any number, the same for every replica: they migrate one after the other


class NewerDatabaseError(BotError):
    """The database was written by a newer Linchpin. Update Linchpin, or restore a backup from before."""


def version(engine: Engine) -> str | None:
    """Return the database's version; None for an empty one.

    Raises SettingError when it cannot be opened.
    """
    try:
        with engine.connect() as connection:
            return _version(connection)
    except DBAPIError as error:
        why = " ".join(str(error.orig).split())
        raise SettingError(
            f"The database that DATABASE_URL names cannot be opened ({why}). Check that it is there, and the address."
        ) from error


def is_current(session: Session) -> bool:
    """Say whether the database is at the version that this Linchpin needs."""
    return session.connection().execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none() == HEAD


def bring_up(engine: Engine) -> bool:
    """Migrate to `HEAD` if the database is behind; say whether there was something to do.

    Raises NewerDatabaseError when it is ahead, SettingError when it cannot be opened.
    """
    if version(engine) == HEAD:
        return False
    with engine.execution_options(writes=True).begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        found = _version(connection)
        if found == HEAD:
            return False
        if found is not None and found > HEAD:
            raise NewerDatabaseError()
        _upgrade(connection)
    return True


def _version(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none()


def _upgrade(connection: Connection) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    attributes: dict[str, Any] = config.attributes
    attributes["connection"] = connection
    command.upgrade(config, "head")
