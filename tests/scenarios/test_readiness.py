"""`/readyz` says that the bot can work, or why it cannot."""

import asyncio
import threading
from pathlib import Path

from sqlalchemy import text

from bot.app import Linchpin
from storage.database import Session
from storage.engine import READERS
from tests.scenarios.conftest import one_database
from tests.waiting import until


async def test_a_bot_that_can_work_is_ready_until_a_part_of_it_stops(bot: Linchpin) -> None:
    assert await bot.not_ready() is None
    *_, jobs = bot._started
    await jobs.stop()
    assert await bot.not_ready() == "Jobs stopped working; restart Linchpin"


async def test_a_database_that_does_not_answer_in_time_is_away(bot: Linchpin) -> None:
    started, go_on = [], threading.Event()

    def wait(_: Session) -> None:
        started.append(True)
        go_on.wait()

    readers = [asyncio.ensure_future(bot.database.read(wait)) for _ in range(READERS)]
    await until(lambda: len(started) == READERS, "every reader is busy")
    why = await bot.not_ready()
    go_on.set()
    await asyncio.gather(*readers)
    assert why == "the database is away"


@one_database
async def test_a_database_whose_file_was_moved_is_not_ready(bot: Linchpin, tmp_path: Path) -> None:
    path, moved = tmp_path / "linchpin.db", tmp_path / "elsewhere.db"
    path.rename(moved)
    why = await bot.not_ready()
    moved.rename(path)
    assert why == "the database file was moved or replaced; put the right one there and restart Linchpin"
    assert await bot.not_ready() is None


async def test_a_database_of_another_version_is_not_ready(bot: Linchpin) -> None:
    renumber = text("UPDATE alembic_version SET version_num = '9999'")
    await bot.database.write(lambda session: session.connection().execute(renumber))
    assert await bot.not_ready() == "the database is at another version"
    back = text("UPDATE alembic_version SET version_num = '0001'")
    await bot.database.write(lambda session: session.connection().execute(back))
