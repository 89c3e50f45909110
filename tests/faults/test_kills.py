"""Nothing acked is lost and nothing is posted twice, however often the bot is killed with SIGKILL."""

import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import pytest

from bot.sandbox import Sandbox
from bot.services import access, roadmap, updates
from bot.services.updates import Plan
from handlers import needs, topics
from storage.database import Database
from storage.migrations import bring_up
from storage.models import Channel, Lane, Reader, Role
from tests.faults.bots import Bots
from tests.faults.conftest import SEEDS, WAITS, Line
from tests.faults.ledger import Ledger
from tests.faults.people import CHANNELS, REACTING, WITH_FORMS, People
from tests.faults.trouble import Trouble

KILLS = 5
SLOTS = 4
"""Posts due in each channel when the bot starts."""
SETTLE_SECONDS = 90.0
TEAM = "T0FAULTS"
STORY = {
    "company": {"name": "Faults", "team_id": TEAM, "domain": "faults"},
    "users": [
        {"id": f"U0{name.upper()}", "name": name, "is_admin": name == "uma"} for name in (*REACTING, *WITH_FORMS, "uma")
    ],
    "channels": [
        {
            "id": f"C0{name.upper()}",
            "name": name,
            "members": [f"U0{one.upper()}" for one in (*REACTING, *WITH_FORMS, "uma")],
            "bot": True,
        }
        for name in CHANNELS
    ],
    "messages": [],
}

pytestmark = pytest.mark.faults


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    """Run a Slack that repeats events until they are taken, and leaves the pace to the bot."""
    opened = Sandbox(
        None,
        manifest=needs.manifest(topics.NEEDS),
        story=STORY,
        retry_delays=(0.0, *[0.5] * 200),
        ack_timeout=1.5,
        post_interval=0.0,
    )
    await opened.start()
    yield opened
    await opened.close()


@pytest.mark.timeout(300)
@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(("engine", "replicas"), [("sqlite", 1), ("postgresql", 1), ("postgresql", 2)])
async def test_nothing_acked_is_lost_and_nothing_is_posted_twice(
    engine: str, replicas: int, seed: int, sandbox: Sandbox, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    url = f"sqlite:///{tmp_path / 'linchpin.db'}"
    if engine == "postgresql":
        url = request.getfixturevalue("postgres_url")
    due = await _plan(url)
    line, began = Line(f"{engine}*{replicas}", seed), time.monotonic()
    chance, ledger = Random(seed), Ledger(url)
    people = People(sandbox, chance)
    try:
        async with Bots(tmp_path, _settings(sandbox, url, tmp_path)) as bots:
            for _ in range(replicas):
                await bots.start()
            await _live_through(chance, sandbox, bots, people, ledger)
            await _settle(sandbox, people, ledger, due)
            found = ledger.check(sandbox, people, due)
            line.kills, line.restarts = bots.killed, bots.killed
            line.acked, line.due, line.lost = found.acked, found.due, len(found.lost)
            line.missing, line.doubled, line.other = len(found.missing), len(found.doubled), len(found.other)
            line.ready_ms = round(1000 * max(bots.seconds_to_ready))
            again = f"make faults SEED={seed} N=1"
            assert not found.wrong, "\n".join([f"seed {seed}, again by: {again}", *found.wrong])
            assert await bots.stop() == [0] * replicas
    finally:
        await people.leave()
        ledger.close()
        line.seconds = round(time.monotonic() - began, 1)
        request.node.user_properties.append(("faults", asdict(line)))


async def _plan(url: str) -> int:
    """Prepare what was due while nobody was there: in all channels, in one of them approved; return how many posts."""
    now, uma = datetime.now(UTC), Reader(TEAM, "U0UMA", Role.ADMIN)
    long_ago, at = now - timedelta(days=SLOTS), now - timedelta(hours=1)
    database = Database(url)
    bring_up(database.engine)
    await roadmap.add(database, by=uma, title="Audit log", lane=Lane.NOW, cause="plan", now=long_ago)
    for number, name in enumerate(CHANNELS):
        channel = f"C0{name.upper()}"
        known = Channel(team_id=TEAM, channel_id=channel, name=name, is_private=False, is_shared=False, has_bot=True,
                        checked_at=now)  # fmt: skip
        await access.learn_channels(database, told=[known])
        plan = Plan(
            name=name, every="day", at=f"{at:%H:%M}", tz="UTC", channel=channel, late_hours=9999,
            approver="U0UMA" if number == 0 else None, preview_hours=0,
        )  # fmt: skip
        planned = await updates.create(database, by=uma, plan=plan, cause=f"plan {name}", now=long_ago)
        if number == 0:
            await updates.plan_runs(database, schedule=planned.schedule, now=now)
            _, runs = await updates.due_across_teams(database, now=now)
            for run in runs:
                await updates.approve(database, by=uma, number=run.number, cause=f"approve {run.number}", now=now)
    database.close()
    return SLOTS * len(CHANNELS)


def _settings(sandbox: Sandbox, url: str, folder: Path) -> dict[str, str]:
    return {
        "SLACK_API_URL": sandbox.api_url,
        "SLACK_BOT_TOKEN": sandbox.bot_token,
        "SLACK_APP_TOKEN": sandbox.app_token,
        "DATABASE_URL": url,
        "LINCHPIN_DATA_DIR": str(folder),
    }


async def _live_through(chance: Random, sandbox: Sandbox, bots: Bots, people: People, ledger: Ledger) -> None:
    """Let people work while the bot is killed again and again."""
    trouble = Trouble(sandbox, chance)
    for _ in range(KILLS):
        trouble.brew()
        await people.fill_in(1)
        await people.join_in(3)
        await people.capture(3)
        await trouble.unplug()
        victim = chance.choice(bots.running)
        await trouble.strike(people.acks, victim.kill)
        await bots.bury(victim)
        if not ledger.is_sqlite and not WAITS:
            ledger.let_leases_run_out(victim.pid)
        if chance.random() < 0.3:
            await people.capture(1)  # while it is away
        await bots.start()
        if ledger.is_sqlite:
            assert ledger.held_by_the_dead(victim.pid) == 0, "what the killed one held was not taken up at the start"


async def _settle(sandbox: Sandbox, people: People, ledger: Ledger, due: int) -> None:
    """Wait until everything that was begun has ended."""
    try:
        async with asyncio.timeout(SETTLE_SECONDS):
            await people.done()
            await sandbox.delivered()
            while ledger.waits(due):
                await asyncio.sleep(0.1)
    except TimeoutError:
        raise AssertionError(f"After {SETTLE_SECONDS:g} s still to do: {ledger.waits(due)}") from None
