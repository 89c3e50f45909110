"""Scheduled updates: drafted from rows, approved by a person, posted once at the stated local time."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot import outbox
from bot.errors import BotError, InvalidInputError, NotAllowedError
from bot.services import deliveries, schedules
from bot.services.refusals import refusal_of
from bot.services.update_facts import Facts, changes_since, gather, has_worsened, still_visible
from storage import causes, channels
from storage import updates as rows
from storage.database import Read, Session, Write
from storage.models import OutboxRow, Reader, Role, Run, RunStatus, Schedule

UNDECIDED = (RunStatus.DRAFTED, RunStatus.APPROVED)
"""A run that somebody can still change their mind about."""
MISSED_AT_MOST = 50
"""Slots made up for in one go after a long pause; older ones are not listed one by one."""


class UpdateClosedError(InvalidInputError):
    """This update is decided already."""


@dataclass(frozen=True)
class Draft:
    """A run with everything its message says."""

    run: Run
    schedule: Schedule
    facts: Facts


@Read
def preview(session: Session, *, reader: Reader, name: str, now: datetime) -> Draft:
    """Return what the schedule's update would say now."""
    schedule = schedules.get(session, reader.team_id, name)
    slot = schedules.rule_of(schedule).next_slot(now).instant
    run = Run(team_id=reader.team_id, number=0, schedule_id=schedule.id or 0, slot=slot)
    return Draft(run, schedule, gather(session, schedule=schedule, slot=slot, now=now))


@Read
def draft(session: Session, *, team_id: str, number: int, now: datetime) -> Draft:
    """Return a run with its facts: those it was frozen with."""
    run = rows.find_run(session, team_id=team_id, number=number)
    if run is None:
        raise schedules.UnknownUpdateError()
    return _draft(session, run, now)


@Write
def approve(session: Session, *, by: Reader, number: int, cause: str, now: datetime) -> Draft:
    """Approve a drafted run: it is posted at its slot, or at once when that has passed."""
    run, schedule, new = _decidable(session, by, number, cause, now)
    if not new:
        return _draft(session, run, now)
    fields = {"approved_by": by.user_id, "approved_at": now}
    _decide(session, run, RunStatus.APPROVED, cause, before=(RunStatus.DRAFTED,), **fields)
    if now >= run.slot:
        _post(session, schedule, run, now)
    return _draft(session, run, now)


@Write
def post_now(session: Session, *, by: Reader, number: int, cause: str, now: datetime) -> Draft:
    """Approve a run and post it at once."""
    run, schedule, new = _decidable(session, by, number, cause, now)
    if not new:
        return _draft(session, run, now)
    _decide(session, run, RunStatus.APPROVED, cause, before=UNDECIDED, approved_by=by.user_id, approved_at=now)
    _post(session, schedule, run, now)
    return _draft(session, run, now)


@Write
def skip(session: Session, *, by: Reader, number: int, cause: str, now: datetime) -> Draft:
    """Skip one occurrence."""
    run, _, new = _decidable(session, by, number, cause, now)
    if new:
        outcome = f"Skipped by <@{by.user_id}>"
        _decide(session, run, RunStatus.SKIPPED, cause, before=UNDECIDED, outcome=outcome)
    return _draft(session, run, now)


@Write
def edit(session: Session, *, by: Reader, number: int, intro: str, cause: str, now: datetime) -> Draft:
    """Put words of the approver above the facts; the facts stay what they are."""
    run, _, new = _decidable(session, by, number, cause, now)
    if new:
        _decide(session, run, run.status, cause, before=UNDECIDED, intro=intro.strip())
    return _draft(session, run, now)


@Read
def due_across_teams(session: Session, *, now: datetime) -> tuple[list[Schedule], list[Run]]:
    """Return the schedules with a slot to plan, and the runs whose slot has come."""
    due = [one for one in rows.schedules_across_teams(session) if _is_to_plan(one, now)]
    return due, rows.open_runs_across_teams(session, due_by=now)


@Read
def due_channels_across_teams(session: Session, *, now: datetime) -> list[tuple[str, str]]:
    """Return the workspaces and channels that will be posted to now, for a last look at what they are."""
    return rows.due_channels_across_teams(session, due_by=now)


@Write
def plan_runs(session: Session, *, schedule: Schedule, now: datetime) -> None:
    """Draft the runs whose preview is due, and tell the approver; once per slot, whoever else plans too.

    The slots of a paused schedule pass without a run.
    """
    missed = 0
    for slot in _slots_to_plan(schedule, now):
        if schedule.paused:
            rows.mark_planned(session, team_id=schedule.team_id, schedule_id=schedule.id or 0, until=slot)
            continue
        run = rows.add_run(session, team_id=schedule.team_id, schedule_id=schedule.id or 0, slot=slot)
        rows.mark_planned(session, team_id=schedule.team_id, schedule_id=schedule.id or 0, until=slot)
        if run is None:
            continue
        if now > slot + timedelta(hours=schedule.late_hours):
            missed += 1
            _decide(session, run, RunStatus.SKIPPED, "late", before=(RunStatus.DRAFTED,), outcome=_late(schedule))
            continue
        facts = gather(session, schedule=schedule, slot=slot, now=now)
        _decide(session, run, RunStatus.DRAFTED, "draft", before=(RunStatus.DRAFTED,), frozen=facts.stored())
        if schedule.approver is not None:
            _say_preview(session, schedule, run)
    if missed:
        _tell_owner(session, schedule, f"missed:{now.isoformat()}", missed=missed)


@Write
def settle_run(session: Session, *, run: Run, now: datetime) -> None:
    """Post a run whose slot has come, hold it for its approver, or give it up with a word to the owner."""
    found = rows.find_run(session, team_id=run.team_id, number=run.number, lock=True)
    if found is None or found.status not in UNDECIDED:
        return
    schedule = rows.get(session, team_id=found.team_id, schedule_id=found.schedule_id)
    late = now > found.slot + timedelta(hours=schedule.late_hours)
    waits = found.status == RunStatus.DRAFTED and schedule.approver is not None
    if schedule.paused:
        _decide(session, found, RunStatus.SKIPPED, "paused", before=UNDECIDED, outcome="Its schedule was paused")
    elif waits:
        if now >= schedules.rule_of(schedule).next_slot(found.slot).instant:
            _decide(
                session, found, RunStatus.EXPIRED, "expired", before=(RunStatus.DRAFTED,),
                outcome="Nobody approved it before the next one was due",
            )  # fmt: skip
            _tell_owner(session, schedule, f"expired:{found.ref}", number=found.number)
    elif late and (found.approved_at is None or found.approved_at <= found.slot):
        _decide(session, found, RunStatus.SKIPPED, "late", before=(found.status,), outcome=_late(schedule))
        _tell_owner(session, schedule, f"late:{found.ref}", number=found.number)
    else:
        _post(session, schedule, found, now)


def note_receipt(session: Session, row: OutboxRow, *, permalink: str | None, now: datetime) -> None:
    """Note on a run how its post ended; later edits of the post say nothing about that."""
    if row.op != "post":
        return
    run = rows.find_run(session, team_id=row.team_id, number=int(row.nouns["number"]), lock=True)
    if run is None:
        return
    before = (RunStatus.POSTING, RunStatus.FAILED)
    if row.status == "sent":
        fields = {"outcome": "Posted", "posted_at": now, "permalink": permalink}
        _decide(session, run, RunStatus.POSTED, "receipt", before=before, **fields)
        return
    schedule = rows.get(session, team_id=run.team_id, schedule_id=run.schedule_id)
    refused = row.error or "no reason given"
    why = refusal_of(refused).why if row.status == "dead" else "Slack did not say whether it was posted"
    _decide(session, run, RunStatus.FAILED, f"receipt-{row.status}", before=before, outcome=why)
    if row.status == "held":
        deliveries.ask(session, row, who=schedule.approver or schedule.created_by)
        return
    rows.mark_paused(session, team_id=run.team_id, schedule_id=run.schedule_id, why=why)
    _tell_owner(session, schedule, f"failed:{run.ref}:{row.status}", number=run.number, refused=refused)


def note_seen(session: Session, by: Reader, row: OutboxRow, now: datetime) -> None:
    """Note that somebody has seen a run's post, which Slack never confirmed."""
    run = rows.find_run(session, team_id=by.team_id, number=int(row.nouns["number"]), lock=True)
    if run is None:
        raise schedules.UnknownUpdateError()
    fields = {"outcome": f"Posted, as @{by.user_id} saw", "posted_at": now}
    _decide(session, run, RunStatus.POSTED, "seen", before=(RunStatus.FAILED, RunStatus.POSTING), **fields)


def _is_to_plan(schedule: Schedule, now: datetime) -> bool:
    try:
        return next(_slots_to_plan(schedule, now), None) is not None
    except (BotError, ValueError):
        return True  # its own planning says what is wrong; here it would keep all others from theirs


def _slots_to_plan(schedule: Schedule, now: datetime) -> Iterator[datetime]:
    """Yield the slots that have no run yet and whose preview is due; after a long pause only the latest ones."""
    horizon = now + timedelta(hours=schedule.preview_hours if schedule.approver and not schedule.paused else 0)
    rule, after, found = schedules.rule_of(schedule), schedule.planned_until, []
    while (slot := rule.next_slot(after).instant) <= horizon:
        found.append(slot)
        after = slot
    yield from found[-MISSED_AT_MOST:]


def _post(session: Session, schedule: Schedule, run: Run, now: datetime) -> None:
    channel = channels.find(session, team_id=run.team_id, channel_id=schedule.channel)
    if channel is not None and channel.is_shared:
        why = (
            f"<#{schedule.channel}> is shared with another company now, so it was not posted and the schedule is paused"
        )
        _decide(session, run, RunStatus.SKIPPED, "shared", before=(run.status,), outcome=why)
        rows.mark_paused(session, team_id=run.team_id, schedule_id=run.schedule_id, why=why)
        _tell_owner(session, schedule, f"shared:{run.ref}", number=run.number)
        return
    facts = Facts.read(run.frozen) if run.frozen else gather(session, schedule=schedule, slot=run.slot, now=now)
    facts = still_visible(session, facts).with_later(changes_since(session, facts, until=now), until=now)
    if facts.is_empty and schedule.if_empty == "skip":
        _decide(session, run, RunStatus.SKIPPED, "empty", before=(run.status,), outcome="There was nothing to tell")
        return
    worse = has_worsened(session, facts)
    if worse and run.approved_at is not None and schedule.approver is not None:
        fresh = gather(session, schedule=schedule, slot=run.slot, now=now)
        _decide(
            session, run, RunStatus.DRAFTED, f"worse:{now.isoformat()}", before=(run.status,), approved_by=None,
            approved_at=None, frozen=fresh.stored(), outcome=f"{', '.join(worse)} got worse, so please look again",
        )  # fmt: skip
        _say_preview(session, schedule, run, again=True)
        return
    _decide(session, run, RunStatus.POSTING, "posting", before=(run.status,), frozen=facts.stored())
    outbox.say(
        session, team_id=run.team_id, key=f"run:{run.ref}", kind="update_post", nouns={"number": run.number},
        channel=schedule.channel,
    )  # fmt: skip


def _say_preview(session: Session, schedule: Schedule, run: Run, *, again: bool = False) -> None:
    outbox.say(
        session, team_id=run.team_id, key=_preview_key(run, again=again), kind="update_preview",
        nouns={"number": run.number}, channel=schedule.approver or schedule.created_by,
    )  # fmt: skip


def _preview_key(run: Run, *, again: bool = False) -> str:
    return f"preview:{run.ref}" + (":again" if again else "")


def _decide(session: Session, run: Run, after: str, cause: str, *, before: Sequence[str], **fields: object) -> None:
    """Move a run on, if nobody else has; then its preview says so in place."""
    if rows.move_run(session, team_id=run.team_id, run_id=run.id or 0, before=before, after=after, **fields):
        session.refresh(run)
        for again in (False, True):
            outbox.refresh(session, team_id=run.team_id, target=_preview_key(run, again=again), cause=cause)


def _decidable(session: Session, by: Reader, number: int, cause: str, now: datetime) -> tuple[Run, Schedule, bool]:
    """Return a run that is still to be decided, its schedule, and whether this cause is new."""
    run = rows.find_run(session, team_id=by.team_id, number=number, lock=True)
    if run is None:
        raise schedules.UnknownUpdateError()
    schedule = rows.get(session, team_id=by.team_id, schedule_id=run.schedule_id)
    if by.user_id != schedule.approver and not by.role.includes(Role.PM):
        raise NotAllowedError("Only its approver or a product manager can decide on this update.")
    new = causes.claim(session, team_id=by.team_id, cause=cause, now=now)
    if new and run.status not in UNDECIDED:
        raise UpdateClosedError()
    return run, schedule, new


def _draft(session: Session, run: Run, now: datetime) -> Draft:
    schedule = rows.get(session, team_id=run.team_id, schedule_id=run.schedule_id)
    facts = Facts.read(run.frozen) if run.frozen else gather(session, schedule=schedule, slot=run.slot, now=now)
    return Draft(run, schedule, facts)


def _late(schedule: Schedule) -> str:
    return f"Linchpin was not running at the time, nor in the {schedule.late_hours} hours after it"


def _tell_owner(session: Session, schedule: Schedule, key: str, **nouns: int | str) -> None:
    outbox.say(
        session, team_id=schedule.team_id, key=f"notice:{key}:{schedule.id}", kind="update_notice",
        nouns={"schedule": schedule.name, **nouns}, channel=schedule.created_by,
    )  # fmt: skip
