"""The real bot as processes of its own: started, killed, stopped."""

import asyncio
import os
import signal
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import bot
from bot.sandbox import Sandbox

CHECKOUT = Path(bot.__file__).parents[1]
READY = b"Linchpin is connected to"
START_SECONDS = 60.0
STOP_SECONDS = 20.0


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
        if self.process.returncode is None:
            os.killpg(self.pid, signal.SIGKILL)

    async def gone(self) -> int:
        """Wait until it has ended, and return its exit code."""
        assert self.process.stdout is not None
        async with asyncio.timeout(STOP_SECONDS):
            await self.process.stdout.read()  # to its end, so that the pipe is closed
            return await self.process.wait()


class Bots:
    """All processes on one database."""

    def __init__(self, folder: Path, settings: Mapping[str, str]) -> None:
        self._folder = folder
        self._settings = settings
        self.running: list[Bot] = []
        self.killed = 0
        self.seconds_to_ready: list[float] = []

    @property
    def log(self) -> Path:
        """Return the file with what all of them logged."""
        return self._folder / "bots.log"

    async def start(self) -> Bot:
        """Start one and wait until it is connected."""
        began = time.monotonic()
        with self.log.open("ab") as log:
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "bot", "run"),
                env={"PATH": os.environ["PATH"], "PYTHONPATH": str(CHECKOUT), "LINCHPIN_PORT": "0", **self._settings},
                cwd=self._folder,
                stdout=asyncio.subprocess.PIPE,
                stderr=log,
                start_new_session=True,
            )
        started = Bot(process, 0.0)
        self.running.append(started)
        assert process.stdout is not None
        async with asyncio.timeout(START_SECONDS):
            line = await process.stdout.readline()
        assert line.startswith(READY), f"the bot did not start: {line!r}\n{self.log.read_text()[-3000:]}"
        started.seconds_to_ready = time.monotonic() - began
        self.seconds_to_ready.append(started.seconds_to_ready)
        return started

    async def bury(self, victim: Bot) -> None:
        """Wait for the end of one that was killed."""
        assert await victim.gone() == -signal.SIGKILL
        self.running.remove(victim)
        self.killed += 1

    async def stop(self) -> list[int]:
        """Ask all to stop, and return their exit codes."""
        for one in self.running:
            one.process.send_signal(signal.SIGTERM)
        codes = [await one.gone() for one in self.running]
        self.running.clear()
        return codes

    async def __aenter__(self) -> "Bots":
        return self

    async def __aexit__(self, *_: Any) -> None:
        for one in self.running:
            one.kill()
            await one.gone()


def settings_of(sandbox: Sandbox, database_url: str, folder: Path) -> dict[str, str]:
    """Return the settings with which a bot works in a sandbox."""
    return {
        "SLACK_API_URL": sandbox.api_url,
        "SLACK_BOT_TOKEN": sandbox.bot_token,
        "SLACK_APP_TOKEN": sandbox.app_token,
        "DATABASE_URL": database_url,
        "LINCHPIN_DATA_DIR": str(folder),
    }
