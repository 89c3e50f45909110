"""The Home: what waits for somebody, what is theirs, and what they look after."""

from dataclasses import dataclass
from datetime import datetime

from bot.services import follows, schedules
from storage import channels, feedback, people, roadmap
from storage import updates as update_rows
from storage.database import Read, Session
from storage.models import Channel, Feedback, Reader, Role, Run, RunStatus, Schedule


@dataclass(frozen=True)
class Home:
    """What one person sees on their Home; what their role has no part in is empty."""

    reader: Reader
    name: str
    waiting: int
    """How much feedback waits for triage."""
    oldest: Feedback | None
    """The one that waits longest."""
    approvals: tuple[tuple[Schedule, Run], ...]
    """Updates that wait for this person's approval."""
    mine: follows.Mine
    schedules: tuple[schedules.Planned, ...]
    channels: tuple[Channel, ...]
    has_items: bool


@Read
def look(session: Session, *, reader: Reader, now: datetime) -> Home:
    """Return what is on somebody's Home."""
    team_id = reader.team_id
    person = people.find(session, team_id=team_id, user_id=reader.user_id)
    manages, administers = reader.role.includes(Role.PM), reader.role.includes(Role.ADMIN)
    waiting, oldest = feedback.waiting(session, team_id=team_id, reader=reader) if manages else (0, None)
    return Home(
        reader=reader,
        name=person.name if person is not None else "",
        waiting=waiting,
        oldest=oldest,
        approvals=_approvals(session, reader),
        mine=follows.mine.within(session, reader=reader),
        schedules=schedules.list_all.within(session, reader=reader, now=now) if manages else (),
        channels=tuple(channels.with_bot(session, team_id=team_id)) if administers else (),
        has_items=roadmap.has_any(session, team_id=team_id),
    )


def _approvals(session: Session, reader: Reader) -> tuple[tuple[Schedule, Run], ...]:
    every = update_rows.search(session, team_id=reader.team_id)
    asked = {one.id or 0: one for one in every if reader.user_id in (one.approver, one.delegate)}
    runs = update_rows.runs(session, team_id=reader.team_id, schedule_ids=asked)
    return tuple((asked[run.schedule_id], run) for run in runs if run.status == RunStatus.DRAFTED)
