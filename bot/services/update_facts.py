"""The facts of a scheduled update: gathered from rows, frozen when it is drafted."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from pydantic import BaseModel, ConfigDict

from bot.services import access, reasons, roadmap
from bot.services.refs import number_of
from storage import objectives
from storage import roadmap as items
from storage import updates as rows
from storage.database import Session
from storage.models import Reader, Role, RunStatus, Schedule, Status

UNCONFIRMED = timedelta(days=7)
_HEALTH = {Status.OFF_TRACK: 0, Status.AT_RISK: 1, Status.ON_TRACK: 2}


class LineFact(BaseModel):
    """An item as the update shows it."""

    model_config = ConfigDict(frozen=True)

    ref: str
    title: str
    lane: str
    status: str
    owner: str | None
    due: date | None
    due_grain: str
    accounts: int
    """How many; money stays out of what a whole channel reads."""


class ChangeFact(BaseModel):
    """A change as the update tells it."""

    model_config = ConfigDict(frozen=True)

    ref: str
    title: str
    field: str
    before: str | None
    after: str | None
    reason: str | None
    by: str
    at: datetime
    status: str | None = None
    """The status that the item took with its new lane."""


class KeyResultFact(BaseModel):
    """A key result as the update shows it."""

    model_config = ConfigDict(frozen=True)

    objective: str
    objective_title: str
    title: str
    percent: int


class Facts(BaseModel):
    """All that an update says."""

    model_config = ConfigDict(frozen=True)

    team_id: str
    channel: str
    read_by: Role = Role.VIEWER
    """The role of whoever may read least of all in the channel: a viewer's where guests are in it."""
    since: datetime
    as_of: datetime
    lines: tuple[LineFact, ...]
    changes: tuple[ChangeFact, ...]
    later: tuple[ChangeFact, ...] = ()
    """Changes after the facts were frozen."""
    later_until: datetime | None = None
    """When those were looked for, at the time of posting."""
    key_results: tuple[KeyResultFact, ...]
    unconfirmed: tuple[str, ...]
    """Items whose status nobody has confirmed for a week."""
    left_out: int = 0
    """Items of these lanes that not everybody in the channel may read: for its approver to know."""

    @property
    def is_empty(self) -> bool:
        """Say whether there is nothing to tell."""
        return not self.lines and not self.changes and not self.later

    @property
    def until(self) -> datetime:
        """Return the instant up to which changes are told; the next update goes on from there."""
        return self.later_until or self.as_of

    def with_later(self, later: Sequence[ChangeFact], *, until: datetime) -> "Facts":
        """Return these facts with what has changed since, up to an instant."""
        return self.model_copy(update={"later": tuple(later), "later_until": until})

    def only(self, refs: Collection[str]) -> "Facts":
        """Return what these facts say of some items."""
        kept: dict[str, Any] = {
            "lines": tuple(one for one in self.lines if one.ref in refs),
            "changes": tuple(one for one in self.changes if one.ref in refs),
            "unconfirmed": tuple(ref for ref in self.unconfirmed if ref in refs),
        }
        return self.model_copy(update=kept)

    def stored(self) -> dict[str, Any]:
        """Return the form in which facts are stored."""
        return self.model_dump(mode="json")

    @classmethod
    def read(cls, stored: dict[str, Any]) -> "Facts":
        """Return facts from the form in which they are stored."""
        return cls.model_validate(stored)


def gather(session: Session, *, schedule: Schedule, slot: datetime, now: datetime) -> Facts:
    """Gather what the update of a slot says, as everybody in its channel may read it."""
    reader = access.audience.within(session, team_id=schedule.team_id, channel_id=schedule.channel, now=now)
    lanes = schedule.view.split("+")
    found = items.search(session, team_id=reader.team_id, reader=reader, lanes=lanes)
    every = items.search(session, team_id=reader.team_id, reader=replace(reader, role=Role.ADMIN), lanes=lanes)
    lines = sorted(
        roadmap.lines_of(session, reader, found),
        key=lambda one: (schedule.view.find(one.item.lane), -one.demand.arr, one.item.number),
    )
    since = _since(session, schedule, slot)
    stale = [one for one in found if one.confirmed_at is None or now - one.confirmed_at > UNCONFIRMED]
    return Facts(
        team_id=schedule.team_id,
        channel=schedule.channel,
        read_by=reader.role,
        since=since,
        as_of=now,
        lines=tuple(line_fact(one) for one in lines),
        changes=changes_for(session, reader, since, now),
        key_results=_key_results(session, reader, {one.item.objective_id for one in lines if one.item.objective_id}),
        unconfirmed=tuple(one.ref for one in stale),
        left_out=len(every) - len(found),
    )


def changes_since(session: Session, facts: Facts, *, until: datetime) -> tuple[ChangeFact, ...]:
    """Return what has changed since facts were frozen."""
    return changes_for(session, _reader(facts), facts.as_of, until)


def still_visible(session: Session, facts: Facts, *, now: datetime) -> Facts:
    """Return facts without what was hidden from their audience after they were frozen, or from guests who came since.

    What is counted never grows: it is what was frozen, or less.
    """
    reader = _reader(facts)
    today = access.audience.within(session, team_id=facts.team_id, channel_id=facts.channel, now=now)
    if not today.role.includes(reader.role):
        reader = today
    refs = {one.ref for one in facts.lines} | {one.ref for one in facts.changes}
    numbers = [number_of(ref) for ref in refs]
    found = items.search(session, team_id=reader.team_id, reader=reader, numbers=numbers)
    seen = facts.only({one.ref for one in found})
    if reader.role is facts.read_by:
        return seen
    counted = {one.item.ref: one.demand.accounts for one in roadmap.lines_of(session, reader, found)}
    lines = tuple(one.model_copy(update={"accounts": min(one.accounts, counted[one.ref])}) for one in seen.lines)
    told = reasons.as_read_by(session, reader, [one.reason for one in seen.changes])
    changes = tuple(one.model_copy(update={"reason": reason}) for one, reason in zip(seen.changes, told, strict=True))
    return seen.model_copy(update={"lines": lines, "changes": changes, "read_by": reader.role})


def has_worsened(session: Session, facts: Facts) -> list[str]:
    """Return the items that do worse now than the facts say."""
    reader = _reader(facts)
    numbers = [number_of(line.ref) for line in facts.lines]
    now = {one.ref: one for one in items.search(session, team_id=reader.team_id, reader=reader, numbers=numbers)}
    return [
        line.ref for line in facts.lines if line.ref in now and _health(now[line.ref].status) < _health(line.status)
    ]


def _reader(facts: Facts) -> Reader:
    return replace(access.colleagues_in(facts.team_id, facts.channel), role=facts.read_by)


def _health(status: str) -> int:
    return _HEALTH.get(Status(status), 2)


def _since(session: Session, schedule: Schedule, slot: datetime) -> datetime:
    past = rows.runs(session, team_id=schedule.team_id, schedule_ids=[schedule.id or 0], limit=20)
    posted = [run for run in past if run.status == RunStatus.POSTED and run.frozen and run.slot < slot]
    return max((Facts.read(run.frozen or {}).until for run in posted), default=slot - timedelta(days=7))


def line_fact(line: roadmap.Line) -> LineFact:
    """Return an item as a channel reads it."""
    item = line.item
    return LineFact(
        ref=item.ref,
        title=item.title,
        lane=item.lane,
        status=item.status,
        owner=item.owner,
        due=item.due,
        due_grain=item.due_grain,
        accounts=line.demand.accounts,
    )


def changes_for(session: Session, reader: Reader, since: datetime, until: datetime) -> tuple[ChangeFact, ...]:
    """Return what changed as a reader may see it, oldest first; a status that came with a new lane is told with it."""
    found = tuple(reversed(roadmap.changed(session, reader=reader, since=since, until=until)))
    moves = {(one.change.ref, one.change.cause) for one in found if one.change.field == "lane"}
    with_move = {
        (one.change.ref, one.change.cause): one.change.after
        for one in found
        if one.change.field == "status" and (one.change.ref, one.change.cause) in moves
    }
    return tuple(
        ChangeFact(
            ref=one.change.ref,
            title=one.title,
            field=one.change.field,
            before=one.change.before,
            after=one.change.after,
            reason=one.change.reason,
            by=one.change.by,
            at=one.change.at,
            status=with_move.get((one.change.ref, one.change.cause)) if one.change.field == "lane" else None,
        )
        for one in found
        if not (one.change.field == "status" and (one.change.ref, one.change.cause) in moves)
    )


def _key_results(session: Session, reader: Reader, objective_ids: set[int]) -> tuple[KeyResultFact, ...]:
    aims = {one.id: one for one in objectives.search(session, team_id=reader.team_id, ids=objective_ids)}
    found = objectives.search_key_results(session, team_id=reader.team_id, objective_ids=objective_ids)
    return tuple(
        KeyResultFact(
            objective=aims[one.objective_id].ref,
            objective_title=aims[one.objective_id].title,
            title=one.title,
            percent=round(one.progress * 100),
        )
        for one in found
    )
