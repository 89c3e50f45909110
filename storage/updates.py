"""Schedules and their runs."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select, update

from storage.models import Run, RunStatus, Schedule
from storage.numbers import LARGEST, insert_numbered


def add(session: Session, *, schedule: Schedule) -> Schedule:
    """Add a schedule."""
    session.add(schedule)
    session.flush()
    return schedule


def find(session: Session, *, team_id: str, name: str) -> Schedule | None:
    """Return the schedule of that name."""
    return session.exec(select(Schedule).where(Schedule.team_id == team_id, Schedule.name == name)).first()


def get(session: Session, *, team_id: str, schedule_id: int) -> Schedule:
    """Return a schedule by its key."""
    return session.exec(select(Schedule).where(Schedule.team_id == team_id, Schedule.id == schedule_id)).one()


def search(
    session: Session, *, team_id: str, channel_id: str | None = None, paused: bool | None = None
) -> list[Schedule]:
    """List schedules by name: all, or those that post to a channel, or are paused or not."""
    query = select(Schedule).where(Schedule.team_id == team_id)
    if channel_id is not None:
        query = query.where(Schedule.channel == channel_id)
    if paused is not None:
        query = query.where(col(Schedule.paused).is_(paused))
    return list(session.exec(query.order_by(Schedule.name)))


def schedules_across_teams(session: Session) -> list[Schedule]:
    """List every schedule."""
    return list(session.exec(select(Schedule).order_by(col(Schedule.id))))


def mark_planned(session: Session, *, team_id: str, schedule_id: int, until: datetime) -> None:
    """Note that slots up to `until` have their run; never goes back."""
    session.exec(
        update(Schedule)
        .where(col(Schedule.team_id) == team_id, col(Schedule.id) == schedule_id)
        .where(col(Schedule.planned_until) < until)
        .values(planned_until=until)
    )


def mark_paused(session: Session, *, team_id: str, schedule_id: int, why: str | None) -> None:
    """Pause a schedule with a reason, or let it go on (None)."""
    session.exec(
        update(Schedule)
        .where(col(Schedule.team_id) == team_id, col(Schedule.id) == schedule_id)
        .values(paused=why is not None, paused_why=why)
    )


def add_run(session: Session, *, team_id: str, schedule_id: int, slot: datetime) -> Run | None:
    """Add the run of a slot; None when it is there already."""
    values = {
        "team_id": team_id,
        "schedule_id": schedule_id,
        "slot": slot,
        "status": RunStatus.DRAFTED,
        "intro": "",
        "outcome": "",
    }
    number = insert_numbered(session, Run, values, kind="UPD", unique=("schedule_id", "slot"))
    if number is None:
        return None
    return session.exec(select(Run).where(Run.team_id == team_id, Run.number == number)).one()


def run_at(session: Session, *, team_id: str, schedule_id: int, slot: datetime) -> Run | None:
    """Return the run of a slot."""
    query = select(Run).where(Run.team_id == team_id, Run.schedule_id == schedule_id, Run.slot == slot)
    return session.exec(query).first()


def find_run(session: Session, *, team_id: str, number: int, lock: bool = False) -> Run | None:
    """Return the run with that number."""
    if number > LARGEST:
        return None
    query = select(Run).where(Run.team_id == team_id, Run.number == number)
    return session.exec(query.with_for_update() if lock else query).first()


def open_runs_across_teams(session: Session, *, due_by: datetime) -> list[Run]:
    """List the runs whose slot has come and that are neither posted nor given up."""
    query = select(Run).where(col(Run.status).in_([RunStatus.DRAFTED, RunStatus.APPROVED]), Run.slot <= due_by)
    return list(session.exec(query.order_by(col(Run.slot), col(Run.id))))


def drafted_across_teams(session: Session) -> list[tuple[Run, Schedule]]:
    """List the runs that wait for approval where somebody may stand in for the approver, with their schedules."""
    query = (
        select(Run, Schedule)
        .join(Schedule, (col(Run.team_id) == col(Schedule.team_id)) & (col(Run.schedule_id) == col(Schedule.id)))
        .where(Run.status == RunStatus.DRAFTED, col(Schedule.delegate).is_not(None), col(Schedule.paused).is_(False))
    )
    return list(session.exec(query.order_by(col(Run.slot), col(Run.id))))


def due_channels_across_teams(session: Session, *, due_by: datetime) -> list[tuple[str, str]]:
    """List the workspaces and channels that open runs are due in."""
    query = (
        select(Schedule.team_id, Schedule.channel)
        .join(Run, (col(Run.team_id) == col(Schedule.team_id)) & (col(Run.schedule_id) == col(Schedule.id)))
        .where(col(Run.status).in_([RunStatus.DRAFTED, RunStatus.APPROVED]), Run.slot <= due_by)
        .distinct()
    )
    return [(team_id, channel) for team_id, channel in session.exec(query)]


def runs(session: Session, *, team_id: str, schedule_ids: Iterable[int], limit: int = 200) -> list[Run]:
    """List the runs of some schedules, latest slot first."""
    query = select(Run).where(Run.team_id == team_id, col(Run.schedule_id).in_(list(schedule_ids)))
    return list(session.exec(query.order_by(col(Run.slot).desc()).limit(limit)))


def settled_slots(
    session: Session, *, team_id: str, schedule_ids: Iterable[int], since: datetime
) -> set[tuple[int, datetime]]:
    """Return the slots later than `since` that are decided already, such as skipped ones, each with its schedule."""
    query = select(Run.schedule_id, Run.slot).where(
        Run.team_id == team_id, col(Run.schedule_id).in_(list(schedule_ids)), Run.slot > since,
        col(Run.status).not_in([RunStatus.DRAFTED, RunStatus.APPROVED, RunStatus.POSTING]),
    )  # fmt: skip
    return {(schedule_id, slot) for schedule_id, slot in session.exec(query)}


def move_run(session: Session, *, team_id: str, run_id: int, before: Iterable[str], after: str, **fields: Any) -> bool:
    """Move a run from one of the statuses `before` to `after`; say whether it was still there to move."""
    result = session.exec(
        update(Run)
        .where(col(Run.team_id) == team_id, col(Run.id) == run_id, col(Run.status).in_(list(before)))
        .values(status=after, **fields)
    )
    return bool(result.rowcount)
