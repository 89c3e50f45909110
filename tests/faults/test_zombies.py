"""A bot that was frozen for longer than its leases last comes back as one whose work others have done."""

import asyncio
import os
import signal
import time
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path
from random import Random

import pytest

from bot.sandbox import Sandbox
from tests.faults.armed import Orders
from tests.faults.bots import Bot, Bots, settings_of
from tests.faults.conftest import LONG, SEEDS, Line
from tests.faults.ledger import Ledger, settle
from tests.faults.people import People
from tests.faults.story import plan_posts
from tests.faults.trouble import Moment, Trouble

LEASE_SECONDS = 30.0 if LONG else 5.0
SLOTS = 2 if LONG else 1
"""Posts due in each channel when the bot starts."""
SLEEPS = 2 if LONG else 0
"""At random moments; the first is always with posts in hand."""
CLAIM = "outbox.sender.Outbox._claim"
BOTS = [("sqlite", 1), ("postgresql", 2), ("postgresql", 4)]
pytestmark = pytest.mark.faults


@pytest.mark.timeout(600 if LONG else 120)
@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(("engine", "replicas"), BOTS if LONG else BOTS[1:2])
async def test_one_that_slept_longer_than_its_lease_posts_nothing_twice(
    engine: str, replicas: int, seed: int, sandbox: Sandbox, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    url = f"sqlite:///{tmp_path / 'linchpin.db'}"
    if engine == "postgresql":
        url = request.getfixturevalue("postgres_url")
    due, line, began = await plan_posts(url, SLOTS), Line("sleeps", f"{engine}*{replicas}", seed), time.monotonic()
    chance, ledger = Random(seed), Ledger(url)
    people = People(sandbox, Random(seed))
    try:
        async with Bots(tmp_path, settings_of(sandbox, url, tmp_path)) as bots:
            sign = tmp_path / "freeze"
            await bots.start(Orders(die=CLAIM, after=True, freeze=True, lease_seconds=LEASE_SECONDS, sign=str(sign)))
            sign.touch()
            for _ in range(1, replicas):
                await bots.start(Orders(lease_seconds=LEASE_SECONDS))
            await people.capture(1)
            await _sleep_on(bots.running[0])
            for _ in range(SLEEPS):
                await people.capture(2)
                sleeper = chance.choice(bots.running)
                await Trouble(sandbox).strike(
                    Moment.drawn(chance), people.acks, partial(sleeper.signal, signal.SIGSTOP)
                )
                await people.capture(2)
                await _sleep_on(sleeper)
            await settle(sandbox, people, ledger, due)
            assert await bots.stop() == [0] * replicas  # with all that the sleepers had begun
            found = ledger.check(sandbox, people, due)
            line.fill_in(bots, found)
            assert not found.wrong, "\n".join([f"seed {seed}, again by: make faults SEED={seed} N=1", *found.wrong])
    finally:
        await people.leave()
        ledger.close()
        line.seconds = round(time.monotonic() - began, 1)
        request.node.user_properties.append(("faults", asdict(line)))


async def test_one_that_fell_asleep_with_a_post_at_the_wire_posts_nothing_twice(
    sandbox: Sandbox, postgres_url: str, tmp_path: Path
) -> None:
    due, ledger, people = await plan_posts(postgres_url, 1), Ledger(postgres_url), People(sandbox, Random(1))
    short = Orders(lease_seconds=LEASE_SECONDS)
    async with Bots(tmp_path, settings_of(sandbox, postgres_url, tmp_path)) as bots:
        sleeper = await bots.start(replace(short, wire="chat.postMessage"))
        await bots.start(short)
        await asyncio.to_thread(os.waitid, os.P_PID, sleeper.pid, os.WSTOPPED | os.WNOWAIT)
        await _sleep_on(sleeper)
        await settle(sandbox, people, ledger, due)
        assert await bots.stop() == [0, 0]
        assert ledger.check(sandbox, people, due).wrong == []
    ledger.close()


async def _sleep_on(sleeper: Bot) -> None:
    """Let one that is frozen sleep until its leases are over: the time itself is the fault."""
    await asyncio.sleep(LEASE_SECONDS + 2.0)
    sleeper.signal(signal.SIGCONT)
