"""What has changed since a day: `/roadmap diff 30d`."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.errors import InvalidInputError
from bot.services import history
from bot.services.due import parse_duration
from handlers.asked import Asked
from handlers.grammar import Argument, command, one_of, optional
from handlers.slack import Asking
from handlers.views import Reply
from handlers.views import history as views

WEEK = timedelta(days=7)
SINCE = Argument("since", r"[1-9][0-9]{0,3}\s?(?:h|d|w|hours?|days?|weeks?)|[0-9]{4}-[0-9]{2}-[0-9]{2}", str.lower)


@command(
    "diff", usage="30d", takes=(optional(SINCE), optional(one_of("all", "all"))), reads_only=True, filters=("since",)
)
async def diff(ask: Asking) -> Reply:
    """What has changed in 30 days, or since a day like 2026-07-01: what was added, moved, put off, shipped, and why."""
    typed = _typed(ask.asked)
    found = await history.diff(ask.house.database, reader=ask.reader, since=_since(typed, ask.now, ask.tz), now=ask.now)
    return views.diff_reply(found, ask.reader, ask.tz, typed=typed, whole=ask.asked.get("all") is not None)


def _typed(asked: Asked) -> str:
    """Return since when, as it was typed; raise InvalidInputError where that was typed twice."""
    plain, named = asked.get("since") or "", asked.filters.get("since", "")
    if plain and named:
        raise InvalidInputError(f"I can begin at “{plain}” or at “{named}”. Name one: `/roadmap diff {plain}`.")
    return plain or named


def _since(typed: str, now: datetime, tz: str) -> datetime:
    """Return the beginning of a length before now, or of a day in the zone of who typed it; a week without either."""
    length = parse_duration(typed) if typed else WEEK
    if length is not None:
        return now - length
    try:
        day = datetime.combine(date.fromisoformat(typed), time.min, ZoneInfo(tz)).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        said = f"I can't read “{typed}” as a time. Type it like `30d`, `2w` or `2026-07-01`."
        raise InvalidInputError(said) from error
    if day >= now:
        raise InvalidInputError(f"{typed} has not come yet. Name a day that has passed.")
    return day
