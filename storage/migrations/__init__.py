"""The history of the tables, written with Alembic.

`HEAD` is what this version of Linchpin needs. At start the database's version is compared with it, and Alembic is
imported only when the database is behind. To change a table: change `storage/models.py`, write the next file in
`versions/`, set `HEAD`; a test compares the migrated tables with the models on both databases.
"""

from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, inspect, text

from bot.errors import BotError

HEAD = "0001"
_LOCK = 4931201  # any number, the same for every replica: they migrate one after the other


class NewerDatabaseError(BotError):
    """The database was written by a newer Linchpin. Update Linchpin, or restore a backup from before."""


def version(engine: Engine) -> str | None:
    """Return the database's version; None for an empty one."""
    with engine.connect() as connection:
        return _version(connection)


def bring_up(engine: Engine) -> bool:
    """Migrate to `HEAD` if the database is behind; say whether there was something to do.

    Raises NewerDatabaseError when it is ahead.
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
