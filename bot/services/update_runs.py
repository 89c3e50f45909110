"""The runs of scheduled updates: how one moves on, is previewed, asked about and posted, whoever is behind it.

How a run ended, and why a schedule is paused, is kept as a word and what it is about (`skipped_by U1`), never as a
sentence: views put it into words.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot import outbox
from bot.services import access, schedules
from bot.services.update_facts import Facts, changes_since, gather, has_worsened, still_visible
from storage import channels
from storage import outbox as outbox_rows
from storage import updates as rows
from storage.database import Session
from storage.models import Channel, Run, RunStatus, Schedule

UNDECIDED = (RunStatus.DRAFTED, RunStatus.APPROVED)
"""A run that somebody can still change their mind about."""


@dataclass(frozen=True)
class Draft:
    """A run with everything its message says."""

    run: Run
    schedule: Schedule
    facts: Facts

    @property
    def is_extra(self) -> bool:
        """Say whether somebody asked for it out of turn."""
        return is_extra(self.schedule, self.run)


def draft_of(session: Session, run: Run, now: datetime) -> Draft:
    """Return a run with its facts: those it was frozen with."""
    schedule = rows.get(session, team_id=run.team_id, schedule_id=run.schedule_id)
    facts = Facts.read(run.frozen) if run.frozen else gather(session, schedule=schedule, slot=run.slot, now=now)
    return Draft(run, schedule, facts)


def is_extra(schedule: Schedule, run: Run) -> bool:
    """Say whether a run is none of its schedule's own: somebody has asked for it, and approves what they have seen."""
    return schedules.rule_of(schedule).next_slot(run.slot - timedelta(microseconds=1)).instant != run.slot


def decide(session: Session, run: Run, after: str, cause: str, *, before: Sequence[str], **fields: object) -> None:
    """Move a run on, if nobody else has; then its previews say so in place."""
    if rows.move_run(session, team_id=run.team_id, run_id=run.id or 0, before=before, after=after, **fields):
        session.refresh(run)
        for target in _previews(session, run):
            outbox.refresh(session, team_id=run.team_id, target=target, cause=cause)


def say_preview(session: Session, run: Run, *, to: str) -> None:
    """Show a run to who approves it."""
    _preview(session, run, f"preview:{run.ref}", to)


def say_preview_again(session: Session, run: Run) -> None:
    """Show a run that is to be approved once more, in new messages, to all who were shown it first."""
    told = _previews(session, run)
    for first in (f"preview:{run.ref}", f"preview:{run.ref}:delegate"):
        earlier = outbox_rows.find(session, team_id=run.team_id, key=first)
        if earlier is not None:
            _preview(session, run, f"{first}:{len(told) + 1}", earlier.channel)


def say_preview_to_delegate(session: Session, schedule: Schedule, run: Run) -> None:
    """Show a run to its approver's delegate, once."""
    _preview(session, run, f"preview:{run.ref}:delegate", schedule.delegate or schedule.created_by)


def delegate_waits(session: Session, schedule: Schedule, run: Run, now: datetime) -> bool:
    """Say whether the approver has let half of the preview's time pass, and the delegate has not been asked."""
    half = timedelta(hours=schedule.preview_hours) / 2
    if run.status != RunStatus.DRAFTED or schedule.delegate is None or now < run.slot - half:
        return False
    return outbox_rows.find(session, team_id=run.team_id, key=f"preview:{run.ref}:delegate") is None


def knows_channel(session: Session, schedule: Schedule, now: datetime) -> Channel | None:
    """Return what Slack said lately of the channel that a schedule posts to; None where that is too old to act on."""
    channel = channels.find(session, team_id=schedule.team_id, channel_id=schedule.channel)
    return channel if channel is not None and access.is_believable(channel, now) else None


def post(session: Session, schedule: Schedule, run: Run, now: datetime) -> bool:
    """Post a run, or give it up with its reason; False when Slack has not said lately what its channel is."""
    channel = knows_channel(session, schedule, now)
    if channel is None:
        return False
    if not channel.speaks:
        why = "shared" if channel.is_shared else "outside"
        decide(session, run, RunStatus.SKIPPED, why, before=(run.status,), outcome=why)
        schedules.pause_all_in(
            session, team_id=run.team_id, channel_id=schedule.channel, why=why, cause=run.ref
        )  # fmt: skip
        return True
    facts = Facts.read(run.frozen) if run.frozen else gather(session, schedule=schedule, slot=run.slot, now=now)
    facts = still_visible(session, facts, now=now)
    facts = facts.with_later(changes_since(session, facts, until=now), until=now)
    if facts.is_empty and schedule.if_empty == "skip":
        decide(session, run, RunStatus.SKIPPED, "empty", before=(run.status,), outcome="empty")
        return True
    worse = has_worsened(session, facts)
    if worse and run.approved_at is not None and (schedule.approver is not None or is_extra(schedule, run)):
        fresh = gather(session, schedule=schedule, slot=run.slot, now=now)
        decide(
            session, run, RunStatus.DRAFTED, f"worse:{now.isoformat()}", before=(run.status,), approved_by=None,
            approved_at=None, frozen=fresh.stored(), outcome=f"worse {','.join(worse)}",
        )  # fmt: skip
        say_preview_again(session, run)
        return True
    decide(session, run, RunStatus.POSTING, "posting", before=(run.status,), frozen=facts.stored())
    outbox.say(
        session, team_id=run.team_id, key=f"run:{run.ref}", kind="update_post", nouns={"number": run.number},
        channel=schedule.channel,
    )  # fmt: skip
    return True


def _preview(session: Session, run: Run, key: str, user_id: str) -> None:
    outbox.say(
        session, team_id=run.team_id, key=key, kind="update_preview", nouns={"number": run.number}, channel=user_id
    )


def _previews(session: Session, run: Run) -> list[str]:
    """Return the keys of the previews of a run that were said."""
    return outbox_rows.keys_under(session, team_id=run.team_id, key=f"preview:{run.ref}")
