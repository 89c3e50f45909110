"""Who follows which item."""

from datetime import datetime

from sqlmodel import Session, col, delete, select

from storage.inserting import insert_new
from storage.models import Follow


def add(session: Session, *, team_id: str, item_id: int, user_id: str, at: datetime) -> bool:
    """Let somebody follow an item; say whether they are new."""
    values = {"team_id": team_id, "item_id": item_id, "user_id": user_id, "at": at}
    return insert_new(session, Follow, values, unique=("team_id", "item_id", "user_id"))


def remove(session: Session, *, team_id: str, item_id: int, user_id: str) -> bool:
    """Let somebody follow an item no longer; say whether they did."""
    result = session.exec(
        delete(Follow).where(
            col(Follow.team_id) == team_id, col(Follow.item_id) == item_id, col(Follow.user_id) == user_id
        )
    )
    return bool(result.rowcount)


def followers(session: Session, *, team_id: str, item_id: int) -> list[str]:
    """List who follows an item."""
    query = select(Follow.user_id).where(Follow.team_id == team_id, Follow.item_id == item_id)
    return list(session.exec(query.order_by(Follow.user_id)))


def of_person(session: Session, *, team_id: str, user_id: str) -> list[int]:
    """List the keys of the items that somebody follows."""
    query = select(Follow.item_id).where(Follow.team_id == team_id, Follow.user_id == user_id)
    return list(session.exec(query.order_by(col(Follow.item_id))))
