"""What is to be said in Slack: claimed one at a time per channel, in order, and finished under a fence."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, func, or_, select, update

from storage.inserting import insert_new, on_conflict
from storage.models import ChannelGate, OutboxRow

KEYS_AT_ONCE = 5000
"""How many keys one statement asks for: both databases bound its parameters."""


@dataclass(frozen=True)
class Claimed:
    """A row to send. `again` means that an earlier try may have reached Slack."""

    row: OutboxRow
    again: bool


def add(session: Session, *, row: OutboxRow) -> bool:
    """Add a row unless its key is there; say whether it was added."""
    return insert_new(session, OutboxRow, row.model_dump(exclude={"id"}), unique=("team_id", "key"))


def find(session: Session, *, team_id: str, key: str) -> OutboxRow | None:
    """Return the row with that key."""
    return session.exec(select(OutboxRow).where(OutboxRow.team_id == team_id, OutboxRow.key == key)).first()


def add_all(session: Session, *, team_id: str, rows: Sequence[OutboxRow]) -> None:
    """Add a workspace's rows in one statement, except those whose key is there."""
    if rows:
        insert = on_conflict(session, OutboxRow).on_conflict_do_nothing(index_elements=["team_id", "key"])
        values = [row.model_dump(exclude={"id"}) | {"team_id": team_id} for row in rows]
        session.connection().execute(insert, values)


def find_all(session: Session, *, team_id: str, keys: Sequence[str]) -> list[OutboxRow]:
    """List the rows of these keys that are there, in the order in which they were added."""
    found: list[OutboxRow] = []
    for begin in range(0, len(keys), KEYS_AT_ONCE):
        some = col(OutboxRow.key).in_(keys[begin : begin + KEYS_AT_ONCE])
        found += session.exec(select(OutboxRow).where(OutboxRow.team_id == team_id, some))
    return sorted(found, key=lambda row: row.id or 0)


def find_post(session: Session, *, team_id: str, channel: str, ts: str, kind: str) -> OutboxRow | None:
    """Return the row of a kind whose message stands at `ts` in a channel."""
    return session.exec(
        select(OutboxRow).where(
            OutboxRow.team_id == team_id,
            OutboxRow.ts == ts,
            OutboxRow.sent_channel == channel,
            OutboxRow.op == "post",
            OutboxRow.kind == kind,
        )
    ).first()


def keys_under(session: Session, *, team_id: str, key: str) -> list[str]:
    """List the keys of the posts of that key, and of `key:…`, in the order in which they were said."""
    query = select(OutboxRow.key).where(
        OutboxRow.team_id == team_id,
        OutboxRow.op == "post",
        or_(col(OutboxRow.key) == key, col(OutboxRow.key).startswith(f"{key}:", autoescape=True)),
    )
    return list(session.exec(query.order_by(col(OutboxRow.id))))


def has_newer_update(session: Session, *, team_id: str, row_id: int, target: str) -> bool:
    """Say whether a later update of the same message waits; then the earlier one need not be sent."""
    query = select(OutboxRow.id).where(
        OutboxRow.team_id == team_id,
        OutboxRow.target == target,
        OutboxRow.op == "update",
        OutboxRow.status == "new",
        col(OutboxRow.id) > row_id,
    )
    return session.exec(query.limit(1)).first() is not None


def claim_across_teams(session: Session, *, owner: str, now: float, seconds: float, limit: int) -> list[Claimed]:
    """Claim the first unsent row of each channel that is free, and return the rows."""
    row, earlier = OutboxRow, OutboxRow.__table__.alias("earlier")  # type: ignore[attr-defined]
    behind = (
        select(earlier.c.id)
        .where(earlier.c.team_id == row.team_id, earlier.c.channel == row.channel)
        .where(earlier.c.status.in_(["new", "sending"]), earlier.c.id < col(row.id))
        .exists()
    )
    closed = (
        select(ChannelGate.channel)
        .where(ChannelGate.team_id == row.team_id, ChannelGate.channel == row.channel, ChannelGate.free_at > now)
        .exists()
    )
    heads = session.exec(
        select(row)
        .where(col(row.status).in_(["new", "sending"]), row.not_before <= now, row.lease_until <= now)
        .where(~behind, ~closed)
        .order_by(col(row.id))
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()
    return [
        Claimed(head, again=head.status == "sending")
        for head in heads
        if _take(session, head, owner=owner, now=now, seconds=seconds)
    ]


def finish_across_teams(session: Session, *, row: OutboxRow, owner: str, status: str, **values: Any) -> bool:
    """Move a claimed row on (`sent`, `new` for a later try, `sending` when unsure, `held`, `dead`), if still ours."""
    result = session.connection().execute(
        update(OutboxRow)
        .where(col(OutboxRow.id) == row.id, col(OutboxRow.owner) == owner, col(OutboxRow.tries) == row.tries + 1)
        .where(col(OutboxRow.status) == "sending")
        .values(status=status, **values)
    )
    return bool(result.rowcount)


def settle(session: Session, *, team_id: str, key: str, status: str) -> bool:
    """Decide a held row: `sent` when it is there after all, `new` to send it again; say whether it was held."""
    result = session.connection().execute(
        update(OutboxRow)
        .where(col(OutboxRow.team_id) == team_id, col(OutboxRow.key) == key, col(OutboxRow.status) == "held")
        .values(status=status, lease_until=0.0, not_before=0.0)
    )
    return bool(result.rowcount)


def has_waited_across_teams(session: Session, *, until: float) -> bool:
    """Say whether a row has waited for its morning until then."""
    query = select(OutboxRow.id).where(OutboxRow.status == "waiting", OutboxRow.not_before <= until)
    return session.exec(query.limit(1)).first() is not None


def wake_across_teams(session: Session, *, until: float, now: float) -> None:
    """Let those rows be sent that have waited for their morning until then, as if they were written `now`."""
    session.connection().execute(
        update(OutboxRow)
        .where(col(OutboxRow.status) == "waiting", col(OutboxRow.not_before) <= until)
        .values(status="new", not_before=0.0, created_at=now)
    )


def close_gate(session: Session, *, team_id: str, channel: str, until: float) -> None:
    """Let nobody post to a channel before `until` (machine time)."""
    insert = on_conflict(session, ChannelGate).values(team_id=team_id, channel=channel, free_at=until)
    session.connection().execute(
        insert.on_conflict_do_update(index_elements=["team_id", "channel"], set_={"free_at": until})
    )


def release_across_teams(session: Session, *, owner: str, own: bool, until: float = 0.0) -> None:
    """End the leases of `owner` (`own`), or of everybody else (only where one process may run), at `until`.

    All stay `sending`: what has become of them is not known.
    """
    whose = col(OutboxRow.owner) == owner if own else col(OutboxRow.owner) != owner
    session.connection().execute(
        update(OutboxRow).where(col(OutboxRow.status) == "sending", whose).values(lease_until=until)
    )


def wipe_across_teams(session: Session, *, kind: str, status: str, before: float) -> None:
    """Take the words out of rows of a kind that ended before `before`; their keys stay known."""
    session.connection().execute(
        update(OutboxRow)
        .where(col(OutboxRow.kind) == kind, col(OutboxRow.status) == status, col(OutboxRow.done_at) < before)
        .where(col(OutboxRow.nouns) != {})
        .values(nouns={})
    )


def count_across_teams(session: Session, *, status: str) -> int:
    """Count the rows of a status."""
    return int(session.exec(select(func.count()).select_from(OutboxRow).where(OutboxRow.status == status)).one())


def count_late_across_teams(session: Session, *, before: float) -> int:
    """Count the rows that could have been said before `before`, and are not said."""
    late = select(func.count()).where(col(OutboxRow.status).in_(["new", "sending"]), col(OutboxRow.created_at) < before)
    return int(session.exec(late).one())


def _take(session: Session, head: OutboxRow, *, owner: str, now: float, seconds: float) -> bool:
    claim = (
        update(OutboxRow)
        .where(
            col(OutboxRow.id) == head.id,
            col(OutboxRow.status) == head.status,
            col(OutboxRow.lease_until) <= now,
        )
        .values(status="sending", owner=owner, lease_until=now + seconds, tries=head.tries + 1)
    )
    try:
        with session.begin_nested() as attempt:
            if not session.connection().execute(claim).rowcount:
                return False
            # A row committed late may stand before one that was sent since we looked: its gate is seen only now.
            if _is_closed(session, head, now):
                attempt.rollback()
                return False
            return True
    except IntegrityError:
        return False  # another row of this channel is on its way: one sender at a time


def _is_closed(session: Session, head: OutboxRow, now: float) -> bool:
    gate = select(ChannelGate.free_at).where(
        ChannelGate.team_id == head.team_id, ChannelGate.channel == head.channel, ChannelGate.free_at > now
    )
    return session.exec(gate).first() is not None
