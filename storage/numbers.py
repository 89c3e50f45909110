"""Short ids, counted per workspace, without races and without gaps."""

from sqlmodel import Session

from storage.inserting import on_conflict
from storage.models import Counter


def next_number(session: Session, *, team_id: str, kind: str) -> int:
    """Return the next number for a `kind` such as `RM`; a rolled-back transaction gives it back."""
    insert = on_conflict(session, Counter).values(team_id=team_id, kind=kind, last=1)
    statement = insert.on_conflict_do_update(
        index_elements=["team_id", "kind"], set_={"last": Counter.last + 1}
    ).returning(Counter.last)
    return int(session.connection().execute(statement).scalar_one())
