"""Whole tables, for an export."""

from typing import Any

from sqlmodel import Session, col, inspect, select

from storage.imports import arrived
from storage.models import Feedback, Item


def every(session: Session, *, team_id: str, table: type[Any]) -> list[Any]:
    """Return all rows of a table, whoever may read them, in the order in which they were added."""
    query = select(table).where(table.team_id == team_id).order_by(*inspect(table).primary_key)
    if table in (Item, Feedback):
        query = query.where(arrived(table, team_id=team_id))
    if table is Feedback:
        query = query.where(col(Feedback.withdrawn).is_(False))
    return list(session.exec(query))
