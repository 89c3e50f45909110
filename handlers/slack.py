"""Who asks, where, and what we know of them: the part that every topic's listeners share."""

import asyncio
import logging
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import aiohttp
from slack_bolt.async_app import AsyncRespond
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import NotAllowedError, NotSavedError
from bot.llm import Model
from bot.outbox.sender import refusal
from bot.services import access
from handlers.arrivals import cause_of, team_of
from handlers.asked import Asked
from handlers.clock import Calendar
from handlers.views.words import plain
from storage.database import Database
from storage.models import Channel, Person, Reader, Standing

log = logging.getLogger(__name__)

ASK_SECONDS = 1.5
"""How long a question to Slack may hold up an answer."""


class StrangerError(NotAllowedError):
    """I only work for people of this workspace."""


class UnknownPersonError(NotSavedError):
    """Slack didn't tell me who you are, so I did nothing. Please try again in a minute."""


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

    def now(self) -> datetime:
        """Return the time that people have."""
        return self.calendar.now()

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
    known = await access.memberships(house.database, team_id=team_id, user_id=user_id, now=house.now())
    role = access.role_of(person, user_id=user_id, admins=house.admins)
    return Asking(
        house=house,
        reader=Reader(team_id, user_id, role, known | ({channel} - {""})),
        tz=person.tz,
        now=house.now(),
        cause=cause_of(body),
        channel=channel,
        trigger_id=str(body.get("trigger_id") or ""),
    )


async def open_view(
    house: House, body: Mapping[str, Any], view: dict[str, Any], respond: AsyncRespond | None = None
) -> dict[str, Any] | None:
    """Open a modal for whoever clicked, and return it; a click too old for that is answered in a sentence."""
    try:
        opened = await house.client.views_open(trigger_id=str(body["trigger_id"]), view=view)
    except SlackApiError as error:
        if refusal(error) not in ("expired_trigger_id", "exchanged_trigger_id"):
            raise
        if respond is not None and body.get("response_url"):
            said = "That took too long to open. Nothing is lost; please try it once more."
            await respond(text=said, response_type="ephemeral", replace_original=False)
        return None
    return dict(opened["view"])


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
    """Return what is known of a person; Slack is asked when that is old, and what was known serves if it is slow."""
    known, fresh = await access.find_person(house.database, team_id=team_id, user_id=user_id, now=house.now())
    if fresh:
        return known
    try:
        async with asyncio.timeout(ASK_SECONDS):
            told = await house.client.users_info(user=user_id)
    except (SlackApiError, aiohttp.ClientError, TimeoutError) as error:
        log.warning("Slack did not say who somebody is: %s", error)
        return known
    person = person_of(told["user"], team_id=team_id, now=house.now())
    await access.learn_people(house.database, told=[person])
    return person


async def known_channel(house: House, team_id: str, channel_id: str) -> Channel | None:
    """Return what is known of a channel, what was known last when Slack is silent; None when it never told."""
    known, fresh = await access.find_channel(house.database, team_id=team_id, channel_id=channel_id, now=house.now())
    if fresh:
        return known
    try:
        async with asyncio.timeout(ASK_SECONDS):
            told = await house.client.conversations_info(channel=channel_id)
    except (SlackApiError, aiohttp.ClientError, TimeoutError) as error:
        log.warning("Slack did not say what a channel is: %s", error)
        return known
    channel = channel_of(told["channel"], team_id=team_id, now=house.now())
    await access.learn_channels(house.database, told=[channel])
    return channel


async def learn_everybody(house: House) -> None:
    """Learn who is in the workspace, page by page."""
    cursor = None
    while True:
        page = await house.client.users_list(limit=200, cursor=cursor)
        people = [person_of(one, team_id=house.identity.team_id, now=house.now()) for one in page["members"]]
        await access.learn_people(house.database, told=people)
        cursor = (page.get("response_metadata") or {}).get("next_cursor")
        if not cursor:
            return


async def learn_channels(house: House) -> None:
    """Learn which channels there are, page by page."""
    cursor, team_id = None, house.identity.team_id
    while True:
        page = await house.client.conversations_list(
            types="public_channel,private_channel", exclude_archived=True, limit=200, cursor=cursor
        )
        told = [channel_of(one, team_id=team_id, now=house.now()) for one in page["channels"]]
        await access.learn_channels(house.database, told=told)
        cursor = (page.get("response_metadata") or {}).get("next_cursor")
        if not cursor:
            return


async def learn_all_members(house: House) -> None:
    """Learn who is in the channels whose feedback only their members may read."""
    for channel_id in await access.channels_to_check(house.database, team_id=house.identity.team_id):
        await learn_members(house, channel_id)


async def learn_members(house: House, channel_id: str) -> None:
    """Learn who is in a channel."""
    found: set[str] = set()
    cursor = None
    try:
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


def person_of(user: Mapping[str, Any], *, team_id: str, now: datetime) -> Person:
    """Return the noun for what Slack says of a user."""
    profile = user.get("profile") or {}
    return Person(
        team_id=team_id,
        user_id=str(user["id"]),
        name=str(user.get("real_name") or profile.get("real_name") or user.get("name") or user["id"]),
        tz=str(user.get("tz") or "UTC"),
        standing=_standing(user, team_id),
        checked_at=now,
    )


def channel_of(told: Mapping[str, Any], *, team_id: str, now: datetime) -> Channel:
    """Return the noun for what Slack says of a channel."""
    return Channel(
        team_id=team_id,
        channel_id=str(told["id"]),
        name=str(told.get("name") or ""),
        is_private=bool(told.get("is_private") or told.get("is_im") or told.get("is_mpim")),
        is_shared=bool(told.get("is_ext_shared") or told.get("is_pending_ext_shared")),
        has_bot=bool(told.get("is_member") or told.get("is_im")),
        checked_at=now,
    )


def _standing(user: Mapping[str, Any], team_id: str) -> Standing:
    if user.get("is_stranger") or str(user.get("team_id") or team_id) != team_id:
        return Standing.STRANGER
    if user.get("is_restricted") or user.get("is_ultra_restricted"):
        return Standing.GUEST
    return Standing.ADMIN if user.get("is_admin") or user.get("is_owner") else Standing.MEMBER
