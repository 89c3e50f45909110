"""People: names, zones, standing and roles."""

from collections.abc import Iterable
from datetime import datetime

from sqlmodel import Session, col, select, update

from storage.inserting import on_conflict
from storage.models import Person


def find(session: Session, *, team_id: str, user_id: str) -> Person | None:
    """Return what is known of a person."""
    return session.exec(select(Person).where(Person.team_id == team_id, Person.user_id == user_id)).first()


def search(session: Session, *, team_id: str, user_ids: Iterable[str] | None = None) -> list[Person]:
    """List people, all or some."""
    query = select(Person).where(Person.team_id == team_id)
    if user_ids is not None:
        query = query.where(col(Person.user_id).in_(list(user_ids)))
    return list(session.exec(query.order_by(Person.name)))


def keep(session: Session, *, person: Person) -> None:
    """Store what Slack says of a person; a role given by hand and the last look stay."""
    told = {
        "name": person.name,
        "tz": person.tz,
        "standing": person.standing,
        "checked_at": person.checked_at,
    }
    insert = on_conflict(session, Person).values(
        team_id=person.team_id, user_id=person.user_id, role=person.role, **told
    )
    session.connection().execute(insert.on_conflict_do_update(index_elements=["team_id", "user_id"], set_=told))


def mark_looked(session: Session, *, team_id: str, user_id: str, at: datetime) -> None:
    """Note when somebody last read the overview."""
    session.exec(
        update(Person).where(col(Person.team_id) == team_id, col(Person.user_id) == user_id).values(looked_at=at)
    )


def give_role(session: Session, *, team_id: str, user_id: str, role: str | None) -> None:
    """Give somebody a role, or None to let their standing decide."""
    session.exec(update(Person).where(col(Person.team_id) == team_id, col(Person.user_id) == user_id).values(role=role))


def with_role(session: Session, *, team_id: str) -> list[Person]:
    """List the people who were given a role, by name."""
    query = select(Person).where(Person.team_id == team_id, col(Person.role).is_not(None))
    return list(session.exec(query.order_by(Person.name)))
