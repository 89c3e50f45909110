"""Leases: one worker at a time for each row of the intake and of the jobs, whatever crashes.

A row is `open` until it is `done` or `dead`. A claim sets `not_before` into the future and counts `tries`; a worker
that comes back after its lease has run out finds that `tries` has moved on, and changes nothing.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import Connection, Row, bindparam
from sqlmodel import Session, col, delete, func, select, update

from storage.models import IntakeRow, JobRow

Leased = TypeVar("Leased", IntakeRow, JobRow)


@dataclass(frozen=True)
class Lease:
    """A worker's hold on a row."""

    id: int
    tries: int
    failures: int = 0
    """How often its work failed before."""


def claim_across_teams(
    session: Session, table: type[Leased], *, owner: str, now: float, seconds: float, limit: int
) -> list[Row[Any]]:
    """Claim the oldest open rows that nobody holds, and return them as they now are."""
    free = (
        select(col(table.id))
        .where(col(table.status) == "open", col(table.not_before) <= now)
        .order_by(col(table.id))
        .limit(limit)
        .with_for_update(skip_locked=True)
        .cte("free")  # as a subquery PostgreSQL may run it once per row, and claim more than `limit`
    )
    # The condition stands again outside: in READ COMMITTED the inner one alone lets two workers claim a row.
    claim = (
        update(table)
        .where(col(table.id).in_(select(free.c.id)), col(table.status) == "open", col(table.not_before) <= now)
        .values(owner=owner, not_before=now + seconds, tries=col(table.tries) + 1)
        .returning(*_columns(table))
    )
    return sorted(session.connection().execute(claim).all(), key=lambda row: int(row.id))


def renew_across_teams(
    session: Session, table: type[Leased], *, owner: str, leases: Iterable[Lease], until: float
) -> None:
    """Hold rows for longer, where the lease is still held."""
    held = [{"held_id": lease.id, "held_tries": lease.tries} for lease in leases]
    if held:  # one statement for all: composed for each, thousands would hold up every writer for seconds
        session.connection().execute(
            update(table)
            .where(col(table.id) == bindparam("held_id"), col(table.owner) == owner)
            .where(col(table.tries) == bindparam("held_tries"), col(table.status) == "open")
            .values(not_before=until),
            held,
        )


def mark_done_across_teams(connection: Connection, table: type[Leased], *, owner: str, leases: Iterable[Lease]) -> None:
    """Finish rows and wipe what they carried, where the lease is still held."""
    held: defaultdict[int, list[int]] = defaultdict(list)
    for lease in leases:
        held[lease.tries].append(lease.id)
    # In the driver's own words, as where they are added: composed, it costs as much as running the listeners.
    wiped = "payload = NULL" if table is IntakeRow else "args = '{}'"
    value = "?" if connection.dialect.paramstyle == "qmark" else "%s"
    tries: int  # said here, since mypy looks at this once for each kind of row, and then cannot tell
    ids: list[int]
    for tries, ids in held.items():
        connection.exec_driver_sql(
            f"UPDATE {table.__tablename__} SET status = 'done', error = NULL, {wiped}"  # noqa: S608 (the names are ours)
            f" WHERE owner = {value} AND tries = {value} AND id IN ({', '.join([value] * len(ids))})",
            (owner, tries, *ids),
        )


def mark_failed_across_teams(
    session: Session, table: type[Leased], *, owner: str, lease: Lease, error: str, again_at: float | None
) -> bool:
    """Give a row back for a later try, or bury it (`again_at` None); say whether the lease was still held."""
    values: dict[str, Any] = {"status": "dead"} if again_at is None else {"not_before": again_at, "owner": None}
    result = session.connection().execute(
        update(table)
        .where(col(table.id) == lease.id, col(table.owner) == owner, col(table.tries) == lease.tries)
        .values(error=error[:500], failures=col(table.failures) + 1, **values)
    )
    return bool(result.rowcount)


def release_across_teams(session: Session, table: type[Leased], *, owner: str, own: bool) -> None:
    """Give back at once what `owner` holds (`own`), or what everybody else holds (only where one process may run)."""
    whose = col(table.owner) == owner if own else col(table.owner) != owner
    session.connection().execute(
        update(table).where(col(table.status) == "open", whose).values(not_before=0.0, owner=None)
    )


def forget_across_teams(session: Session, table: type[Leased], *, status: str, before: float) -> int:
    """Delete rows of a status that came before `before`; return how many."""
    came = IntakeRow.received_at if table is IntakeRow else JobRow.created_at
    result = session.connection().execute(delete(table).where(col(table.status) == status, col(came) < before))
    return int(result.rowcount)


def count_dead_across_teams(session: Session, table: type[Leased]) -> int:
    """Count the rows that were buried."""
    return int(session.exec(select(func.count()).select_from(table).where(col(table.status) == "dead")).one())


def _columns(table: type[Leased]) -> list[Any]:
    return list(table.__table__.columns)  # type: ignore[attr-defined]  # SQLModel does not declare it
