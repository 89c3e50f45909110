"""What came from Slack, stored before it was acked: the busiest table."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection

_COLUMNS = (
    *("team_id", "key", "kind", "lane", "payload", "status"),
    *("received_at", "not_before", "owner", "tries", "failures"),
)
_INSERT = f"INSERT INTO intake ({', '.join(_COLUMNS)}) VALUES "  # noqa: S608 (the names are ours)
_NEW = " ON CONFLICT (key) DO NOTHING RETURNING key, id"


def add_across_teams(connection: Connection, *, rows: Sequence[dict[str, Any]]) -> dict[str, int]:
    """Insert rows whose key is new, already claimed; return the new ones' ids by key."""
    # In the driver's own words: to compose the statement and read it back cost as much as all the rest of the commit.
    value = "?" if connection.dialect.paramstyle == "qmark" else "%s"
    one = f"({', '.join([value] * len(_COLUMNS))})"
    values = tuple(row[column] for row in rows for column in _COLUMNS)
    added = connection.exec_driver_sql(f"{_INSERT}{', '.join([one] * len(rows))}{_NEW}", values).all()
    return {key: int(row_id) for key, row_id in added}
