"""The Home tab, published whenever somebody opens it; beside it, the conversation, which opens with suggestions."""

import logging
from typing import Any

import aiohttp
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError

from bot.outbox.sender import refusal
from bot.services import home
from handlers import questions
from handlers.house import House
from handlers.needs import Need
from handlers.slack import Asking, asking
from handlers.views import home as views

NEEDS = Need(events=("app_home_opened",))

log = logging.getLogger(__name__)


def register(app: AsyncApp, house: House) -> None:
    """Listen to whoever opens the Home, or the conversation."""

    @app.event("app_home_opened")
    async def on_home_opened(body: dict[str, Any], event: dict[str, Any]) -> None:
        if event.get("tab") == "home":
            await _show(await asking(house, body))
        elif event.get("tab") == "messages":
            await questions.suggest(await asking(house, body))


async def _show(ask: Asking) -> None:
    found = await home.look(ask.house.database, reader=ask.reader, now=ask.now)
    view = views.home_view(found, ask.now, ask.tz)
    try:
        await ask.house.client.views_publish(user_id=ask.reader.user_id, view=view)
    except SlackApiError as error:  # shown anew when it is opened next
        log.warning("a Home was not shown: %s", refusal(error))
    except (aiohttp.ClientError, TimeoutError) as error:
        log.warning("a Home was not shown: %s", error)
