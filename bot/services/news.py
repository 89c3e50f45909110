"""What followers learn of an item's changes: by day, and not too much."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot import outbox
from storage import follows, people
from storage import outbox as outbox_rows
from storage.database import Database, Read, Session, Write, machine_now
from storage.models import Item, Standing

MOST_A_DAY = 3
"""Messages to one person on a day of theirs; what comes after is in `/roadmap mine`."""
MORNING, EVENING = time(8), time(19)
"""When a person is told something unasked; what happens later waits for the next morning."""


def tell(session: Session, item: Item, *, by: str, cause: str, now: datetime) -> None:
    """Tell the followers of an item what a cause has changed, except who did it."""
    for user_id in follows.followers(session, team_id=item.team_id, item_id=item.id or 0):
        person = people.find(session, team_id=item.team_id, user_id=user_id)
        if user_id != by and person is not None and person.standing != Standing.STRANGER:
            _tell(session, item, user_id, at=told_at(now, person.tz), cause=cause, now=now)


async def wake_across_teams(database: Database, *, now: datetime) -> None:
    """Let what waited for the morning be sent."""
    if await _has_waited_across_teams(database, now=now):
        await _wake_across_teams(database, now=now)


def told_at(now: datetime, tz: str) -> datetime:
    """Return when somebody in that zone may be told: now, or on their next morning."""
    local = now.astimezone(ZoneInfo(tz))
    if MORNING <= local.time() < EVENING:
        return local
    day = local.date() + timedelta(days=int(local.time() >= EVENING))
    return datetime.combine(day, MORNING, ZoneInfo(tz))


def _tell(session: Session, item: Item, user_id: str, *, at: datetime, cause: str, now: datetime) -> None:
    # The keys are the count: two replicas that tell somebody at the same time cannot take the same one.
    for number in range(1, MOST_A_DAY + 1):
        nouns = {"number": item.number, "cause": cause, "last": number == MOST_A_DAY}
        new = outbox.say(
            session, team_id=item.team_id, key=f"news:{user_id}:{at:%Y-%m-%d}:{number}", kind="item_news",
            nouns=nouns, channel=user_id, morning=at if at > now else None,
        )  # fmt: skip
        if new:
            return


@Read
def _has_waited_across_teams(session: Session, *, now: datetime) -> bool:
    return outbox_rows.has_waited_across_teams(session, until=now.timestamp())


@Write
def _wake_across_teams(session: Session, *, now: datetime) -> None:
    outbox_rows.wake_across_teams(session, until=now.timestamp(), now=machine_now(session))
    outbox.wake(session)
