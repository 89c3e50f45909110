"""Why an item stands where it stands: what is behind it, each account counted once, and what would move it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.services import reasons, roadmap
from bot.services.lanes import LIVE
from storage import accounts, feedback, history, votes
from storage import roadmap as items
from storage.database import Read, Session
from storage.models import Change, Feedback, Item, Reader, Vote

READ = 200
"""Notes that are read at most."""


@dataclass(frozen=True)
class Rank:
    """Where an item stands among the live ones by the yearly revenue of the accounts behind them."""

    place: int
    """From 1; items with the same revenue share it."""
    of: int
    above: roadmap.Line | None
    """The item right before it; None for the first."""
    below: roadmap.Line | None
    """The item right after it; None for the last."""


@dataclass(frozen=True)
class Why:
    """What stands behind an item, as far as one reader may know."""

    line: roadmap.Line
    notes: tuple[Feedback, ...]
    """What people said, newest first."""
    votes: tuple[Vote, ...]
    """First come first."""
    accounts: dict[int, str]
    """Names of the accounts of notes and votes; empty for a reader who may not see them."""
    rank: Rank | None
    """None for what has shipped, what has no revenue behind it, and for a reader who may not see revenue."""
    moved: Change | None
    """Its last change of lane."""
    as_of: datetime


@Read
def why(session: Session, *, reader: Reader, number: int, now: datetime) -> Why:
    """Return what stands behind an item. Raises UnknownItemError, also for an item this reader may not see."""
    item = roadmap.get(session, reader, number)
    (line,) = roadmap.lines_of(session, reader, [item])
    team_id, key = reader.team_id, item.id or 0
    notes = feedback.search(session, team_id=team_id, reader=reader, item_ids=[key], limit=READ)
    cast = votes.of_item(session, team_id=team_id, item_id=key)
    behind = [*(one.account_id for one in notes), *(one.account_id for one in cast)] if reader.sees_money else []
    last = history.search(session, team_id=team_id, refs=[item.ref], fields=("lane",), limit=1)
    moved = reasons.of_changes(session, reader, last)
    return Why(
        line=line,
        notes=tuple(notes),
        votes=tuple(cast),
        accounts=accounts.names(session, team_id=team_id, ids={one for one in behind if one is not None}),
        rank=_rank(session, reader, line) if reader.sees_money else None,
        moved=moved[0] if moved else None,
        as_of=now,
    )


def _rank(session: Session, reader: Reader, line: roadmap.Line) -> Rank | None:
    if line.item.lane not in LIVE or not line.demand.arr:
        return None
    live: Sequence[Item] = items.search(session, team_id=reader.team_id, reader=reader, lanes=LIVE)
    lines = sorted(roadmap.lines_of(session, reader, live), key=lambda one: (-one.demand.arr, one.item.number))
    more = [one for one in lines if one.demand.arr > line.demand.arr]
    less = [one for one in lines if one.demand.arr < line.demand.arr]
    return Rank(len(more) + 1, len(lines), more[-1] if more else None, less[0] if less else None)
