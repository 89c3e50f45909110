"""What somebody shows others: a digest, an item, or lanes of the roadmap; never more than they may see.

What is posted to a channel is what everybody in it may read. It is shown to whoever posts it before, and read anew when
it is sent; nothing goes to a channel that is shared with another company.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot import outbox
from bot.errors import InvalidInputError, NotAllowedError
from bot.services import access, deliveries, roadmap, schedules
from bot.services.calendar import Slot
from bot.services.lanes import LIVE
from bot.services.refs import number_of
from bot.services.update_facts import ChangeFact, LineFact, changes_for, line_fact
from storage import causes, channels, feedback
from storage import roadmap as items
from storage import updates as update_rows
from storage.database import Read, Session, Write
from storage.models import Item, Lane, OutboxRow, Reader, Role, Schedule

DIGEST = "digest"
AHEAD = timedelta(days=7)
"""How far ahead a digest names updates that are due."""


class NowhereError(InvalidInputError):
    """I can't tell where it should go. Type it in a channel that I'm in, or name one: `to:#product`."""


@dataclass(frozen=True)
class Excerpt:
    """A part of the roadmap, or what happened to it, as one reader may see it."""

    what: str
    """`digest`, an item such as `RM-12`, a lane, or `all`."""
    since: datetime
    as_of: datetime
    lines: tuple[LineFact, ...] = ()
    summary: str = ""
    """What an item is about, in its own words."""
    changes: tuple[ChangeFact, ...] = ()
    notes: int = 0
    """Feedback captured in this time that the reader may read."""
    private: int = 0
    """Feedback captured in this time that they may not."""
    due: tuple[tuple[Schedule, Slot], ...] = ()
    """Updates that come soon."""
    left_out: int = 0
    """What whoever posts it sees, and its audience does not."""

    @property
    def shipped(self) -> tuple[ChangeFact, ...]:
        """Return what changed of items that have shipped."""
        refs = {one.ref for one in self.changes if one.after == Lane.SHIPPED}
        return tuple(one for one in self.changes if one.ref in refs)

    @property
    def moved(self) -> tuple[ChangeFact, ...]:
        """Return what else has changed."""
        return tuple(one for one in self.changes if one not in self.shipped)


@Read
def gather(session: Session, *, reader: Reader, what: str, since: datetime, until: datetime) -> Excerpt:
    """Return a part of the roadmap as this reader may see it. Raises UnknownItemError."""
    if what == DIGEST:
        return _digest(session, reader, since, until)
    found = _items(session, reader, what)
    lines = tuple(line_fact(one) for one in roadmap.lines_of(session, reader, found))
    order = list(Lane)
    ranked = sorted(lines, key=lambda one: order.index(Lane(one.lane)))
    summary = found[0].summary if what.startswith("RM-") else ""
    return Excerpt(what, since, until, lines=tuple(ranked), summary=summary)


@Read
def preview(session: Session, *, by: Reader, what: str, channel: str, since: datetime, now: datetime) -> Excerpt:
    """Return what everybody in a channel would read, and how much of what `by` sees is left out for them."""
    access.require(by, Role.PM, "share the roadmap with a channel")
    _check(session, by.team_id, channel, now)
    everyone = access.audience.within(session, team_id=by.team_id, channel_id=channel, now=now)
    seen = gather.within(session, reader=by, what=what, since=since, until=now)
    try:
        told = gather.within(session, reader=everyone, what=what, since=since, until=now)
    except roadmap.UnknownItemError as error:
        raise NotAllowedError(f"Not everybody in that channel may see {what}, so I can't post it there.") from error
    left_out = len(seen.lines) - len(told.lines) + len(seen.changes) - len(told.changes)
    return replace(told, left_out=left_out)


@Write
def post(
    session: Session, *, by: Reader, what: str, channel: str, since: datetime, until: datetime, preview: str,
    cause: str, now: datetime,
) -> bool:  # fmt: skip
    """Post to a channel what was shown in a preview, once for each preview; say whether it was new."""
    access.require(by, Role.PM, "share the roadmap with a channel")
    _check(session, by.team_id, channel, now)
    if not causes.claim(session, team_id=by.team_id, cause=cause, now=now):
        return False
    nouns = {"what": what, "since": since.isoformat(), "until": until.isoformat(), "by": by.user_id}
    return outbox.say(
        session, team_id=by.team_id, key=f"share:{preview}", kind="excerpt", nouns=nouns, channel=channel
    )  # fmt: skip


def note_receipt(session: Session, row: OutboxRow) -> None:
    """Tell whoever posted it that it did not get there, or ask whether it did."""
    by = str(row.nouns["by"])
    if row.status == "dead" and row.op == "post":
        nouns = {"channel": row.channel, "refused": row.error or ""}
        outbox.say(
            session, team_id=row.team_id, key=f"refused:{row.key}", kind="excerpt_refused", nouns=nouns, channel=by
        )
    deliveries.ask(session, row, who=by)


def _items(session: Session, reader: Reader, what: str) -> list[Item]:
    if what.startswith("RM-"):
        return [roadmap.get(session, reader, number_of(what))]
    lanes = LIVE if what == "all" else (what,)
    return items.search(session, team_id=reader.team_id, reader=reader, lanes=lanes)


def _digest(session: Session, reader: Reader, since: datetime, until: datetime) -> Excerpt:
    mine, every = (
        feedback.count_captured(session, team_id=reader.team_id, reader=one, since=since, until=until)
        for one in (reader, None)
    )
    return Excerpt(
        DIGEST,
        since,
        until,
        changes=changes_for(session, reader, since, until),
        notes=mine,
        private=every - mine,
        due=tuple(_due(session, reader, until)),
    )


def _due(session: Session, reader: Reader, now: datetime) -> list[tuple[Schedule, Slot]]:
    """Return the updates of the next days, of channels that this reader knows."""
    planned = update_rows.search(session, team_id=reader.team_id, paused=False)
    known = [one for one in planned if one.channel in reader.channels or reader.role.includes(Role.PM)]
    coming = schedules.upcoming(session, known, team_id=reader.team_id, now=now, count=1)
    slots = [(one, slot) for one, (slot,) in zip(known, coming, strict=True)]
    return sorted((one for one in slots if one[1].instant <= now + AHEAD), key=lambda one: one[1].instant)


def _check(session: Session, team_id: str, channel_id: str, now: datetime) -> None:
    channel = channels.find(session, team_id=team_id, channel_id=channel_id)
    if not channel_id.startswith(("C", "G")) or channel is None or not access.is_believable(channel, now):
        raise NowhereError()
    schedules.check_channel(channel)
