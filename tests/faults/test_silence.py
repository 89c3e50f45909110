"""Slack's Web API is away while its events still come: what was acked takes effect when it is back, by itself."""

import asyncio
from pathlib import Path
from random import Random

import pytest

from bot.sandbox import Sandbox
from bot.sandbox.faults import Fault
from tests.faults.bots import Bots, settings_of
from tests.faults.conftest import LONG
from tests.faults.ledger import Ledger, settle
from tests.faults.people import People
from tests.faults.story import plan_posts

SILENT_SECONDS = 45.0 if LONG else 3.0
"""Longer than the first five tries of an event."""
pytestmark = pytest.mark.faults


async def test_what_was_acked_while_slack_was_silent_takes_effect_afterwards(
    sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = f"sqlite:///{tmp_path / 'linchpin.db'}"
    due, ledger, people = await plan_posts(url, 1), Ledger(url), People(sandbox, Random(1))
    async with Bots(tmp_path, settings_of(sandbox, url, tmp_path)) as bots:
        await bots.start()
        with monkeypatch.context() as silent:
            silent.setattr(sandbox.faults, "take", lambda _: Fault("status", status=503))
            await people.capture(2)
            await people.done()
            await sandbox.delivered()
            await asyncio.sleep(SILENT_SECONDS)
        await settle(sandbox, people, ledger, due)
        assert ledger.check(sandbox, people, due).wrong == []
        assert await bots.stop() == [0]
    ledger.close()
