"""Who and what there is in the workspace: learned at the start, and again from time to time."""

import logging

import aiohttp
from slack_sdk.errors import SlackApiError

from bot.outbox.sender import refusal
from bot.services import access, roles
from handlers.slack import House, learn_members
from handlers.told import channel_of, person_of

log = logging.getLogger(__name__)


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
