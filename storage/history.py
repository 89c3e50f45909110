"""History: what changed, who did it and why."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, delete, select

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
