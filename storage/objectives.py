"""Objectives and their key results."""

from collections.abc import Iterable

from sqlmodel import Session, col, select

from storage.models import KeyResult, Objective
from storage.numbers import LARGEST, next_number


def add(session: Session, *, team_id: str, title: str, weight: int) -> Objective:
    """Add an objective with the next number."""
    objective = Objective(
        team_id=team_id, number=next_number(session, team_id=team_id, kind="OBJ"), title=title, weight=weight
    )
    session.add(objective)
    session.flush()
    return objective


def add_key_result(session: Session, *, key_result: KeyResult) -> None:
    """Add a key result to its objective."""
    session.add(key_result)


def search(session: Session, *, team_id: str, ids: Iterable[int] | None = None) -> list[Objective]:
    """List objectives by number, all or some."""
    query = select(Objective).where(Objective.team_id == team_id)
    if ids is not None:
        query = query.where(col(Objective.id).in_(list(ids)))
    return list(session.exec(query.order_by(col(Objective.number))))


def find(session: Session, *, team_id: str, number: int) -> Objective | None:
    """Return the objective with that number."""
    if number > LARGEST:
        return None
    return session.exec(select(Objective).where(Objective.team_id == team_id, Objective.number == number)).first()


def search_key_results(session: Session, *, team_id: str, objective_ids: Iterable[int]) -> list[KeyResult]:
    """List the key results of some objectives."""
    query = select(KeyResult).where(KeyResult.team_id == team_id, col(KeyResult.objective_id).in_(list(objective_ids)))
    return list(session.exec(query.order_by(col(KeyResult.id))))
