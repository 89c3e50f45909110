"""Holding: one at a time at what has no row of its own that could be locked."""

from sqlalchemy import text
from sqlmodel import Session


def hold(session: Session, *, team_id: str, what: str) -> None:
    """Let nobody else hold the same until this transaction ends; first of all: what is read before is old."""
    if session.get_bind().dialect.name == "postgresql":  # in SQLite one writes at a time anyway
        lock = text("SELECT pg_advisory_xact_lock(hashtext(:name))")
        session.connection().execute(lock, {"name": f"{what} of {team_id}"})
