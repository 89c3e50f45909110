"""The whole bot at the sandbox's door, over a real WebSocket, on each database in turn."""

import json
import logging
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from importlib.resources import files
from pathlib import Path

import pytest

from bot.app import Linchpin, Tokens
from bot.cli import _find_message
from bot.sandbox import Sandbox
from bot.services import access
from bot.services import story as stories
from bot.settings import Settings
from handlers import needs, topics
from tests.person import Message, Slack, Slacker
from tests.scenarios.slack_types import complaints
from tests.scenarios.words import AUDIT
from tests.waiting import until

STORY = json.loads(files("bot.sandbox").joinpath("story.json").read_text(encoding="utf-8"))

one_database = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""For what the store has no part in: saves the second run."""


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    """Return settings that depend on nothing around."""
    return Settings(_env_file=None, database_url=database_url, data_dir=tmp_path)


@pytest.fixture
def retry_delays() -> tuple[float, ...]:
    """Return the seconds after which Slack repeats an event that was not acknowledged."""
    return (0.0, 60.0, 300.0)


@pytest.fixture
def ack_timeout() -> float:
    """Return how many seconds Slack waits: more than its three, which a busy machine may not keep, and others test."""
    return 15.0


@pytest.fixture
async def sandbox(retry_delays: tuple[float, ...], ack_timeout: float) -> AsyncIterator[Sandbox]:
    """Run the sandbox with the story that the demo tells; at the end, everything said must be as Slack wants it."""
    opened = Sandbox(
        None,
        manifest=needs.manifest(topics.NEEDS),
        story=STORY,
        retry_delays=retry_delays,
        ack_timeout=ack_timeout,
        trigger_seconds=ack_timeout,
    )
    await opened.start()
    yield opened
    await opened.close()
    assert complaints(opened) == []


@pytest.fixture(autouse=True)
def nothing_went_wrong(request: pytest.FixtureRequest, caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Fail a scenario in which the bot logged an error, unless it breaks something on purpose (`broken`)."""
    yield
    if "broken" not in request.fixturenames:
        logged = [*caplog.get_records("setup"), *caplog.get_records("call"), *caplog.get_records("teardown")]
        assert [one.getMessage() for one in logged if one.levelno >= logging.ERROR] == []


@pytest.fixture
def broken() -> None:
    """Say that a scenario breaks something on purpose, so errors in the log are right."""


@asynccontextmanager
async def running(settings: Settings, sandbox: Sandbox, *, over_http: bool = False) -> AsyncIterator[Linchpin]:
    """Run the bot against the sandbox, over Socket Mode or over HTTP."""
    app_token, secret = (None, sandbox.signing_secret) if over_http else (sandbox.app_token, None)
    somewhere = settings.model_copy(update={"port": 0})
    tokens = Tokens(sandbox.bot_token, app_token, secret)
    bot = Linchpin(somewhere, tokens, api_url=sandbox.api_url, serve=over_http)
    try:
        await bot.start()
        if over_http:
            await sandbox.deliver_to(f"http://127.0.0.1:{bot.web_ports[0]}/slack/events")
        sandbox.on_clock_moved(bot.clock.move)
        bot.clock.move(sandbox.clock.offset)
        await until(lambda: _knows_its_way(bot), "the bot learns who and what there is")
        yield bot
    finally:
        await bot.stop()


async def _knows_its_way(bot: Linchpin) -> bool:
    last, team_id = STORY["channels"][-1]["id"], bot.house.identity.team_id
    channel, _ = await access.find_channel(bot.database, team_id=team_id, channel_id=last, now=bot.house.now())
    return channel is not None


async def tell_story(bot: Linchpin, sandbox: Sandbox) -> None:
    """Put the story's roadmap into an empty workspace."""
    await stories.tell(
        bot.database,
        team_id=bot.house.identity.team_id,
        story=STORY["roadmap"],
        now=bot.house.now(),
        find_message=lambda channel, text: _find_message(bot, sandbox, channel, text),
        told_by=bot.house.identity.user_id,
    )


@pytest.fixture
async def bot(settings: Settings, sandbox: Sandbox) -> AsyncIterator[Linchpin]:
    """Run the bot with the story's roadmap."""
    async with running(settings, sandbox) as opened:
        await tell_story(opened, sandbox)
        yield opened


@pytest.fixture
def slack(sandbox: Sandbox, bot: Linchpin) -> Slack:
    """Return Slack as the people of the story know it, with the bot in it."""
    return Slack(sandbox)


@pytest.fixture
def mina(slack: Slack) -> Slacker:
    """Return the product manager, an admin of the workspace."""
    return slack.as_("mina")


@pytest.fixture
def lee(slack: Slack) -> Slacker:
    """Return the customer success manager, a contributor."""
    return slack.as_("lee")


@pytest.fixture
def sofia(slack: Slack) -> Slacker:
    """Return the support lead, a contributor."""
    return slack.as_("sofia")


@pytest.fixture
def omar(slack: Slack) -> Slacker:
    """Return the support engineer, a contributor."""
    return slack.as_("omar")


@pytest.fixture
def noor(slack: Slack) -> Slacker:
    """Return the technical writer, a guest."""
    return slack.as_("noor")


@pytest.fixture
async def said(sofia: Slacker) -> Message:
    """Return something worth capturing and linking, in a public channel that the bot is in."""
    return await sofia.writes("#support", AUDIT)
