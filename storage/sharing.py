"""How much happened, as far as a reader may know."""

from datetime import datetime

from sqlmodel import Session, col, func, select

from storage.feedback import readable
from storage.models import Feedback, Reader


def count_feedback(session: Session, *, team_id: str, reader: Reader | None, since: datetime, until: datetime) -> int:
    """Count the feedback captured between two instants: what `reader` may read, or all of it (None)."""
    query = select(func.count()).where(
        Feedback.team_id == team_id,
        Feedback.captured_at > since,
        Feedback.captured_at <= until,
        col(Feedback.withdrawn).is_(False),
    )
    return int(session.exec(query if reader is None else query.where(readable(reader))).one())
