"""The whole bot at the sandbox's door, over a real WebSocket, on each database in turn."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.resources import files
from pathlib import Path

import pytest

from bot.app import Linchpin, Tokens
from bot.cli import _find_message
from bot.sandbox import Sandbox
from bot.services import story as stories
from bot.settings import Settings
from handlers import needs, topics
from tests.person import Slack

STORY = json.loads(files("bot.sandbox").joinpath("story.json").read_text(encoding="utf-8"))


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    """Return settings that depend on nothing around."""
    return Settings(_env_file=None, database_url=database_url, data_dir=tmp_path)  # type: ignore[call-arg]


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    """Run the sandbox with the story that the demo tells."""
    opened = Sandbox(None, manifest=needs.manifest(topics.NEEDS), story=STORY)
    await opened.start()
    yield opened
    await opened.close()


@asynccontextmanager
async def running(settings: Settings, sandbox: Sandbox) -> AsyncIterator[Linchpin]:
    """Run the bot against the sandbox."""
    bot = Linchpin(settings, Tokens(sandbox.bot_token, sandbox.app_token), api_url=sandbox.api_url, serve=False)
    try:
        await bot.start()
        sandbox.on_clock_moved(bot.calendar.move)
        bot.calendar.move(sandbox.clock.offset)
        yield bot
    finally:
        await bot.stop()


@pytest.fixture
async def bot(settings: Settings, sandbox: Sandbox) -> AsyncIterator[Linchpin]:
    """Run the bot with the story's roadmap."""
    async with running(settings, sandbox) as opened:
        await stories.tell(
            opened.database,
            team_id=opened.house.identity.team_id,
            story=STORY["roadmap"],
            now=opened.house.now(),
            find_message=lambda channel, text: _find_message(opened, sandbox, channel, text),
            told_by=opened.house.identity.user_id,
        )
        yield opened


@pytest.fixture
def slack(sandbox: Sandbox, bot: Linchpin) -> Slack:
    """Return Slack as the people of the story know it, with the bot in it."""
    return Slack(sandbox)
