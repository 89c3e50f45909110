"""Reading a thread from Slack: page by page, no faster than Slack allows."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from slack_sdk.errors import SlackApiError

from bot.jobs import BusyError
from bot.outbox.refusals import is_ratelimit, pause_of
from bot.services import access
from bot.services.thread_summary import ThreadMessage
from handlers.house import House
from handlers.slack import words_in

MESSAGES_AT_MOST = 1000
PAGE = 200
WAIT_SECONDS = 40.0
"""How long one reading waits for Slack in all; what has been read by then has to do."""

Progress = Callable[[int, int], Awaitable[None]]
"""Hears after each page how many messages are read, of how many."""


async def read_thread(
    house: House, channel: str, thread_ts: str, progress: Progress | None = None
) -> tuple[list[ThreadMessage], int]:
    """Return a thread's messages, oldest first, and how many it has in all.

    Raises BusyError when Slack lets nothing be read for longer than we wait; SlackApiError for what it refuses.
    """
    found, total = await _pages(house, channel, thread_ts, progress)
    team_id = house.identity.team_id
    authors = frozenset(str(one.get("user")) for one in found)
    names = await access.names(house.database, team_id=team_id, user_ids=authors)
    words = await words_in(house, team_id, found)
    return [_message(house, channel, at, one, words[at], names) for at, one in enumerate(found)], total


async def read_message(house: House, channel: str, thread_ts: str, ts: str) -> ThreadMessage | None:
    """Return one message of a thread, quickly: a click that opens a form lasts three seconds."""
    page = await house.client.conversations_replies(
        channel=channel, ts=thread_ts, oldest=ts, latest=ts, inclusive=True, limit=2
    )
    found = [one for one in page["messages"] if str(one["ts"]) == ts]
    words = await words_in(house, house.identity.team_id, found)
    return _message(house, channel, 0, found[0], words[0], {}) if found else None


async def _pages(
    house: House, channel: str, thread_ts: str, progress: Progress | None
) -> tuple[list[dict[str, Any]], int]:
    found: dict[str, dict[str, Any]] = {}  # by ts: Slack may put the first message on every page
    total, cursor, patience = 0, None, WAIT_SECONDS
    while len(found) < MESSAGES_AT_MOST:
        limit = min(PAGE, MESSAGES_AT_MOST - len(found))
        try:
            page = await house.client.conversations_replies(channel=channel, ts=thread_ts, limit=limit, cursor=cursor)
        except SlackApiError as error:
            if (pause := _pause(error)) is None:
                raise
            if pause <= patience:
                patience -= pause
                await asyncio.sleep(pause)
                continue
            if not found:
                raise BusyError(pause) from error
            break
        found |= {str(one["ts"]): one for one in page["messages"]}
        total = max([len(found), *(int(one.get("reply_count") or 0) + 1 for one in found.values())])
        cursor = (page.get("response_metadata") or {}).get("next_cursor")
        if not cursor:
            break
        if progress is not None:
            await progress(len(found), total)
    return list(found.values()), total


def _pause(error: SlackApiError) -> float | None:
    """Return the seconds that Slack wants us to wait; None for any other refusal."""
    return pause_of(error) if is_ratelimit(error) else None


def _message(
    house: House, channel: str, index: int, told: Mapping[str, Any], text: str, names: Mapping[str, str]
) -> ThreadMessage:
    user_id, ts = str(told.get("user") or ""), str(told["ts"])
    return ThreadMessage(
        index=index,
        user_id=user_id,
        name=names.get(user_id, user_id or "app"),
        text=text,
        ts=ts,
        permalink=house.permalink(channel, ts, str(told.get("thread_ts") or "")),
        is_bot=bool(told.get("bot_id")),
    )
