"""What a plain Bolt listener loses in the same trouble: the figure beside ours in the table."""

import sqlite3
import sys
import time
from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from random import Random

import pytest

from bot.sandbox import Sandbox
from tests.faults.bots import Bots, settings_of
from tests.faults.conftest import LONG, PEER, SEEDS, Line
from tests.faults.people import People
from tests.faults.plain import FILE
from tests.faults.trouble import Moment, Trouble
from tests.waiting import until

ENDS = 5
pytestmark = [pytest.mark.faults, pytest.mark.skipif(not LONG, reason="`make faults` does it")]


@pytest.mark.parametrize("seed", SEEDS)
async def test_a_plain_listener_is_killed_as_often(
    seed: int, sandbox: Sandbox, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    line, began, chance = Line(PEER, "sqlite*1", seed), time.monotonic(), Random(seed)
    people = People(sandbox, Random(seed))
    settings = settings_of(sandbox, "sqlite://", tmp_path)
    async with Bots(tmp_path, settings, program=(sys.executable, "-m", "tests.faults.plain")) as bots:
        await bots.start()
        for _ in range(ENDS):
            await people.capture(3)
            victim = bots.running[0]
            await Trouble(sandbox).strike(Moment.drawn(chance), people.acks, victim.kill)
            await bots.bury(victim)
            await bots.start()
        await sandbox.delivered()
        before = set(people.acks.support)
        await people.capture(1)
        await sandbox.delivered()
        await until(lambda: people.acks.support - before <= _kept(tmp_path), "what nobody disturbs is kept")
        line.acked, line.kills, line.starts = len(people.acks.support), bots.ended, bots.started
        line.lost = len(people.acks.support - _kept(tmp_path))
    line.seconds = round(time.monotonic() - began, 1)
    request.node.user_properties.append(("faults", asdict(line)))
    assert line.acked > 0


def _kept(folder: Path) -> set[tuple[tuple[str, str], str]]:
    with closing(sqlite3.connect(folder / FILE)) as kept:
        rows = kept.execute("SELECT channel, ts, person FROM support").fetchall()
    return {((channel, ts), person) for channel, ts, person in rows}
