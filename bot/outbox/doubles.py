"""Doubles: a post whose sender did not hear back is looked for, and one that was sent twice is withdrawn."""

import asyncio
import logging
from functools import partial
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import BotError
from bot.outbox import mark_of
from storage import outbox as stored
from storage.database import Database
from storage.models import OutboxRow

log = logging.getLogger(__name__)

PAGES = 5
SKEW_SECONDS = 3600.0
"""How wrong our clock may be: a message carries Slack's time, and is looked for from when we wrote it down."""
SETTLED_SECONDS = 60.0
"""How long is waited for the other sender to know which post counts."""
LOOK_SECONDS = 1.0


class CannotTellError(BotError):
    """More was said there since than I can look through, so I can't tell whether my message arrived."""


async def look_for(client: AsyncWebClient, row: OutboxRow, *, channel: str) -> list[dict[str, Any]]:
    """Return the messages that bear a row's mark, as Slack tells them.

    Raises CannotTellError when there is none as far as it may look, SlackApiError, and what aiohttp raises.
    """
    ask: Any = client.conversations_history
    if row.thread_ts is not None:
        ask = partial(client.conversations_replies, ts=row.thread_ts)
    cursor = None
    for _ in range(PAGES):
        page = await ask(
            channel=channel,
            oldest=f"{row.created_at - SKEW_SECONDS:.6f}",
            limit=200,
            include_all_metadata=True,
            cursor=cursor,
        )
        found = [
            dict(message)
            for message in page.get("messages") or []
            if (message.get("metadata") or {}).get("event_payload", {}).get("key") == mark_of(row)
        ]
        cursor = (page.get("response_metadata") or {}).get("next_cursor")
        if found or not cursor:
            return found
    raise CannotTellError()


async def withdraw_doubles(database: Database, client: AsyncWebClient, row: OutboxRow, *, channel: str) -> None:
    """Delete what was posted of a row besides the post that counts; for a sender whose row another one took over.

    It waits for that one to know which post counts, and does nothing where a person has to decide.
    """
    for _ in range(int(SETTLED_SECONDS / LOOK_SECONDS)):
        now = await database.read(partial(stored.find, team_id=row.team_id, key=row.key))
        if now is None or now.status not in ("new", "sending"):
            break
        await asyncio.sleep(LOOK_SECONDS)
    if now is None or now.status != "sent" or now.ts is None:
        return
    try:
        for message in await look_for(client, row, channel=channel):
            if message["ts"] != now.ts:
                log.warning("%s was posted twice, since a sender slept; withdrawing one", row.key)
                await client.chat_delete(channel=channel, ts=message["ts"])
    except (SlackApiError, aiohttp.ClientError, TimeoutError, CannotTellError) as error:
        log.warning("could not see whether %s was posted twice: %r", row.key, error)
