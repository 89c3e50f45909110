"""Who and what there is in the workspace, as Slack tells it: asked when what is known is old, and from time to time."""

import asyncio
import logging

import aiohttp
from slack_sdk.errors import SlackApiError

from bot.errors import NotAllowedError, NotSavedError
from bot.outbox.sender import refusal
from bot.services import access, roles
from handlers.house import House
from handlers.told import channel_of, person_of
from storage.models import Channel, Person

log = logging.getLogger(__name__)

ASK_SECONDS = 1.5
"""How long a question to Slack may hold up an answer."""


_CLOSED = ("channel_not_found", "missing_scope", "no_permission")
"""What Slack answers about a channel that is none of the bot's business."""


class SilentSlackError(NotSavedError):
    """Slack didn't tell me what kind of channel that is, so I did nothing there. Please try again in a minute."""


class ArchivedError(NotAllowedError):
    """That channel is archived. Bring it back in Slack, or choose another channel, then try again."""


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


async def open_channel(house: House, team_id: str, channel_id: str) -> Channel | None:
    """Return what is known of a channel in which something is to be done, as `known_channel` does.

    Where the bot is not in it, Slack is asked why. Raises ArchivedError.
    """
    known = await known_channel(house, team_id, channel_id)
    if known is not None and not known.has_bot and await _is_archived(house, channel_id):
        raise ArchivedError()
    return known


async def _is_archived(house: House, channel_id: str) -> bool:
    """Ask Slack whether a channel is archived; where it does not say, it is taken not to be."""
    try:
        async with asyncio.timeout(ASK_SECONDS):
            told = await house.client.conversations_info(channel=channel_id)
    except (SlackApiError, aiohttp.ClientError, TimeoutError) as error:
        log.info("Slack did not say whether a channel is archived: %s", error)
        return False
    return bool(told["channel"].get("is_archived"))


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


async def look_at(house: House, team_id: str, channel_id: str, *, seconds: float = ASK_SECONDS) -> None:
    """Ask Slack what a channel is today, and in that many seconds who reads it, unless it has said so lately."""
    channel = await known_channel(house, team_id, channel_id)
    known = await access.knows_members(house.database, team_id=team_id, channel_id=channel_id, now=house.now())
    if channel is not None and channel.speaks and not known:
        await learn_members(house, channel_id, seconds=seconds)


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


async def learn_groups(house: House) -> None:
    """Learn who is in the user groups that give a role."""
    for one in await roles.groups_with_role(house.database, team_id=house.identity.team_id):
        try:
            await learn_group(house, one.group_id)
        except (SlackApiError, aiohttp.ClientError, TimeoutError) as error:
            log.warning("Slack did not say who is in a user group: %s", error)


async def learn_group(house: House, group_id: str) -> None:
    """Learn who is in a user group; nobody, once it is disabled or gone."""
    try:
        told = await house.client.usergroups_users_list(usergroup=group_id)
        members = frozenset(str(one) for one in told["users"])
    except SlackApiError as error:
        if refusal(error) not in ("no_such_subteam", "subteam_not_found", "usergroup_not_found"):
            raise
        members = frozenset()
    team_id, now = house.identity.team_id, house.now()
    await roles.learn_group(house.database, team_id=team_id, group_id=group_id, user_ids=members, now=now)
