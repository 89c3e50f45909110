"""History: what changed, who did it and why."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlmodel import Session, col, delete, insert, select

from storage.models import Change


def add(
    session: Session,
    *,
    team_id: str,
    ref: str,
    at: datetime,
    by: str,
    field: str,
    before: str | None,
    after: str | None,
    cause: str,
    reason: str | None = None,
) -> Change:
    """Write one line of history."""
    change = Change(
        team_id=team_id,
        ref=ref,
        at=at,
        by=by,
        field=field,
        before=before,
        after=after,
        reason=reason,
        cause=cause,
    )
    session.add(change)
    return change


def add_differences(
    session: Session,
    *,
    team_id: str,
    ref: str,
    at: datetime,
    by: str,
    before: Mapping[str, str | None],
    after: Mapping[str, str | None],
    cause: str,
) -> list[str]:
    """Add a line for each field that is different now; return their names."""
    changed = [name for name in after if before[name] != after[name]]
    for name in changed:
        add(
            session, team_id=team_id, ref=ref, at=at, by=by, field=name, before=before[name], after=after[name],
            cause=cause,
        )  # fmt: skip
    return changed


def add_many(
    session: Session, *, team_id: str, said: Mapping[str, str], at: datetime, by: str, field: str, reason: str | None,
    cause: str,
) -> None:  # fmt: skip
    """Write one line of history for each of many nouns: what it became, by its id."""
    same = {"team_id": team_id, "at": at, "by": by, "field": field, "reason": reason, "cause": cause}
    if said:
        lines = [{**same, "ref": ref, "after": after} for ref, after in said.items()]
        session.connection().execute(insert(Change), lines)


def told(session: Session, *, team_id: str, refs: Sequence[str], field: str) -> set[str]:
    """Return those of the nouns that have a line of history about a field."""
    query = select(Change.ref).where(Change.team_id == team_id, col(Change.ref).in_(refs), Change.field == field)
    return set(session.exec(query))


def search(
    session: Session,
    *,
    team_id: str,
    refs: Sequence[str] | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    fields: Sequence[str] | None = None,
    limit: int = 200,
) -> list[Change]:
    """List changes, newest first, of some nouns and fields or of all."""
    query = select(Change).where(Change.team_id == team_id)
    if refs is not None:
        query = query.where(col(Change.ref).in_(refs))
    if fields is not None:
        query = query.where(col(Change.field).in_(fields))
    if since is not None:
        query = query.where(Change.at > since)
    if until is not None:
        query = query.where(Change.at <= until)
    return list(session.exec(query.order_by(col(Change.at).desc(), col(Change.id).desc()).limit(limit)))


def get(session: Session, *, team_id: str, change_id: int) -> Change | None:
    """Return one change."""
    return session.exec(select(Change).where(Change.team_id == team_id, Change.id == change_id)).first()


def forget(session: Session, *, team_id: str, ref: str, field: str) -> None:
    """Delete the lines of one field of a noun: they carry words that somebody has taken back."""
    session.exec(
        delete(Change).where(col(Change.team_id) == team_id, col(Change.ref) == ref, col(Change.field) == field)
    )
