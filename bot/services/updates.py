"""Scheduled updates: shown, approved, noted on and posted by people, and what became of them noted."""

from datetime import datetime

from bot.errors import InvalidInputError, NotAllowedError
from bot.services import access, deliveries, schedules
from bot.services.meanwhile import Marks, together
from bot.services.refs import number_of
from bot.services.update_facts import gather
from bot.services.update_runs import UNDECIDED, Draft, decide, draft_of, post, say_preview
from storage import causes
from storage import updates as rows
from storage.database import Read, Session, Write
from storage.models import OutboxRow, Reader, Role, Run, RunStatus, Schedule


class UpdateClosedError(InvalidInputError):
    """This update is decided already."""


class UnknownReadersError(InvalidInputError):
    """Slack isn't telling me who reads that channel, so I didn't post. Please try again in a minute."""


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
    return draft_of(session, run, now)


@Write
def approve(session: Session, *, by: Reader, number: int, cause: str, now: datetime) -> Draft:
    """Approve a drafted run: it is posted at its slot, or at once when that has passed."""
    run, schedule, new = _decidable(session, by, number, cause, now)
    if not new:
        return draft_of(session, run, now)
    fields = {"approved_by": by.user_id, "approved_at": now, "outcome": ""}
    decide(session, run, RunStatus.APPROVED, cause, before=(RunStatus.DRAFTED,), **fields)
    if now >= run.slot:
        post(session, schedule, run, now)  # where Slack is silent the clock posts it
    return draft_of(session, run, now)


@Write
def post_now(session: Session, *, by: Reader, number: int, cause: str, now: datetime) -> Draft:
    """Approve a run and post it at once. Raises UnknownReadersError while nobody knows who reads its channel."""
    run, schedule, new = _decidable(session, by, number, cause, now)
    if not new:
        return draft_of(session, run, now)
    fields = {"approved_by": by.user_id, "approved_at": now, "outcome": ""}
    decide(session, run, RunStatus.APPROVED, cause, before=UNDECIDED, **fields)
    if not post(session, schedule, run, now):
        raise UnknownReadersError()
    return draft_of(session, run, now)


@Write
def skip(session: Session, *, by: Reader, number: int, cause: str, now: datetime) -> Draft:
    """Skip one occurrence."""
    run, _, new = _decidable(session, by, number, cause, now)
    if new:
        decide(session, run, RunStatus.SKIPPED, cause, before=UNDECIDED, outcome=f"skipped_by {by.user_id}")
    return draft_of(session, run, now)


@Write
def skip_next(session: Session, *, by: Reader, name: str, cause: str, now: datetime) -> Draft:
    """Skip the next occurrence of a schedule, drafted already or not."""
    access.require(by, Role.PM, "skip updates")
    schedule = schedules.get(session, by.team_id, name)
    slot = schedules.rule_of(schedule).next_slot(now).instant
    key = schedule.id or 0
    new = causes.claim(session, team_id=by.team_id, cause=cause, now=now)
    run = rows.run_at(session, team_id=by.team_id, schedule_id=key, slot=slot)
    if run is None and new:
        run = rows.add_run(session, team_id=by.team_id, schedule_id=key, slot=slot) or rows.run_at(
            session, team_id=by.team_id, schedule_id=key, slot=slot
        )
        rows.mark_planned(session, team_id=by.team_id, schedule_id=key, until=slot)
    if run is None:
        raise schedules.UnknownUpdateError()
    if new and run.status in UNDECIDED:
        decide(session, run, RunStatus.SKIPPED, cause, before=UNDECIDED, outcome=f"skipped_by {by.user_id}")
    return draft_of(session, run, now)


@Write
def run_now(session: Session, *, by: Reader, name: str, cause: str, now: datetime) -> Draft:
    """Draft an update out of turn and show it to its approver, or to who asks where nobody approves; none is posted."""
    access.require(by, Role.PM, "run updates")
    schedule = schedules.get(session, by.team_id, name)
    if schedule.paused:
        raise InvalidInputError(f'This schedule is paused. `/roadmap schedule resume "{schedule.name}"` lets it go on.')
    if not causes.claim(session, team_id=by.team_id, cause=cause, now=now):
        ref = causes.find_result(session, team_id=by.team_id, cause=cause) or "UPD-0"
        return draft.within(session, team_id=by.team_id, number=number_of(ref), now=now)
    run = rows.add_run(session, team_id=by.team_id, schedule_id=schedule.id or 0, slot=now)
    if run is None:
        raise InvalidInputError("One of these is being made right now. Its preview is on its way.")
    facts = gather(session, schedule=schedule, slot=now, now=now)
    decide(session, run, RunStatus.DRAFTED, "draft", before=(RunStatus.DRAFTED,), frozen=facts.stored())
    say_preview(session, run, to=schedule.approver or by.user_id)
    causes.mark_result(session, team_id=by.team_id, cause=cause, result=run.ref)
    return draft_of(session, run, now)


@Write
def edit(
    session: Session, *, by: Reader, number: int, intro: str, cause: str, now: datetime, seen: Marks | None = None
) -> Draft:
    """Put words of the approver above the facts; the facts stay what they are."""
    run, _, new = _decidable(session, by, number, cause, now)
    if new:
        written: dict[str, str] = {"intro": intro.strip()}
        if seen is not None:
            written = together(written, {"intro": run.intro}, seen)
        decide(session, run, run.status, cause, before=UNDECIDED, **written)
    return draft_of(session, run, now)


def note_receipt(session: Session, row: OutboxRow, *, permalink: str | None, now: datetime) -> None:
    """Note on a run how its post ended; later edits of the post say nothing about that."""
    if row.op != "post":
        return
    run = rows.find_run(session, team_id=row.team_id, number=int(row.nouns["number"]), lock=True)
    if run is None:
        return
    before = (RunStatus.POSTING, RunStatus.FAILED)
    if row.status == "sent":
        fields = {"outcome": "posted", "posted_at": now, "permalink": permalink}
        decide(session, run, RunStatus.POSTED, "receipt", before=before, **fields)
        return
    schedule = rows.get(session, team_id=run.team_id, schedule_id=run.schedule_id)
    why = f"refused {row.error or 'no_reason_given'}" if row.status == "dead" else "unknown"
    decide(session, run, RunStatus.FAILED, f"receipt-{row.status}", before=before, outcome=why)
    if row.status == "held":
        deliveries.ask(session, row, who=schedule.approver or schedule.created_by)
        return
    schedules.pause_all_in(
        session, team_id=run.team_id, channel_id=schedule.channel, why=why, cause=f"{run.ref}:{row.tries}"
    )  # fmt: skip


def note_seen(session: Session, by: Reader, row: OutboxRow, now: datetime) -> None:
    """Note that somebody has seen a run's post, which Slack never confirmed."""
    run = rows.find_run(session, team_id=by.team_id, number=int(row.nouns["number"]), lock=True)
    if run is None:
        raise schedules.UnknownUpdateError()
    fields = {"outcome": f"seen_by {by.user_id}", "posted_at": now}
    decide(session, run, RunStatus.POSTED, "seen", before=(RunStatus.FAILED, RunStatus.POSTING), **fields)


def _decidable(session: Session, by: Reader, number: int, cause: str, now: datetime) -> tuple[Run, Schedule, bool]:
    """Return a run that is still to be decided, its schedule, and whether this cause is new."""
    run = rows.find_run(session, team_id=by.team_id, number=number, lock=True)
    if run is None:
        raise schedules.UnknownUpdateError()
    schedule = rows.get(session, team_id=by.team_id, schedule_id=run.schedule_id)
    if by.user_id not in (schedule.approver, schedule.delegate) and not by.role.includes(Role.PM):
        raise NotAllowedError("Only its approver, their delegate or a product manager can decide on this update.")
    new = causes.claim(session, team_id=by.team_id, cause=cause, now=now)
    if new and run.status not in UNDECIDED:
        raise UpdateClosedError()
    return run, schedule, new
