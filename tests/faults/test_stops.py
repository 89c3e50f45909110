"""However often a bot is told to stop, it ends by its own hand, and its exit code says so."""

import asyncio
from pathlib import Path

import pytest

from bot.sandbox import Sandbox
from tests.faults.bots import Bots, settings_of

OFTEN = 4
"""Bots, each told again and again until it has ended: the bad moments last for milliseconds at most."""
pytestmark = pytest.mark.faults


@pytest.mark.parametrize("pause", [0.0, 0.002, 0.01])
async def test_no_moment_is_bad_for_being_told_again(sandbox: Sandbox, tmp_path: Path, pause: float) -> None:
    url = f"sqlite:///{tmp_path / 'linchpin.db'}"
    async with Bots(tmp_path, settings_of(sandbox, url, tmp_path)) as bots:
        for _ in range(OFTEN):
            victim = await bots.start()
            ended = asyncio.create_task(bots.bury(victim, 0, 130))
            while not ended.done():
                victim.stop()
                await asyncio.sleep(pause)  # the moment is the fault
            await ended
