"""`command_overview`: `/roadmap` on 1,000 items and 100,000 feedback, from Enter to answer. Peer: Bolt's "ok"."""

import time
from collections.abc import AsyncIterator
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.sandbox import Sandbox
from tests.bench.figures import Row, Size, in_turns, percentile
from tests.bench.filling import filled
from tests.bench.processes import a_process, a_slack
from tests.faults.bots import settings_of
from tests.faults.people import CHANNELS
from tests.faults.story import TEAM

NAME = "command_overview"
FEEDBACK = 100_000


async def measure(size: Size) -> AsyncIterator[Row]:
    """Type the command, again and again, against both in turns."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        url = f"sqlite:///{folder / 'linchpin.db'}"
        (await filled(url, team_id=TEAM, feedback=min(FEEDBACK, size.rows[-1]))).close()
        async with a_slack() as slack, a_slack() as bare:
            mine = settings_of(slack, url, folder) | {"LINCHPIN_PORT": "0"}
            theirs = settings_of(bare, url, folder)
            async with (
                a_process("bot", "run", settings=mine),
                a_process("tests.bench.bare_bolt", settings=theirs),
            ):
                await _typed(slack, 3)
                ours, peers = await in_turns(
                    size.rounds, lambda: _typed(slack, size.times), lambda: _typed(bare, size.times)
                )
    answered, acked = [one for part in ours for one in part], [one for part in peers for one in part]
    for share in (50, 99):
        yield Row(NAME, f"p{share}", percentile(answered, share), "ms", percentile(acked, share), len(answered))


async def _typed(slack: Sandbox, times: int) -> list[float]:
    uma, took = slack.person("uma"), []
    for _ in range(times):
        began = time.perf_counter()
        await uma.command(f"C0{CHANNELS[0].upper()}", "/roadmap")
        took.append(1000 * (time.perf_counter() - began))
    return took
