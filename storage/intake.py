"""What came from Slack, stored before it was acked. Core statements: this is the busiest table."""

from collections.abc import Sequence
from typing import Any

from sqlmodel import Session, col

from storage.inserting import on_conflict
from storage.models import IntakeRow


def add_across_teams(session: Session, *, rows: Sequence[dict[str, Any]]) -> dict[str, int]:
    """Insert rows whose key is new, already claimed; return the new ones' ids by key."""
    insert = (
        on_conflict(session, IntakeRow)
        .on_conflict_do_nothing(index_elements=["key"])
        .returning(col(IntakeRow.key), col(IntakeRow.id))
    )
    return {key: int(row_id) for key, row_id in session.connection().execute(insert, list(rows))}
