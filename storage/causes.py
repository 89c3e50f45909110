"""Which events and clicks have had their effect."""

from datetime import datetime

from sqlmodel import Session, col, select, update

from storage.inserting import insert_new
from storage.models import Cause


def claim(session: Session, *, team_id: str, cause: str, now: datetime) -> bool:
    """Say whether this cause is new, and remember it; call it first in the transaction that makes the effect."""
    return insert_new(session, Cause, {"team_id": team_id, "cause": cause, "at": now}, unique=("team_id", "cause"))


def mark_result(session: Session, *, team_id: str, cause: str, result: str) -> None:
    """Note what the cause made, for whoever runs it again."""
    session.exec(update(Cause).where(col(Cause.team_id) == team_id, col(Cause.cause) == cause).values(result=result))


def find_result(session: Session, *, team_id: str, cause: str) -> str | None:
    """Return what an earlier run of this cause made."""
    return session.exec(select(Cause.result).where(Cause.team_id == team_id, Cause.cause == cause)).first()
