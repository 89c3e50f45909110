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
from tests.faults.trouble import Blow, Trouble, plan_of

ENDS = 5 if LONG else 2
"""How often a bot ends in a run."""
LEAST = 4
"""Reactions around each end; there are more, as chance and the trouble will have it."""
SLOTS = 4 if LONG else 2
"""Posts due in each channel when the bot starts."""
CODES = {"kill": (-signal.SIGKILL,), "stop": (0,), "stop twice": (0, 130)}
"""With which a bot ends; told to stop once more, it may have ended well already."""
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
    plan = plan_of(seed, f"{line.what} {line.database}", ends=ENDS, replicas=replicas)
    ledger, people = Ledger(url), People(sandbox, Random(seed))
    settings = settings_of(sandbox, url, tmp_path, http=door == "http")
    try:
        async with Bots(tmp_path, settings, visit=people.acks.visit if door == "http" else None) as bots:
            for _ in range(replicas):
                await bots.start()
            await _live_through(plan, sandbox, bots, people, ledger)
            assert len(people.acks.support) >= LEAST * ENDS, "too little was done to lose any of it"
            line.stops = sum(blow.ending != "kill" for blow in plan)
            await settle(sandbox, people, ledger, due)
            found = ledger.check(sandbox, people, due)
            line.fill_in(bots, found)
            again = f"make faults SEED={seed} N=1"
            assert not found.wrong, "\n".join([f"seed {seed}, again by: {again}", *map(str, plan), *found.wrong])
            assert await bots.stop() == [0] * replicas
    finally:
        await people.leave()
        ledger.close()
        line.seconds = round(time.monotonic() - began, 1)
        request.node.user_properties.append(("faults", asdict(line)))


async def _live_through(plan: list[Blow], sandbox: Sandbox, bots: Bots, people: People, ledger: Ledger) -> None:
    """Let people work while a bot ends again and again."""
    trouble = Trouble(sandbox)
    for blow in plan:
        trouble.brew(blow)
        await people.fill_in(1)
        await people.decide()
        await people.join_in(3)
        await people.capture(3)
        await trouble.unplug(blow)
        victim = bots.running[blow.victim]
        await trouble.strike(blow.moment, people.acks, victim.kill if blow.ending == "kill" else victim.stop)
        if blow.ending == "stop twice":
            await asyncio.sleep(blow.again)  # the moment is the fault
            victim.stop()
        await bots.bury(victim, *CODES[blow.ending])
        if not ledger.is_sqlite and not WAITS:
            await asyncio.to_thread(ledger.let_leases_run_out, victim.pid)  # it may wait for a lock
        if blow.away:
            await people.capture(1)  # while it is away
        await bots.start()
        if ledger.is_sqlite:
            assert ledger.held_by_the_dead(victim.pid) == 0, "what the killed one held was not taken up at the start"
