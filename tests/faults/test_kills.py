"""Nothing acked is lost and nothing is posted twice, however often the bot is killed or told to stop."""

import asyncio
import signal
import time
from dataclasses import asdict
from pathlib import Path
from random import Random

import pytest

from bot.sandbox import Sandbox
from tests.faults.bots import Bots, settings_of
from tests.faults.conftest import LONG, SEEDS, WAITS, Line
from tests.faults.ledger import Ledger, settle
from tests.faults.people import People
from tests.faults.story import plan_posts
from tests.faults.trouble import Trouble

ENDS = 5 if LONG else 2
"""How often a bot ends in a run."""
SLOTS = 4 if LONG else 1
"""Posts due in each channel when the bot starts."""
MANY_SLOTS = 50
"""For four replicas: 300 posts in all."""
RUNS = [("postgresql", 2, "socket"), ("sqlite", 1, "socket"), ("postgresql", 1, "socket"), ("sqlite", 1, "http"),
        ("postgresql", 1, "http"), ("postgresql", 4, "socket")]  # fmt: skip
pytestmark = pytest.mark.faults


@pytest.mark.timeout(600 if LONG else 120)
@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(("engine", "replicas", "door"), RUNS if LONG else RUNS[:1])
async def test_nothing_acked_is_lost_and_nothing_is_posted_twice(
    engine: str, replicas: int, door: str, seed: int, sandbox: Sandbox, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    url = f"sqlite:///{tmp_path / 'linchpin.db'}"
    if engine == "postgresql":
        url = request.getfixturevalue("postgres_url")
    due = await plan_posts(url, MANY_SLOTS if replicas == 4 else SLOTS)
    line, began = Line(f"kills/{door}", f"{engine}*{replicas}", seed), time.monotonic()
    chance, ledger = Random(seed), Ledger(url)
    people = People(sandbox, chance)
    settings = settings_of(sandbox, url, tmp_path, http=door == "http")
    try:
        async with Bots(tmp_path, settings, visit=people.acks.visit if door == "http" else None) as bots:
            for _ in range(replicas):
                await bots.start()
            await _live_through(chance, sandbox, bots, people, ledger)
            await settle(sandbox, people, ledger, due)
            found = ledger.check(sandbox, people, due)
            line.fill_in(bots, found)
            again = f"make faults SEED={seed} N=1"
            assert not found.wrong, "\n".join([f"seed {seed}, again by: {again}", *found.wrong])
            assert await bots.stop() == [0] * replicas
    finally:
        await people.leave()
        ledger.close()
        line.seconds = round(time.monotonic() - began, 1)
        request.node.user_properties.append(("faults", asdict(line)))


async def _live_through(chance: Random, sandbox: Sandbox, bots: Bots, people: People, ledger: Ledger) -> None:
    """Let people work while the bot is killed again and again."""
    trouble = Trouble(sandbox, chance)
    for _ in range(ENDS):
        trouble.brew()
        await people.fill_in(1)
        await people.decide()
        await people.join_in(3)
        await people.capture(3)
        await trouble.unplug()
        victim, politely = chance.choice(bots.running), chance.random() < 0.25
        await trouble.strike(people.acks, victim.stop if politely else victim.kill)
        await bots.bury(victim, code=0 if politely else -signal.SIGKILL)
        if not ledger.is_sqlite and not WAITS:
            await asyncio.to_thread(ledger.let_leases_run_out, victim.pid)  # it may wait for a lock
        if chance.random() < 0.3:
            await people.capture(1)  # while it is away
        await bots.start()
        if ledger.is_sqlite:
            assert ledger.held_by_the_dead(victim.pid) == 0, "what the killed one held was not taken up at the start"
