"""Schedules of updates: what is posted, where, and when it comes around."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot import outbox
from bot.errors import InvalidInputError, NotAllowedError, NotFoundError
from bot.services import access, calendar
from storage import causes, channels
from storage import updates as rows
from storage.database import Read, Session, Write
from storage.models import Channel, Reader, Role, Run, RunStatus, Schedule


class UnknownUpdateError(NotFoundError):
    """I can't find that update. `/roadmap schedule list` shows what is planned."""


class NameTakenError(InvalidInputError):
    """There is a schedule of that name already. Choose another name."""


class ChannelClosedError(InvalidInputError):
    """I can't post in that channel. Type `/invite @linchpin` in it, or choose another if it is archived."""


class NobodyToStandInForError(InvalidInputError):
    """A delegate stands in for an approver. Add who approves it, too: `approve:@Mina`."""


@dataclass(frozen=True)
class Plan:
    """What somebody asks to be posted regularly."""

    name: str
    every: str
    at: str
    tz: str
    channel: str
    view: str = "now+next"
    approver: str | None = None
    delegate: str | None = None
    preview_hours: int = 24
    if_empty: str = "skip"
    late_hours: int = 2


@dataclass(frozen=True)
class Planned:
    """A schedule with its next slots and how its last run ended."""

    schedule: Schedule
    rule: calendar.Rule
    slots: tuple[calendar.Slot, ...]
    last: Run | None


@Write
def create(session: Session, *, by: Reader, plan: Plan, cause: str, now: datetime) -> Planned:
    """Schedule an update."""
    access.require(by, Role.PM, "schedule updates")
    if plan.delegate is not None and plan.approver is None:
        raise NobodyToStandInForError()
    rule = calendar.parse_rule(plan.every, plan.at, plan.tz, start=now)
    check_channel(channels.find(session, team_id=by.team_id, channel_id=plan.channel))
    if not causes.claim(session, team_id=by.team_id, cause=cause, now=now):
        return _planned(session, get(session, by.team_id, plan.name), now)
    if rows.find(session, team_id=by.team_id, name=plan.name) is not None:
        raise NameTakenError()
    schedule = rows.add(
        session,
        schedule=Schedule(
            team_id=by.team_id, name=plan.name, every=plan.every, at=f"{rule.at:%H:%M}", tz=rule.tz,
            channel=plan.channel, view=plan.view, approver=plan.approver, delegate=plan.delegate,
            preview_hours=plan.preview_hours, if_empty=plan.if_empty, late_hours=plan.late_hours,
            created_by=by.user_id, created_at=now, planned_until=now,
        ),
    )  # fmt: skip
    return _planned(session, schedule, now)


@Read
def list_all(session: Session, *, reader: Reader, now: datetime) -> tuple[Planned, ...]:
    """List the schedules with their next slots and last outcomes."""
    return tuple(_planned(session, one, now) for one in rows.search(session, team_id=reader.team_id))


@Write
def pause(session: Session, *, by: Reader, name: str, paused: bool) -> Schedule:
    """Pause a schedule, or let it go on."""
    access.require(by, Role.PM, "pause updates")
    schedule = get(session, by.team_id, name)
    if not paused:
        check_channel(channels.find(session, team_id=by.team_id, channel_id=schedule.channel))
    rows.mark_paused(
        session, team_id=by.team_id, schedule_id=schedule.id or 0, why=f"by {by.user_id}" if paused else None
    )
    schedule.paused = paused
    return schedule


@Read
def find(session: Session, *, reader: Reader, name: str) -> Schedule:
    """Return the schedule of that name; without a name, the only one there is."""
    return get(session, reader.team_id, name)


def pause_all_in(session: Session, *, team_id: str, channel_id: str, why: str, cause: str) -> None:
    """Pause what is posted to a channel that is closed now, and tell each owner how to go on.

    `why` is `shared`, `outside`, `archived` or `refused <Slack's code>`; `cause` names the event behind it, whose
    second delivery tells nobody again.
    """
    for schedule in rows.search(session, team_id=team_id, channel_id=channel_id, paused=False):
        rows.mark_paused(session, team_id=team_id, schedule_id=schedule.id or 0, why=why)
        outbox.say(
            session, team_id=team_id, key=f"notice:paused:{cause}:{schedule.id}", kind="update_notice",
            nouns={"schedule": schedule.name, "channel": channel_id, "paused": why}, channel=schedule.created_by,
        )  # fmt: skip


def get(session: Session, team_id: str, name: str) -> Schedule:
    """Return the schedule of that name; without a name, the only one there is. Raises UnknownUpdateError."""
    found = rows.find(session, team_id=team_id, name=name)
    every = rows.search(session, team_id=team_id)
    if found is None and not name and len(every) == 1:
        return every[0]
    if found is None:
        raise UnknownUpdateError()
    return found


def rule_of(schedule: Schedule) -> calendar.Rule:
    """Return the rule by which a schedule comes around."""
    return calendar.parse_rule(schedule.every, schedule.at, schedule.tz, start=schedule.created_at)


def upcoming(
    session: Session, schedules: Sequence[Schedule], *, team_id: str, now: datetime, count: int
) -> list[tuple[calendar.Slot, ...]]:
    """Return the next slots of each schedule, without those that were skipped or are decided otherwise."""
    ids = [one.id or 0 for one in schedules]
    settled = rows.settled_slots(session, team_id=team_id, schedule_ids=ids, since=now)
    found = []
    for one in schedules:
        coming = rule_of(one).slots(now, count + len(settled))
        found.append(tuple(slot for slot in coming if (one.id, slot.instant) not in settled)[:count])
    return found


def check_channel(channel: Channel | None) -> None:
    """Raise ChannelClosedError or NotAllowedError unless something may be posted there for all to read."""
    if channel is None or not channel.has_bot:
        raise ChannelClosedError()
    if channel.is_shared:
        raise NotAllowedError("That channel is shared with another company, so I don't post there.")


def _planned(session: Session, schedule: Schedule, now: datetime) -> Planned:
    rule = rule_of(schedule)
    past = rows.runs(session, team_id=schedule.team_id, schedule_ids=[schedule.id or 0], limit=10)
    ended = (RunStatus.POSTED, RunStatus.SKIPPED, RunStatus.EXPIRED, RunStatus.FAILED)
    last = next((run for run in past if run.status in ended), None)
    (slots,) = upcoming(session, [schedule], team_id=schedule.team_id, now=now, count=3)
    return Planned(schedule, rule, slots, last)
