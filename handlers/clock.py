"""The clock: what time people have; and as a door, which plans and settles at each tick what is due."""

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


class Clock:
    """What time people have. It runs with the machine's clock, ahead of it where somebody has moved it."""

    def __init__(self) -> None:
        self._ahead = timedelta()

    def now(self) -> datetime:
        """Return the time, aware, in UTC."""
        return datetime.now(UTC) + self._ahead

    def move(self, seconds: float) -> None:
        """Run this far ahead of the machine's clock."""
        self._ahead = timedelta(seconds=seconds)


class Planner:
    """Plans and settles what is due: previews, posts, and what waited for somebody's morning."""

    def __init__(self, database: Database, clock: Clock, look_at: LookAt) -> None:
        self._database = database
        self._clock = clock
        self._look_at = look_at
        self._rests = Rests()

    async def on_tick(self) -> None:
        """Do what is due by now, each whatever becomes of another."""
        try:
            with surviving(log, "looking at the schedules"):
                await self._plan()
                await self._ask_delegates()
                await self._settle()
            with surviving(log, "waking what waited for the morning"):
                await news.wake_across_teams(self._database, now=self._clock.now())
        except asyncio.CancelledError:
            log.debug("the clock stops")  # APScheduler would report its own shutdown as an error

    async def _plan(self) -> None:
        for schedule in await updates.schedules_to_plan_across_teams(self._database, now=self._clock.now()):
            about = (schedule.team_id, f"planning schedule {schedule.id}")
            if self._rests.over(*about):
                await self._look(schedule.team_id, schedule.channel)
                with self._rests.surviving(*about):
                    await updates.plan_runs(self._database, schedule=schedule, now=self._clock.now())

    async def _ask_delegates(self) -> None:
        for run in await updates.due_for_delegates_across_teams(self._database, now=self._clock.now()):
            about = (run.team_id, f"asking the delegate about {run.ref}")
            if self._rests.over(*about):
                with self._rests.surviving(*about):
                    await updates.ask_delegate(self._database, run=run)

    async def _settle(self) -> None:
        runs = await updates.runs_to_settle_across_teams(self._database, now=self._clock.now())
        for team_id, channel in await updates.due_channels_across_teams(self._database, now=self._clock.now()):
            await self._look(team_id, channel)
        for run in runs:
            about = (run.team_id, f"settling {run.ref}")
            if self._rests.over(*about):
                with self._rests.surviving(*about):
                    await updates.settle_run(self._database, run=run, now=self._clock.now())

    async def _look(self, team_id: str, channel: str) -> None:
        about = (team_id, f"looking at channel {channel}")
        if self._rests.over(*about):
            with self._rests.surviving(*about):
                await self._look_at(team_id, channel)
