"""Slow work that waits to be done."""

from typing import Any

from sqlmodel import Session

from storage.inserting import insert_new
from storage.models import JobRow


def add(session: Session, *, team_id: str, key: str, task: str, args: dict[str, Any], now: float) -> bool:
    """Add a job unless one of that key was added before; say whether it was."""
    values = {
        "team_id": team_id, "key": key, "task": task, "args": args, "status": "open",
        "not_before": 0.0, "tries": 0, "failures": 0, "created_at": now,
    }  # fmt: skip
    return insert_new(session, JobRow, values, unique=("team_id", "key"))
