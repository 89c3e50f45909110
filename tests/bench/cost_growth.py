"""`cost_growth`: what a capture by reaction computes with many rows in the database. Peer: the same with few."""

from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path
from random import Random
from statistics import median
from tempfile import TemporaryDirectory

from sqlalchemy import TextClause, text
from sqlmodel import Session

from storage.database import Database
from tests.bench.figures import Row, Size, in_turns
from tests.bench.filling import filled, some_words
from tests.bench.processes import a_process, a_slack, cpu_seconds
from tests.faults.bots import settings_of
from tests.faults.people import CHANNELS
from tests.faults.story import TEAM
from tests.waiting import until

NAME = "cost_growth"
FEW = 1000
AT_ONCE = 20
"""Reactions that wait to be captured at a time."""
_OPEN = text("SELECT count(*) FROM intake WHERE status = 'open'")
_ALL = text("SELECT count(*) FROM feedback")


async def measure(size: Size) -> AsyncIterator[Row]:
    """Let people react to messages that nobody has captured yet, on both databases in turns."""
    many = size.rows[-1]
    with TemporaryDirectory() as name:
        urls = {rows: f"sqlite:///{Path(name) / f'{rows}.db'}" for rows in {min(FEW, many), many}}
        for rows, url in urls.items():
            (await filled(url, team_id=TEAM, feedback=rows)).close()
        large, small = await in_turns(
            size.rounds,
            lambda: _cost(urls[many], Path(name), size.times),
            lambda: _cost(urls[min(FEW, many)], Path(name), size.times),
        )
    yield Row(NAME, "cpu_ms", median(large), "ms", median(small), size.times * size.rounds)


async def _cost(url: str, folder: Path, times: int) -> float:
    """Return the milliseconds that the process computes for one captured reaction, answer and card included."""
    async with a_slack() as slack:
        uma = slack.person("uma")
        chance = Random(times)
        said = [
            await uma.post(f"C0{CHANNELS[n % len(CHANNELS)].upper()}", some_words(chance, 12)) for n in range(times)
        ]
        settings = settings_of(slack, url, folder) | {"LINCHPIN_PORT": "0"}
        async with a_process("bot", "run", settings=settings) as (pid, _, _):
            watching = Database(url, read_only=True)
            before = await _count(watching, _ALL)
            began = cpu_seconds(pid)
            for start in range(0, times, AT_ONCE):
                some = said[start : start + AT_ONCE]
                for message in some:
                    await uma.react(message.channel, message.ts, "bulb")
                await slack.delivered()
                await until(partial(_all_done, watching, before + start + len(some)), "every reaction is captured")
            cost = 1000 * (cpu_seconds(pid) - began) / times
            watching.close()
    return cost


async def _all_done(watching: Database, feedback: int) -> bool:
    return await _count(watching, _ALL) >= feedback and await _count(watching, _OPEN) == 0


async def _count(database: Database, query: TextClause) -> int:
    def ask(session: Session) -> int:
        return int(session.connection().execute(query).scalar_one())

    return await database.read(ask)
