"""First steps for an admin, and whether everything is well."""

import asyncio
import time
from email.utils import parsedate_to_datetime
from typing import Any

import aiohttp
from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond
from slack_sdk.errors import SlackApiError

from bot.services import access, setup, upkeep
from handlers import ids
from handlers.directory import ASK_SECONDS
from handlers.grammar import command
from handlers.house import House
from handlers.scopes import losses
from handlers.slack import Asking, answer_click, asking
from handlers.views import Reply
from handlers.views import setup as views
from storage.models import Role


@command("setup", role=Role.ADMIN, reads_only=True, personal=True)
async def setup_(ask: Asking) -> Reply:
    """First steps: people and roles, channels, the roadmap, the first update."""
    return views.setup_reply(await setup.first_steps(ask.house.database, reader=ask.reader))


@command("doctor", role=Role.ADMIN, reads_only=True, personal=True)
async def doctor(ask: Asking) -> Reply:
    """Whether everything is well: Slack, the clock, the model, and what is stuck."""
    access.require(ask.reader, Role.ADMIN, "see how Linchpin is doing")
    missing, skew = await ask_slack(ask.house)
    stuck = await upkeep.stuck_across_teams(ask.house.database)
    model = ask.house.model.name if ask.house.model is not None else None
    stopped = losses(missing) if missing is not None else None
    return views.doctor_reply(setup.findings(setup.Vitals(stuck, model, stopped, skew)))


def register(app: AsyncApp, house: House) -> None:
    """Listen to the button that leads back to the first steps."""

    @app.action(ids.SETUP_OPEN)
    async def on_setup_wanted(ack: AsyncAck, body: dict[str, Any], respond: AsyncRespond) -> None:
        await ack()
        reply = await setup_.run(await asking(house, body))
        await answer_click(body, respond, reply.whispered())


async def ask_slack(house: House) -> tuple[tuple[str, ...] | None, float | None]:
    """Return the scopes that are not granted, and by how many seconds our clock is ahead of Slack's.

    None stands for what Slack did not say in time.
    """
    try:
        async with asyncio.timeout(ASK_SECONDS):
            told = await house.client.auth_test()
    except (SlackApiError, aiohttp.ClientError, TimeoutError):
        return None, None
    headers = {name.lower(): str(value) for name, value in dict(told.headers or {}).items()}
    granted = {one.strip() for one in headers.get("x-oauth-scopes", "").split(",")}
    date = headers.get("date")
    skew = time.time() - parsedate_to_datetime(date).timestamp() if date else None
    return tuple(sorted(house.scopes - granted)), skew
