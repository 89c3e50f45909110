"""A sandbox for every test, and an unmodified Bolt app that connects to it."""

import copy
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox import Sandbox
from tests.person import Slack, Slacker
from tests.sandbox.stories import MANIFEST, STORY


@asynccontextmanager
async def running(**changed: Any) -> AsyncIterator[Sandbox]:
    """Run a sandbox that retries at once and does not limit the pace, unless told otherwise."""
    settings: dict[str, Any] = {
        "folder": None,
        "manifest": copy.deepcopy(MANIFEST),
        "story": copy.deepcopy(STORY),
        "retry_delays": (0.0, 0.0, 0.0),
        "post_interval": 0.0,
    } | changed
    sandbox = Sandbox(settings.pop("folder"), **settings)
    await sandbox.start()
    try:
        yield sandbox
    finally:
        await sandbox.close()


def client_of(sandbox: Sandbox, token: str | None = None) -> AsyncWebClient:
    """Return the SDK's client, pointed at a sandbox."""
    return AsyncWebClient(token=token or sandbox.bot_token, base_url=sandbox.api_url)


def bolt_app(sandbox: Sandbox) -> AsyncApp:
    """Return an unmodified Bolt app for a sandbox."""
    return AsyncApp(client=client_of(sandbox))


@asynccontextmanager
async def connected(
    sandbox: Sandbox, app: AsyncApp, *, ping_interval: float = 10
) -> AsyncIterator[AsyncSocketModeHandler]:
    """Connect a Bolt app over Socket Mode."""
    handler = AsyncSocketModeHandler(app, sandbox.app_token, web_client=client_of(sandbox), ping_interval=ping_interval)
    await handler.connect_async()  # type: ignore[no-untyped-call]
    try:
        yield handler
    finally:
        await handler.close_async()  # type: ignore[no-untyped-call]


async def refusal(call: Awaitable[Any]) -> str:
    """Return the error code with which a Web API call is refused."""
    with pytest.raises(SlackApiError) as refused:
        await call
    return str(refused.value.response["error"])


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    """Yield a running sandbox with the compact story."""
    async with running() as sandbox:
        yield sandbox


@pytest.fixture
def client(sandbox: Sandbox) -> AsyncWebClient:
    """Return the bot's Web API client."""
    return client_of(sandbox)


@pytest.fixture
def app(sandbox: Sandbox) -> AsyncApp:
    """Return a Bolt app without listeners, not connected yet."""
    return bolt_app(sandbox)


@pytest.fixture
def slack(sandbox: Sandbox) -> Slack:
    """Return the workspace as its people know it."""
    return Slack(sandbox)


@pytest.fixture
def mina(slack: Slack) -> Slacker:
    """Return the PM, a member of #product, #sales and #board."""
    return slack.as_("mina")


@pytest.fixture
def lee(slack: Slack) -> Slacker:
    """Return an account manager, a member of #product, #sales and #acme."""
    return slack.as_("lee")
