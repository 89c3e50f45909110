"""`linchpin run` over HTTP: a process of its own that is stopped, or killed."""

import asyncio
import os
import re
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest

from bot.sandbox import Sandbox
from handlers import needs, topics
from tests.person import Slack
from tests.scenarios.conftest import STORY

Process = asyncio.subprocess.Process


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    """Run the sandbox with the demo's story."""
    described = needs.manifest(topics.NEEDS, http_url="https://linchpin.example")
    async with Sandbox(None, manifest=described, story=STORY) as opened:
        yield opened


@asynccontextmanager
async def running(sandbox: Sandbox, folder: Path) -> AsyncIterator[tuple[Process, int]]:
    """Start the bot over HTTP and let Slack deliver to it; yield the process and its port."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "run"),
        env={
            "PATH": os.environ["PATH"], "PYTHONPATH": str(Path(__file__).parents[2]), "LINCHPIN_PORT": "0",
            "LINCHPIN_DATA_DIR": str(folder), "SLACK_BOT_TOKEN": sandbox.bot_token,
            "SLACK_SIGNING_SECRET": sandbox.signing_secret, "SLACK_API_URL": sandbox.api_url,
        },
        cwd=folder, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    try:
        assert process.stdout is not None
        line = (await process.stdout.readline()).decode()
        found = re.search(r"over HTTP, /slack/events at 127\.0\.0\.1 port (\d+)\.$", line)
        assert found, line or (await process.communicate())[1].decode()
        await sandbox.deliver_to(f"http://127.0.0.1:{found[1]}/slack/events")
        yield process, int(found[1])
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


async def test_it_answers_is_ready_and_stops_when_it_is_told_to(sandbox: Sandbox, tmp_path: Path) -> None:
    async with running(sandbox, tmp_path) as (process, port):
        async with aiohttp.ClientSession() as session, session.get(f"http://127.0.0.1:{port}/readyz") as ready:
            assert (ready.status, await ready.json()) == (200, {"status": "ready"})
        reply = await Slack(sandbox).as_("mina").types("#product", "/roadmap help")
        assert "/roadmap" in reply.text
        process.send_signal(signal.SIGTERM)
        async with asyncio.timeout(10):
            _, err = await process.communicate()
        assert process.returncode == 0
        assert "Traceback" not in err.decode()
        assert sandbox.signing_secret not in err.decode()


async def test_what_it_acked_just_before_it_is_killed_is_done_by_the_next(sandbox: Sandbox, tmp_path: Path) -> None:
    slack = Slack(sandbox)
    mina = slack.as_("mina")
    async with running(sandbox, tmp_path) as (process, _):
        said = await mina.writes("#product", "Initech asks for SSO on all plans, again.")
        await mina.reacts(said, "bulb")
        await slack.settled()
        process.kill()
    async with running(sandbox, tmp_path):
        await mina.sees("#product", containing="waiting for triage", thread=said)
