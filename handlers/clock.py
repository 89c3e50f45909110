"""The clock as a door: each tick plans and settles what is due."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

from bot.errors import surviving
from bot.services import updates
from storage.database import Database

log = logging.getLogger(__name__)


LookAt = Callable[[str, str], Awaitable[object]]
"""Asks Slack what a channel is today: `look_at(team_id, channel_id)`."""


class Calendar:
    """What time people have. It runs with the machine's clock, ahead of it where somebody has moved it."""

    def __init__(self) -> None:
        self._ahead = timedelta()

    def now(self) -> datetime:
        """Return the time, aware, in UTC."""
        return datetime.now(UTC) + self._ahead

    def move(self, seconds: float) -> None:
        """Run this far ahead of the machine's clock."""
        self._ahead = timedelta(seconds=seconds)


async def on_tick(database: Database, calendar: Calendar, look_at: LookAt) -> None:
    """Draft what is due for preview, and post, hold or give up what is due; each by itself, whatever another does."""
    try:
        with surviving(log, "looking at the schedules"):
            await _plan(database, calendar)
            _, runs = await updates.due_across_teams(database, now=calendar.now())
            for team_id, channel in await updates.due_channels_across_teams(database, now=calendar.now()):
                with surviving(log, f"looking at channel {channel}"):
                    await look_at(team_id, channel)
            for run in runs:
                with surviving(log, f"settling {run.ref}"):
                    await updates.settle_run(database, run=run, now=calendar.now())
    except asyncio.CancelledError:
        log.debug("the clock stops")  # APScheduler would report its own shutdown as an error


async def _plan(database: Database, calendar: Calendar) -> None:
    schedules, _ = await updates.due_across_teams(database, now=calendar.now())
    for schedule in schedules:
        with surviving(log, f"planning schedule {schedule.id}"):
            await updates.plan_runs(database, schedule=schedule, now=calendar.now())
