"""`start_ready`: from the command to connected. `memory_rest`: what the process then holds. Peer: Bolt alone."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from storage.database import Database
from storage.migrations import bring_up
from tests.bench.figures import Row, Size, beside, in_turns
from tests.bench.processes import a_process, a_slack, megabytes
from tests.faults.bots import settings_of

REST_SECONDS = 2.0
STARTS = 5


async def measure(size: Size) -> AsyncIterator[Row]:
    """Start both in turns, on a database that is up to date."""
    async with a_slack() as slack, _folder() as folder:
        url = f"sqlite:///{folder / 'linchpin.db'}"
        database = Database(url)
        bring_up(database.engine)
        database.close()
        settings = settings_of(slack, url, folder) | {"LINCHPIN_PORT": "0"}

        async def started(module: str, *args: str) -> tuple[float, float]:
            async with a_process(module, *args, settings=settings) as (pid, seconds, _):
                await asyncio.sleep(REST_SECONDS if size.rounds > 1 else 0)
                return 1000 * seconds, megabytes(pid)

        rounds = STARTS if size.rounds > 1 else 1
        ours, peers = await in_turns(rounds, lambda: started("bot", "run"), lambda: started("tests.bench.bare_bolt"))
        yield beside("start_ready", "ms", "ms", [one[0] for one in ours], [one[0] for one in peers], n=rounds)
        yield beside("memory_rest", "rss", "MB", [one[1] for one in ours], [one[1] for one in peers], n=rounds)


@asynccontextmanager
async def _folder() -> AsyncIterator[Path]:
    with TemporaryDirectory() as name:
        yield Path(name)
