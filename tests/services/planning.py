"""A scheduled update and the clock that drives it."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlmodel import update

from bot.services import schedules, update_clock, updates
from bot.services.schedules import Plan
from bot.services.update_facts import Facts
from bot.services.update_runs import Draft
from storage.database import Database
from storage.models import Channel, OutboxRow, Reader, Run
from tests.building import MINA, NOW, a_channel, a_person, cause, rows_of, said

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SLOT = datetime(2026, 11, 26, 8, tzinfo=UTC)
"""Thursday 09:00 in Berlin."""
WEEKLY: dict[str, Any] = {
    "name": "Weekly roadmap",
    "every": "thu",
    "at": "09:00",
    "tz": "Europe/Berlin",
    "channel": "C1",
}


@dataclass
class Planning:
    """A schedule in a database, and what became of it."""

    database: Database
    slack_is_silent: bool = False

    async def create(self, *, by: Reader = MINA, now: datetime = NOW, **plan: Any) -> schedules.Planned:
        """Schedule a weekly update that Mina approves, unless told otherwise."""
        await a_channel(self.database)
        await a_person(self.database, MINA)
        told = Plan(**{**WEEKLY, "approver": MINA.user_id, **plan})
        return await schedules.create(self.database, by=by, plan=told, cause=cause(), now=now)

    async def tick(self, now: datetime, *, database: Database | None = None) -> None:
        """Do what the clock does."""
        here = database or self.database
        schedules = await update_clock.schedules_to_plan_across_teams(here, now=now)
        for schedule in schedules:
            await update_clock.plan_runs(here, schedule=schedule, now=now)
        for run in await update_clock.due_for_delegates_across_teams(here, now=now):
            await update_clock.ask_delegate(here, run=run)
        await self.look(now)
        runs = await update_clock.runs_to_settle_across_teams(here, now=now)
        for run in runs:
            await update_clock.settle_run(here, run=run, now=now)

    async def look(self, now: datetime) -> None:
        """Ask Slack about the channels, which says what it said before, unless it is silent."""
        if not self.slack_is_silent:
            heard = update(Channel).values(checked_at=now)
            await self.database.write(lambda session: session.exec(heard))

    async def approve(self, number: int = 1, *, now: datetime, by: Reader = MINA, click: str = "") -> Draft:
        """Approve a run, after a look at its channel."""
        await self.look(now)
        return await updates.approve(self.database, by=by, number=number, cause=click or cause(), now=now)

    async def runs(self) -> list[Run]:
        """Return the runs, first planned first."""
        return await rows_of(self.database, Run)

    async def statuses(self) -> list[str]:
        """Return the statuses of the runs."""
        return [run.status for run in await self.runs()]

    async def posts(self) -> list[str]:
        """Return the keys of what was said in the channel."""
        return [row.key for row in await said(self.database, "update_post")]

    async def notices(self) -> list[OutboxRow]:
        """Return what the owner was told."""
        return await said(self.database, "update_notice")

    async def facts(self, number: int = 1) -> Facts:
        """Return what a run says."""
        (run,) = [one for one in await self.runs() if one.number == number]
        return Facts.read(run.frozen or {})

    async def receipt(self, number: int = 1, *, status: str = "sent", now: datetime, **values: Any) -> None:
        """Tell how the post of a run ended."""
        (row,) = await rows_of(self.database, OutboxRow, OutboxRow.key == f"run:UPD-{number}")
        ended = OutboxRow(**{**row.model_dump(), "status": status, **values})
        await self.database.write(
            lambda session: updates.note_receipt(session, ended, permalink="https://slack.example/p1", now=now)
        )
