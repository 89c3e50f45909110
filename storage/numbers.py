"""Short ids, counted per workspace, without races and without gaps."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlmodel import Session, SQLModel

from storage.inserting import insert_new, on_conflict
from storage.models import Counter

LARGEST = 2**31 - 1
"""No noun has a larger number, whatever people type; the databases refuse to compare with one."""


def next_number(session: Session, *, team_id: str, kind: str) -> int:
    """Return the next number for a `kind` such as `RM`; a rolled-back transaction gives it back."""
    insert = on_conflict(session, Counter).values(team_id=team_id, kind=kind, last=1)
    statement = insert.on_conflict_do_update(
        index_elements=["team_id", "kind"], set_={"last": Counter.last + 1}
    ).returning(Counter.last)
    return int(session.connection().execute(statement).scalar_one())


def take_numbers(session: Session, *, team_id: str, kind: str, count: int) -> range:
    """Return the next `count` numbers for a kind; a rolled-back transaction gives them back."""
    insert = on_conflict(session, Counter).values(team_id=team_id, kind=kind, last=count)
    statement = insert.on_conflict_do_update(
        index_elements=["team_id", "kind"], set_={"last": Counter.last + count}
    ).returning(Counter.last)
    last = int(session.connection().execute(statement).scalar_one())
    return range(last - count + 1, last + 1)


def insert_numbered(
    session: Session, table: type[SQLModel], values: Mapping[str, Any], *, kind: str, unique: Sequence[str]
) -> int | None:
    """Insert a row under the next number of its kind, and return the number; None when its `unique` columns are taken.

    A number that was not needed is given back.
    """
    with session.begin_nested() as savepoint:
        number = next_number(session, team_id=str(values["team_id"]), kind=kind)
        if insert_new(session, table, {**values, "number": number}, unique=unique):
            return number
        savepoint.rollback()
    return None
