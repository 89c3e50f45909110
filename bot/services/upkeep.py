"""Upkeep: what has served its time is taken out, and what is stuck is counted."""

from dataclasses import dataclass

from storage import leases, outbox
from storage.database import Read, Session, Write, machine_now
from storage.models import IntakeRow, JobRow

KEEP_KEYS_SECONDS = 26 * 3600.0
"""Slack repeats an event for up to 24 hours; its key must be known for longer."""
LATE_SECONDS = 3600.0
"""After which somebody wants to know that something is still not said."""
KEEP_SECONDS = 7 * 86400.0
"""How long what failed for good is kept, with the words in it, for a person to look at."""


@dataclass(frozen=True)
class Stuck:
    """How much waits for a person to look at."""

    arrivals: int
    held: int
    """Posts that may or may not have arrived."""
    dead: int
    """Posts that were not sent."""
    jobs: int
    late: int = 0
    """Posts that wait for more than LATE_SECONDS: one that is tried again and again, and what it holds up."""


@Write
def tidy_across_teams(session: Session) -> None:
    """Delete arrivals and jobs that are over, and wipe the words of answers that were given."""
    now = machine_now(session)
    leases.forget_across_teams(session, IntakeRow, status="done", before=now - KEEP_KEYS_SECONDS)
    leases.forget_across_teams(session, IntakeRow, status="dead", before=now - KEEP_SECONDS)
    for status in ("done", "dead"):
        leases.forget_across_teams(session, JobRow, status=status, before=now - KEEP_SECONDS)
    outbox.wipe_across_teams(session, kind="answer", status="sent", before=now)
    outbox.wipe_across_teams(session, kind="answer", status="dead", before=now - KEEP_SECONDS)


@Read
def stuck_across_teams(session: Session) -> Stuck:
    """Count what failed for good and was not looked after."""
    return Stuck(
        arrivals=leases.count_dead_across_teams(session, IntakeRow),
        held=outbox.count_across_teams(session, status="held"),
        dead=outbox.count_across_teams(session, status="dead"),
        jobs=leases.count_dead_across_teams(session, JobRow),
        late=outbox.count_late_across_teams(session, before=machine_now(session) - LATE_SECONDS),
    )
