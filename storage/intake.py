"""What came from Slack, stored before it was acked: the busiest table."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Connection
from sqlmodel import Session, col, update

from storage.models import IntakeRow

_COLUMNS = (
    *("team_id", "key", "kind", "lane", "payload", "status"),
    *("received_at", "not_before", "owner", "tries", "failures"),
)
_INSERT = f"INSERT INTO intake ({', '.join(_COLUMNS)}) VALUES "  # noqa: S608 (the names are ours)
_NEW = " ON CONFLICT (key) DO NOTHING"


def add_across_teams(connection: Connection, *, rows: Sequence[dict[str, Any]]) -> dict[str, int]:
    """Insert rows whose key is new, already claimed; return the new ones' ids by key."""
    # In the driver's own words: to compose the statement and read it back cost as much as all the rest of the commit.
    on_sqlite = connection.dialect.name == "sqlite"
    one = f"({', '.join(['?' if on_sqlite else '%s'] * len(_COLUMNS))})"
    insert = f"{_INSERT}{', '.join([one] * len(rows))}{_NEW}"
    values = tuple(row[column] for row in rows for column in _COLUMNS)
    if not on_sqlite:
        added = connection.exec_driver_sql(f"{insert} RETURNING key, id", values)
        return {key: int(row_id) for key, row_id in added}
    # SQLite counts on without a gap while we hold it. Each row given back would be a struggle with the loop's thread.
    done = connection.exec_driver_sql(insert, values)
    first = done.lastrowid - done.rowcount + 1
    if done.rowcount == len(rows):
        return {row["key"]: first + turn for turn, row in enumerate(rows)}
    new = "SELECT key, id FROM intake WHERE id >= ? AND id < ?"
    return {key: int(row_id) for key, row_id in connection.exec_driver_sql(new, (first, first + done.rowcount))}


def disown_across_teams(session: Session, *, owner: str, keys: Collection[str]) -> None:
    """Finish what `owner` claimed under these keys, and wipe it: it is not to take effect."""
    session.connection().execute(
        update(IntakeRow)
        .where(col(IntakeRow.key).in_(keys), col(IntakeRow.owner) == owner, col(IntakeRow.status) == "open")
        .values(status="done", payload=None)
    )
