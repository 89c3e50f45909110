"""The real bot as processes of its own: started, killed, stopped."""

import asyncio
import os
import re
import signal
import sys
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import bot
from bot.sandbox import Sandbox
from bot.sandbox.http_delivery import UnverifiedUrlError
from tests.faults.armed import Orders

CHECKOUT = Path(bot.__file__).parents[1]
READY = b"Linchpin is connected to"
PROGRAM = (sys.executable, "-m", "bot", "run")
START_SECONDS = 60.0
STOP_SECONDS = 30.0
"""Longer than a bot gives itself."""


@dataclass(eq=False)
class Bot:
    """One process."""

    process: asyncio.subprocess.Process
    seconds_to_ready: float

    @property
    def pid(self) -> int:
        """Return its process id, which is part of the name under which it claims rows."""
        return self.process.pid

    def kill(self) -> None:
        """End it at once, as a power cut does."""
        self.signal(signal.SIGKILL)

    def stop(self) -> None:
        """Ask it to stop, as a supervisor does."""
        self.signal(signal.SIGTERM)

    def signal(self, number: signal.Signals) -> None:
        """Send it a signal, unless it has ended."""
        if self.process.returncode is None:
            with suppress(ProcessLookupError):  # the loop may not have heard yet
                os.killpg(self.pid, number)

    async def gone(self) -> int:
        """Wait until it has ended, and return its exit code."""
        assert self.process.stdout is not None
        async with asyncio.timeout(STOP_SECONDS):
            await self.process.stdout.read()  # to its end, so that the pipe is closed
            return await self.process.wait()


Visit = Callable[[str], Awaitable[None]]
"""Lets Slack know at which address a bot takes in what Slack posts."""


class Bots:
    """All processes on one database; `visit` where they work over HTTP."""

    def __init__(
        self, folder: Path, settings: Mapping[str, str], *, visit: Visit | None = None, program: Sequence[str] = PROGRAM
    ) -> None:
        self._program = program
        self._folder = folder
        self._settings = settings
        self._visit = visit
        self.running: list[Bot] = []
        self.started = self.ended = 0
        self.seconds_to_ready: list[float] = []

    @property
    def log(self) -> Path:
        """Return the file with what all of them logged."""
        return self._folder / "bots.log"

    async def start(self, orders: Orders | None = None) -> Bot:
        """Start one and wait until it is connected; one that is ordered to die may not come so far."""
        began = time.monotonic()
        with self.log.open("ab") as log:
            process = await asyncio.create_subprocess_exec(
                *(orders.command if orders is not None else self._program),
                env={"PATH": os.environ["PATH"], "PYTHONPATH": str(CHECKOUT), "LINCHPIN_PORT": "0", **self._settings},
                cwd=self._folder,
                stdout=asyncio.subprocess.PIPE,
                stderr=log,
                start_new_session=True,
            )
        started = Bot(process, 0.0)
        self.started += 1
        self.running.append(started)
        assert process.stdout is not None
        async with asyncio.timeout(START_SECONDS):
            line = await process.stdout.readline()
        if not line and orders is not None and orders.die is not None:
            return started
        assert line.startswith(READY), f"the bot did not start: {line!r}\n{self.log.read_text()[-3000:]}"
        started.seconds_to_ready = time.monotonic() - began
        self.seconds_to_ready.append(started.seconds_to_ready)
        if self._visit is not None:
            await self._be_visited(started, line.decode(), self._visit)
        return started

    async def _be_visited(self, started: Bot, line: str, visit: Visit) -> None:
        try:
            await visit(f"http://127.0.0.1:{re.findall(r'port ([0-9]+)', line)[0]}/slack/events")
        except UnverifiedUrlError:
            assert started.process.stdout is not None
            assert started.process.stdout.at_eof() or await started.gone() == -signal.SIGKILL

    async def bury(self, victim: Bot, *codes: int) -> None:
        """Wait for the end of one that was killed, or told to stop: then with one of these exit codes."""
        assert await victim.gone() in (codes or (-signal.SIGKILL,)), self.log.read_text()[-3000:]
        self.running.remove(victim)
        self.ended += 1

    async def stop(self) -> list[int]:
        """Ask all to stop, and return their exit codes."""
        for one in self.running:
            one.stop()
        codes = [await one.gone() for one in self.running]
        self.running.clear()
        return codes

    async def __aenter__(self) -> "Bots":
        return self

    async def __aexit__(self, *_: Any) -> None:
        for one in self.running:
            one.kill()
            await one.gone()


def settings_of(sandbox: Sandbox, database_url: str, folder: Path, *, http: bool = False) -> dict[str, str]:
    """Return the settings with which a bot works in a sandbox, over Socket Mode or over HTTP."""
    door = {"SLACK_SIGNING_SECRET": sandbox.signing_secret} if http else {"SLACK_APP_TOKEN": sandbox.app_token}
    return {
        **door,
        "SLACK_API_URL": sandbox.api_url,
        "SLACK_BOT_TOKEN": sandbox.bot_token,
        "DATABASE_URL": database_url,
        "LINCHPIN_DATA_DIR": str(folder),
    }
