"""A database that answers nothing, not even that it is away, does not keep the bot from ending."""

import asyncio
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from bot.sandbox import Sandbox
from tests.faults.bots import Bots, settings_of
from tests.faults.story import plan_posts

pytestmark = pytest.mark.faults


async def test_whoever_presses_ctrl_c_again_has_waited_long_enough(
    sandbox: Sandbox, postgres_url: str, tmp_path: Path
) -> None:
    await plan_posts(postgres_url, 0)
    other = create_engine(postgres_url.replace("postgresql://", "postgresql+psycopg://"))
    async with Bots(tmp_path, settings_of(sandbox, postgres_url, tmp_path)) as bots:
        victim = await bots.start()
        with other.connect() as connection:
            connection.execute(text("LOCK TABLE intake, job, outbox IN ACCESS EXCLUSIVE MODE"))
            async with asyncio.timeout(10):
                while victim.process.returncode is None:  # two at once would be taken for one
                    victim.stop()
                    await asyncio.sleep(0.2)
        await bots.bury(victim, 130)
        assert "it goes on at the next start" in bots.log.read_text()
    other.dispose()
