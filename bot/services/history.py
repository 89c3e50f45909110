"""History: what has changed on the roadmap since a day, and why."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.services.roadmap import CHANGES, TOLD
from bot.services.update_facts import ChangeFact, changes_for
from storage import history
from storage import roadmap as items
from storage.database import Read, Session
from storage.models import Reader


@dataclass(frozen=True)
class Imported:
    """Items that came from a file, as many of them as one reader may see."""

    source: str
    """The file's name."""
    items: int
    at: datetime
    """When the last of them came."""


@dataclass(frozen=True)
class Diff:
    """What has changed between two instants, as one reader may see it."""

    since: datetime
    as_of: datetime
    changes: tuple[ChangeFact, ...]
    """Oldest first."""
    is_whole: bool
    """Whether all since then was read; there may be more than is read at once, and then `since` is later."""
    imported: tuple[Imported, ...] = ()
    """By file, the newest first: one import may bring thousands, which are no changes that somebody made."""


@Read
def diff(session: Session, *, reader: Reader, since: datetime, now: datetime, limit: int = CHANGES) -> Diff:
    """Return what has changed of lanes, statuses and dates, and what was added; no more than the newest `limit`."""
    found = history.search(session, team_id=reader.team_id, since=since, until=now, fields=TOLD, limit=limit)
    is_whole = len(found) < limit
    begin = since if is_whole else found[-1].at - timedelta(microseconds=1)
    brought = items.imported(session, team_id=reader.team_id, reader=reader, since=begin, until=now)
    imported = tuple(Imported(*one) for one in brought)
    return Diff(begin, now, changes_for(session, reader, begin, now), is_whole, imported)
