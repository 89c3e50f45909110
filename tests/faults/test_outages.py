"""While the database is stopped, locked or full, nothing is acked that is not kept; then all goes on by itself."""

import asyncio
import os
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path
from random import Random

import pytest

from bot.sandbox import Sandbox
from tests.faults.armed import Orders
from tests.faults.bots import Bots, settings_of
from tests.faults.conftest import LONG
from tests.faults.ledger import Ledger, settle
from tests.faults.people import People
from tests.faults.story import plan_posts
from tests.postgres import stopped

LOCKED_SECONDS = 10.0 if LONG else 2.5
"""Longer than the bot waits for a lock."""
pytestmark = pytest.mark.faults


@pytest.fixture
def ack_timeout() -> float:
    """Return how many seconds Slack waits for an ack: as many as it does, so that a refusal comes in time."""
    return 3.0


async def test_while_postgresql_is_stopped_nothing_is_acked(
    sandbox: Sandbox, postgres_url: str, tmp_path: Path
) -> None:
    if os.environ.get("TEST_DATABASE_URL"):
        pytest.skip("the server of TEST_DATABASE_URL is not ours to stop")
    async with _at_work(sandbox, postgres_url, tmp_path) as people:
        with stopped(postgres_url):
            before = set(people.acks.support)
            await people.capture(1)
            await people.fill_in(1)
            said = await people.decide()
        assert said == "The database cannot be reached, so that was not saved. Please try again in a minute."
        assert people.acks.support == before


async def test_while_sqlite_is_locked_nothing_is_acked(sandbox: Sandbox, tmp_path: Path) -> None:
    path = tmp_path / "linchpin.db"
    async with _at_work(sandbox, f"sqlite:///{path}", tmp_path) as people:
        with closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            before, locked = set(people.acks.support), asyncio.create_task(asyncio.sleep(LOCKED_SECONDS))
            await people.capture(1)
            await people.fill_in(1)
            said = await people.decide()
            await locked
            acked = people.acks.support - before
        assert "not saved" in said
        assert acked == set()


async def test_while_the_disk_is_full_nobody_is_told_that_it_was_saved(sandbox: Sandbox, tmp_path: Path) -> None:
    sign, path = tmp_path / "full", tmp_path / "linchpin.db"
    async with _at_work(sandbox, f"sqlite:///{path}", tmp_path, Orders(full=True, sign=str(sign))) as people:
        sign.touch()
        async with asyncio.timeout(30):
            while "full" not in (said := await people.decide()):
                pass  # what is left of the last pages is used up first
        await people.fill_in(1)
        await people.capture(1)
        sign.unlink()
        assert said == "The disk of the Linchpin server is full, so that was not saved. Make room, or tell an admin."
    with closing(sqlite3.connect(path)) as looked_at:
        assert looked_at.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


async def test_what_was_stored_more_than_five_minutes_ago_is_still_handled(sandbox: Sandbox, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'linchpin.db'}"
    due, ledger, people = await plan_posts(url, 0), Ledger(url), People(sandbox, Random(1))
    async with Bots(tmp_path, settings_of(sandbox, url, tmp_path)) as bots:
        victim = await bots.start(Orders(die="intake.keeping.Keeping._write", after=True))
        await people.capture(1)
        await bots.bury(victim)
        assert ledger.age(seconds=6 * 60) > 0, "nothing was stored"
        await bots.start()
        await settle(sandbox, people, ledger, due)
    assert ledger.check(sandbox, people, due).wrong == []
    ledger.close()


@asynccontextmanager
async def _at_work(sandbox: Sandbox, url: str, folder: Path, orders: Orders | None = None) -> AsyncIterator[People]:
    """Run the bot, yield people who have captured something, and see that all is well in the end, without a restart."""
    due, ledger, people = await plan_posts(url, 1), Ledger(url), People(sandbox, Random(1))
    try:
        async with Bots(folder, settings_of(sandbox, url, folder)) as bots:
            await bots.start(orders)
            await people.capture(1)
            await settle(sandbox, people, ledger, due)
            yield people
            await settle(sandbox, people, ledger, due)
            found = ledger.check(sandbox, people, due)
            assert found.wrong == []
            assert await bots.stop() == [0]
    finally:
        await people.leave()
        ledger.close()
