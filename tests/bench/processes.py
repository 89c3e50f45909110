"""The peer, and what a process costs."""

import asyncio
import os
import sys
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

from bot.sandbox import Sandbox
from handlers import needs, topics
from tests.faults.bots import CHECKOUT
from tests.faults.story import STORY

READY_SECONDS = 60.0


@asynccontextmanager
async def a_slack() -> AsyncIterator[Sandbox]:
    """Run a Slack that holds nobody up."""
    # What is said before a bot is there is not told again, or waiting for all to be delivered would take minutes.
    sandbox = Sandbox(
        None, manifest=needs.manifest(topics.NEEDS), story=STORY, post_interval=0.0, retry_delays=(), ack_timeout=15.0
    )
    await sandbox.start()
    try:
        yield sandbox
    finally:
        await sandbox.close()


@asynccontextmanager
async def a_process(module: str, *args: str, settings: Mapping[str, str]) -> AsyncIterator[tuple[int, float, str]]:
    """Run `python -m module`; give its process id, the seconds until its first line, and that line."""
    began = time.monotonic()
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", module, *args),
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(CHECKOUT), **settings},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    assert process.stdout is not None
    try:
        async with asyncio.timeout(READY_SECONDS):
            line = (await process.stdout.readline()).decode().strip()
        assert line, f"{module} did not start"
        yield process.pid, time.monotonic() - began, line
    finally:
        process.terminate()
        await process.stdout.read()
        await process.wait()


def cpu_seconds(pid: int) -> float:
    """Return what a process has computed so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def megabytes(pid: int) -> float:
    """Return the memory that a process holds (RSS)."""
    status = Path(f"/proc/{pid}/status").read_text().splitlines()
    return int(next(line for line in status if line.startswith("VmRSS")).split()[1]) / 1024
