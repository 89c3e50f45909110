"""Roles: an admin names people and user groups; who people are, and who is in which group, is kept fresh."""

import asyncio
from collections.abc import Mapping
from typing import Any

import aiohttp
from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncBoltContext
from slack_sdk.errors import SlackApiError

from bot.outbox.sender import refusal
from bot.services import access, roles
from handlers import ids
from handlers.arrivals import is_late
from handlers.directory import ASK_SECONDS, known_person, learn_group
from handlers.house import House
from handlers.needs import Need
from handlers.slack import asking, open_view, update_view
from handlers.told import person_of
from handlers.views import roles as views

NEEDS = Need(
    scopes=("users:read",),
    optional_scopes=("usergroups:read",),
    events=("team_join", "user_change"),
    optional_events=("subteam_members_changed", "subteam_updated"),
)

_NO_GROUPS = {
    "missing_scope": "To give a role to a user group, grant the scope usergroups:read to the Slack app.",
    "paid_teams_only": "User groups need a paid Slack plan, so choose people by name.",
    "plan_upgrade_required": "User groups need a paid Slack plan, so choose people by name.",
}


def register(app: AsyncApp, house: House) -> None:
    """Listen to the naming, and to what changes about people and groups."""
    _name(app, house)
    _follow(app, house)


def _name(app: AsyncApp, house: House) -> None:
    @app.action(ids.ROLES_OPEN)
    async def on_roles_wanted(ack: AsyncAck, body: dict[str, Any]) -> None:
        await ack()
        ask = await asking(house, body)
        named = await roles.named(house.database, reader=ask.reader)
        opened = await open_view(house, body, views.roles_modal(named))
        groups, problem = await _groups(house)
        await update_view(house, opened, views.roles_modal(named, groups, problem=problem))

    @app.view(ids.ROLES_SUBMIT)
    async def on_named(ack: AsyncAck, body: dict[str, Any], view: Mapping[str, Any]) -> None:
        ask = await asking(house, body)
        named, seen = views.chosen(view["state"]["values"]), views.seen(view["blocks"])
        # together, for the form must be answered in three seconds
        await asyncio.gather(*(known_person(house, ask.reader.team_id, one) for one in {*named.pms, *named.admins}))
        try:
            now_named = await roles.name(
                house.database, by=ask.reader, named=named, seen=seen, cause=ask.cause, now=ask.now
            )
        except roles.GuestRoleError as error:
            await ack(response_action="errors", errors={error.field: error.message})
            return
        await ack(response_action="update", view=views.saved_modal(now_named))


def _follow(app: AsyncApp, house: House) -> None:
    team_id = house.identity.team_id

    async def on_person(body: dict[str, Any], event: dict[str, Any], context: AsyncBoltContext) -> None:
        user = event["user"]
        if is_late(body, house.now(), tries=context["tries"]):  # a later change may have been learned before
            user = (await house.client.users_info(user=str(user["id"])))["user"]
        await access.learn_people(house.database, told=[person_of(user, team_id=team_id, now=house.now())])

    async def on_group(event: dict[str, Any]) -> None:
        group_id = str(event.get("subteam_id") or event["subteam"]["id"])
        if group_id in {one.group_id for one in await roles.groups_with_role(house.database, team_id=team_id)}:
            await learn_group(house, group_id)

    for name in ("team_join", "user_change"):
        app.event(name)(on_person)
    for name in ("subteam_members_changed", "subteam_updated"):
        app.event(name)(on_group)


def tasks(house: House) -> Mapping[str, Any]:
    """Return the slow work about roles."""

    async def learn_group_of(_: str, args: dict[str, Any]) -> None:
        """Learn who is in a user group that was named."""
        await learn_group(house, str(args["group"]))

    return {"learn_group": learn_group_of}


async def _groups(house: House) -> tuple[dict[str, str], str]:
    """Return the handles of the workspace's user groups by id, or why there are none."""
    try:
        async with asyncio.timeout(ASK_SECONDS):
            told = await house.client.usergroups_list()
    except SlackApiError as error:
        return {}, _NO_GROUPS.get(refusal(error), "Slack didn't list the user groups, so choose people by name.")
    except (aiohttp.ClientError, TimeoutError):
        return {}, "Slack didn't list the user groups. Close this and try again, or choose people by name."
    found = {str(one["id"]): str(one["handle"]) for one in told["usergroups"]}
    return found, "" if found else "There are no user groups in this workspace."
