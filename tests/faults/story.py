"""The company of these tests, and the posts that were due while nobody was there."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.services import access, items, schedules, update_clock, updates
from bot.services.schedules import Plan
from storage.database import Database
from storage.migrations import bring_up
from storage.models import Channel, Lane, Reader, Role
from tests.faults.clerks import CLERKS, COLLEAGUE, desk_of
from tests.faults.people import CHANNELS, REACTING, WITH_FORMS

TEAM = "T0FAULTS"
EVERYBODY = (*REACTING, *WITH_FORMS, *CLERKS, COLLEAGUE, "uma")
DESKS = tuple(desk_of(name).removeprefix("#") for name in CLERKS)
UMA = Reader(TEAM, "U0UMA", Role.ADMIN)


def _ids(people: Iterable[str]) -> list[str]:
    return [f"U0{one.upper()}" for one in people]


STORY: dict[str, Any] = {
    "company": {"name": "Faults", "team_id": TEAM, "domain": "faults"},
    "users": [{"id": f"U0{name.upper()}", "name": name, "is_admin": name in (*CLERKS, "uma")} for name in EVERYBODY],
    "channels": [
        {"id": f"C0{name.upper().replace('-', '')}", "name": name, "members": _ids(EVERYBODY), "bot": True}
        for name in (*CHANNELS, *DESKS)
    ],
    "user_groups": [{"id": "S0EVERYBODY", "handle": "everybody", "name": "Everybody", "description": "",
                     "created_by": "U0UMA", "members": _ids(["uma"])}],
}  # fmt: skip


async def plan_posts(url: str, slots: int) -> int:
    """Let that many posts be due in each channel, those of the first one approved by hand; return how many in all."""
    now = datetime.now(UTC)
    long_ago, at = now - timedelta(days=slots), now - timedelta(hours=1)
    database = Database(url)
    bring_up(database.engine)
    draft = items.Draft("Audit log", owner=UMA.user_id)
    await items.add(database, by=UMA, draft=draft, lane=Lane.NOW, cause="plan", now=long_ago)
    for name in CHANNELS:
        await _know_channel(database, name, now)
        plan = Plan(
            name=name, every="day", at=f"{at:%H:%M}", tz="UTC", channel=f"C0{name.upper()}", late_hours=9999,
            approver=UMA.user_id if name == CHANNELS[0] else None, preview_hours=0,
        )  # fmt: skip
        planned = await schedules.create(database, by=UMA, plan=plan, cause=f"plan {name}", now=long_ago)
        if plan.approver is not None:
            await update_clock.plan_runs(database, schedule=planned.schedule, now=now)
            runs = await update_clock.runs_to_settle_across_teams(database, now=now)
            for run in runs:
                await updates.approve(database, by=UMA, number=run.number, cause=f"approve {run.number}", now=now)
    database.close()
    return slots * len(CHANNELS)


async def plan_one_more(url: str, number: int) -> None:
    """Let one more post be due, in one of the channels; on SQLite only while no bot runs."""
    now, name = datetime.now(UTC), CHANNELS[number % len(CHANNELS)]
    database = Database(url)
    plan = Plan(
        name=f"{name} {number}", every="day", at=f"{now - timedelta(hours=1):%H:%M}", tz="UTC",
        channel=f"C0{name.upper()}", late_hours=9999, preview_hours=0,
    )  # fmt: skip
    await schedules.create(database, by=UMA, plan=plan, cause=f"plan more {number}", now=now - timedelta(days=1))
    database.close()


async def _know_channel(database: Database, name: str, now: datetime) -> None:
    known = Channel(
        team_id=TEAM, channel_id=f"C0{name.upper()}", name=name, is_private=False, is_shared=False, has_bot=True,
        checked_at=now,
    )  # fmt: skip
    await access.learn_channels(database, told=[known])
