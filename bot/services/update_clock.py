"""Scheduled updates as the clock sees them: drafted for preview, posted at their slot, held, or given up."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from bot import outbox
from bot.errors import BotError
from bot.services import schedules
from bot.services.update_facts import gather
from bot.services.update_runs import (
    UNDECIDED,
    decide,
    delegate_waits,
    is_extra,
    knows_channel,
    post,
    say_preview,
    say_preview_to_delegate,
)
from storage import updates as rows
from storage.database import Read, Session, Write
from storage.models import Run, RunStatus, Schedule

MISSED_AT_MOST = 50
"""Slots made up for in one go after a long pause; older ones are not listed one by one."""


@Read
def schedules_to_plan_across_teams(session: Session, *, now: datetime) -> list[Schedule]:
    """Return the schedules with a slot to plan."""
    return [one for one in rows.schedules_across_teams(session) if _is_to_plan(one, now)]


@Read
def runs_to_settle_across_teams(session: Session, *, now: datetime) -> list[Run]:
    """Return the runs whose slot has come."""
    return rows.open_runs_across_teams(session, due_by=now)


@Read
def due_channels_across_teams(session: Session, *, now: datetime) -> list[tuple[str, str]]:
    """Return the workspaces and channels that will be posted to now, for a last look at what they are."""
    return rows.due_channels_across_teams(session, due_by=now)


@Read
def due_for_delegates_across_teams(session: Session, *, now: datetime) -> list[Run]:
    """Return the runs whose approver has let half of the preview's time pass."""
    waiting = rows.drafted_across_teams(session)
    return [run for run, schedule in waiting if delegate_waits(session, schedule, run, now)]


@Write
def ask_delegate(session: Session, *, run: Run) -> None:
    """Show a run to its approver's delegate, who may decide as well; once."""
    found = rows.find_run(session, team_id=run.team_id, number=run.number, lock=True)
    if found is not None and found.status == RunStatus.DRAFTED:
        schedule = rows.get(session, team_id=found.team_id, schedule_id=found.schedule_id)
        say_preview_to_delegate(session, schedule, found)


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
            late = f"late {schedule.late_hours}"
            decide(session, run, RunStatus.SKIPPED, "late", before=(RunStatus.DRAFTED,), outcome=late)
            continue
        facts = gather(session, schedule=schedule, slot=slot, now=now)
        decide(session, run, RunStatus.DRAFTED, "draft", before=(RunStatus.DRAFTED,), frozen=facts.stored())
        if schedule.approver is not None:
            say_preview(session, run, to=schedule.approver)
    if missed:
        _tell_owner(session, schedule, f"missed:{now.isoformat()}", missed=missed)


@Write
def settle_run(session: Session, *, run: Run, now: datetime) -> None:
    """Post a run whose slot has come, hold it for its approver, or give it up with a word to the owner."""
    found = rows.find_run(session, team_id=run.team_id, number=run.number, lock=True)
    if found is None or found.status not in UNDECIDED:
        return
    schedule = rows.get(session, team_id=found.team_id, schedule_id=found.schedule_id)
    waits = found.status == RunStatus.DRAFTED and (schedule.approver is not None or is_extra(schedule, found))
    if schedule.paused:
        decide(session, found, RunStatus.SKIPPED, "paused", before=UNDECIDED, outcome="paused")
    elif waits:
        if now >= schedules.rule_of(schedule).next_slot(found.slot).instant:
            decide(session, found, RunStatus.EXPIRED, "expired", before=(RunStatus.DRAFTED,), outcome="expired")
            _tell_owner(session, schedule, f"expired:{found.ref}", number=found.number)
    elif now > _last_call(schedule, found):
        known = knows_channel(session, schedule, now)
        outcome = f"late {schedule.late_hours}" if known is not None else "silent"
        decide(session, found, RunStatus.SKIPPED, "late", before=(found.status,), outcome=outcome)
        _tell_owner(session, schedule, f"late:{found.ref}", number=found.number)
    else:
        post(session, schedule, found, now)  # while Slack is silent about the channel, it waits


def _last_call(schedule: Schedule, run: Run) -> datetime:
    """Return until when a run may still be posted: what was approved late has its window from then."""
    return max(run.slot, run.approved_at or run.slot) + timedelta(hours=schedule.late_hours)


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


def _tell_owner(session: Session, schedule: Schedule, key: str, **nouns: int) -> None:
    outbox.say(
        session, team_id=schedule.team_id, key=f"notice:{key}:{schedule.id}", kind="update_notice",
        nouns={"schedule": schedule.name, **nouns}, channel=schedule.created_by,
    )  # fmt: skip
