"""Who asks, where, and what we know of them: the part that every topic's listeners share."""

import asyncio
import logging
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

import aiohttp
from slack_bolt.async_app import AsyncRespond
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook import WebhookResponse

from bot.errors import NotAllowedError, NotSavedError
from bot.llm import Model
from bot.outbox.sender import refusal
from bot.services import access
from bot.services.channels import MappedReactions
from handlers.arrivals import cause_of, team_of
from handlers.asked import Asked
from handlers.clock import Calendar
from handlers.told import channel_of, person_of
from handlers.views.words import plain
from storage.database import Database
from storage.models import Channel, Person, Reader, Standing

log = logging.getLogger(__name__)

ASK_SECONDS = 1.5
"""How long a question to Slack may hold up an answer."""


_CLOSED = ("channel_not_found", "missing_scope", "no_permission")
"""What Slack answers about a channel that is none of the bot's business."""


class StrangerError(NotAllowedError):
    """I only work for people of this workspace."""


class UnknownPersonError(NotSavedError):
    """Slack didn't tell me who you are, so I did nothing. Please try again in a minute."""


class SilentSlackError(NotSavedError):
    """Slack didn't tell me what kind of channel that is, so I did nothing there. Please try again in a minute."""


@dataclass(frozen=True)
class Identity:
    """Who we are in Slack."""

    team_id: str
    user_id: str
    bot_id: str
    url: str
    """The workspace's address, with a slash at its end."""


@dataclass(frozen=True)
class House:
    """What every listener works with."""

    database: Database
    client: AsyncWebClient
    calendar: Calendar
    identity: Identity
    admins: frozenset[str] = frozenset()
    model: Model | None = None
    scopes: frozenset[str] = frozenset()
    """What the manifest asks Slack for."""

    def now(self) -> datetime:
        """Return the time that people have."""
        return self.calendar.now()

    @cached_property
    def reactions(self) -> MappedReactions:
        """Return who knows which emoji mean something to us."""
        return MappedReactions(self.database)

    def permalink(self, channel: str, ts: str, thread_ts: str | None = None) -> str:
        """Return the address of a message."""
        address = f"{self.identity.url}archives/{channel}/p{ts.replace('.', '')}"
        return f"{address}?thread_ts={thread_ts}&cid={channel}" if thread_ts and thread_ts != ts else address


@dataclass(frozen=True)
class Asking:
    """Somebody asks for something."""

    house: House
    reader: Reader
    tz: str
    now: datetime
    cause: str
    channel: str
    """Where they ask from; empty on the Home and in global shortcuts."""
    trigger_id: str = ""
    asked: Asked = field(default_factory=Asked)


async def asking(house: House, body: Mapping[str, Any]) -> Asking:
    """Return who is behind a payload, with their role of today and what they may see from where they ask."""
    user = body.get("user") or {}
    event = body.get("event") or {}
    user_id = str(body.get("user_id") or event.get("user") or (user.get("id") if isinstance(user, Mapping) else user))
    place = body.get("channel") or (body.get("container") or {}).get("channel_id") or event.get("channel") or ""
    channel = str(body.get("channel_id") or (place.get("id") if isinstance(place, Mapping) else place))
    team_id = team_of(body)
    person = await known_person(house, team_id, user_id)
    if person is None:
        raise UnknownPersonError()
    if person.standing == Standing.STRANGER:
        raise StrangerError()
    here = frozenset({channel} - {""})
    return Asking(
        house=house,
        reader=await reader_of(house, team_id, user_id, also=here),
        tz=person.tz,
        now=house.now(),
        cause=cause_of(body),
        channel=channel,
        trigger_id=str(body.get("trigger_id") or ""),
    )


async def reader_of(house: House, team_id: str, user_id: str, *, also: frozenset[str] = frozenset()) -> Reader:
    """Return somebody as a reader of now, without asking Slack; `also` are channels that they are sure to be in."""
    return await access.reader_of(
        house.database, team_id=team_id, user_id=user_id, now=house.now(), admins=house.admins, also=also
    )


async def open_view(house: House, body: Mapping[str, Any], view: dict[str, Any]) -> dict[str, Any]:
    """Open a modal for whoever clicked, and return it; what Slack says to a click too old is told by `errors`."""
    opened = await house.client.views_open(trigger_id=str(body["trigger_id"]), view=view)
    return dict(opened["view"])


async def open_for(ask: Asking, view: dict[str, Any]) -> None:
    """Open a modal for whoever typed a command, whose answer has to go out in three seconds."""
    async with asyncio.timeout(ASK_SECONDS):
        await open_view(ask.house, {"trigger_id": ask.trigger_id}, view)


async def answer_click(body: Mapping[str, Any], respond: AsyncRespond, answer: dict[str, Any]) -> WebhookResponse:
    """Answer a click beside the message that was clicked, in its thread; seen only by whoever clicked."""
    thread_ts = (body.get("container") or {}).get("thread_ts")  # Slack answers at the top of a channel without it
    return await respond(replace_original=False, thread_ts=thread_ts, **answer)


def thread_of(message: Mapping[str, Any]) -> str | None:
    """Return the ts of the thread that a message is a reply in; None for one that starts a thread, or has none."""
    thread_ts = message.get("thread_ts")
    return str(thread_ts) if thread_ts and thread_ts != message.get("ts") else None


async def update_view(house: House, opened: Mapping[str, Any], view: dict[str, Any]) -> None:
    """Show something else in a modal, if whoever opened it still has it open as it was."""
    try:
        await house.client.views_update(view_id=str(opened["id"]), hash=opened.get("hash"), view=view)
    except SlackApiError as error:
        if refusal(error) not in ("hash_conflict", "not_found", "view_not_found", "expired_trigger_id"):
            raise


async def words_in(house: House, team_id: str, messages: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return the words of messages as people read them, with the names of those they mention."""
    texts = [str(one.get("text") or "") for one in messages]
    mentioned = frozenset(found for text in texts for found in re.findall(r"<@([A-Z0-9]+)", text))
    names = await access.names(house.database, team_id=team_id, user_ids=mentioned) if mentioned else {}
    return [plain(text, names) for text in texts]


async def known_person(house: House, team_id: str, user_id: str) -> Person | None:
    """Return what is known of a person; Slack is asked when that is old.

    While Slack is silent what was known last serves for an hour; then None is returned.
    """
    known, fresh = await access.find_person(house.database, team_id=team_id, user_id=user_id, now=house.now())
    if fresh:
        return known
    try:
        async with asyncio.timeout(ASK_SECONDS):
            told = await house.client.users_info(user=user_id)
    except (SlackApiError, aiohttp.ClientError, TimeoutError) as error:
        log.warning("Slack did not say who somebody is: %s", error)
        return known if known is not None and access.is_believable(known, house.now()) else None
    person = person_of(told["user"], team_id=team_id, now=house.now())
    await access.learn_people(house.database, told=[person])
    return person


async def known_channel(house: House, team_id: str, channel_id: str) -> Channel | None:
    """Return what is known of a channel; None where that is too old to open anything and Slack is silent."""
    try:
        return await get_channel(house, team_id, channel_id)
    except SilentSlackError:
        return None


async def get_channel(house: House, team_id: str, channel_id: str, *, anew: bool = False) -> Channel | None:
    """Return what is known of a channel; Slack is asked when that is old or `anew`, and None when it knows none.

    While Slack is silent what was known last serves for an hour; then SilentSlackError is raised.
    """
    known, fresh = await access.find_channel(house.database, team_id=team_id, channel_id=channel_id, now=house.now())
    if fresh and not anew:
        return known
    try:
        async with asyncio.timeout(ASK_SECONDS):
            told = await house.client.conversations_info(channel=channel_id)
    except (SlackApiError, aiohttp.ClientError, TimeoutError) as error:
        if isinstance(error, SlackApiError) and refusal(error) in _CLOSED:
            await access.close_channel(house.database, team_id=team_id, channel_id=channel_id, now=house.now())
            return None
        log.warning("Slack did not say what a channel is: %s", error)
        if known is None or anew or not access.is_believable(known, house.now()):
            raise SilentSlackError() from error
        return known
    channel = channel_of(told["channel"], team_id=team_id, now=house.now())
    await access.learn_channels(house.database, told=[channel])
    return channel


async def learn_members(house: House, channel_id: str, *, seconds: float | None = None) -> None:
    """Learn who is in a channel; where an answer waits for it, in that many seconds or not at all."""
    found: set[str] = set()
    cursor = None
    try:
        async with asyncio.timeout(seconds):
            while cursor != "":
                page = await house.client.conversations_members(channel=channel_id, limit=1000, cursor=cursor)
                found |= {str(one) for one in page["members"]}
                cursor = str((page.get("response_metadata") or {}).get("next_cursor") or "")
    except (SlackApiError, aiohttp.ClientError, TimeoutError) as error:
        log.info("Slack did not say who is in a channel, so its feedback stays with its capturers: %s", error)
        return
    team_id, now = house.identity.team_id, house.now()
    await access.learn_members(
        house.database, team_id=team_id, channel_id=channel_id, user_ids=frozenset(found), now=now
    )
