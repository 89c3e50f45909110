"""The clock as a door: each tick plans and settles what is due."""

import asyncio
import contextlib
import logging
import time
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime, timedelta

from bot.errors import surviving
from bot.services import news
from bot.services import update_clock as updates
from storage.database import Database

log = logging.getLogger(__name__)


LookAt = Callable[[str, str], Awaitable[object]]
"""Asks Slack what a channel is today, and who reads it: `look_at(team_id, channel_id)`."""

LONGEST_REST = 60.0
"""Seconds between two tries at what keeps failing."""


class Rests:
    """What failed lately, and until when it is left alone: a trouble that stays is logged once a minute at most."""

    def __init__(self) -> None:
        self._until: dict[tuple[str, str], tuple[float, float]] = {}

    def over(self, team_id: str, what: str) -> bool:
        """Say whether this may be tried: it has not failed a moment ago."""
        return time.monotonic() >= self._until.get((team_id, what), (0.0, 0.0))[0]

    @contextlib.contextmanager
    def surviving(self, team_id: str, what: str) -> Iterator[None]:
        """Outlive what this raises, and rest from it the longer the more often it does."""
        _, rest = self._until.pop((team_id, what), (0.0, 0.5))
        rest = min(2 * rest, LONGEST_REST)
        ended = False
        with surviving(log, what):
            yield
            ended = True
        if not ended:
            self._until[team_id, what] = (time.monotonic() + rest, rest)


class Calendar:
    """What time people have. It runs with the machine's clock, ahead of it where somebody has moved it."""

    def __init__(self) -> None:
        self._ahead = timedelta()
        self.rests = Rests()

    def now(self) -> datetime:
        """Return the time, aware, in UTC."""
        return datetime.now(UTC) + self._ahead

    def move(self, seconds: float) -> None:
        """Run this far ahead of the machine's clock."""
        self._ahead = timedelta(seconds=seconds)


async def on_tick(database: Database, calendar: Calendar, look_at: LookAt) -> None:
    """Do what is due: previews, posts, and what waited for somebody's morning; each whatever becomes of another."""
    try:
        with surviving(log, "looking at the schedules"):
            await _plan(database, calendar, look_at)
            await _ask_delegates(database, calendar)
            await _settle(database, calendar, look_at)
        with surviving(log, "waking what waited for the morning"):
            await news.wake_across_teams(database, now=calendar.now())
    except asyncio.CancelledError:
        log.debug("the clock stops")  # APScheduler would report its own shutdown as an error


async def _look(calendar: Calendar, look_at: LookAt, team_id: str, channel: str) -> None:
    about = (team_id, f"looking at channel {channel}")
    if calendar.rests.over(*about):
        with calendar.rests.surviving(*about):
            await look_at(team_id, channel)


async def _plan(database: Database, calendar: Calendar, look_at: LookAt) -> None:
    schedules, _ = await updates.due_across_teams(database, now=calendar.now())
    for schedule in schedules:
        about = (schedule.team_id, f"planning schedule {schedule.id}")
        if calendar.rests.over(*about):
            await _look(calendar, look_at, schedule.team_id, schedule.channel)
            with calendar.rests.surviving(*about):
                await updates.plan_runs(database, schedule=schedule, now=calendar.now())


async def _ask_delegates(database: Database, calendar: Calendar) -> None:
    for run in await updates.due_for_delegates_across_teams(database, now=calendar.now()):
        about = (run.team_id, f"asking the delegate about {run.ref}")
        if calendar.rests.over(*about):
            with calendar.rests.surviving(*about):
                await updates.ask_delegate(database, run=run)


async def _settle(database: Database, calendar: Calendar, look_at: LookAt) -> None:
    _, runs = await updates.due_across_teams(database, now=calendar.now())
    for team_id, channel in await updates.due_channels_across_teams(database, now=calendar.now()):
        await _look(calendar, look_at, team_id, channel)
    for run in runs:
        about = (run.team_id, f"settling {run.ref}")
        if calendar.rests.over(*about):
            with calendar.rests.surviving(*about):
                await updates.settle_run(database, run=run, now=calendar.now())
