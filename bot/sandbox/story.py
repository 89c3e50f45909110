"""The story: the company, people, channels and talk that a new sandbox starts with."""

from collections.abc import Iterator
from typing import Any

from bot.sandbox.clock import Clock
from bot.sandbox.installed_app import InstalledApp
from bot.sandbox.workspace import Channel, Json, Message, User, UserGroup, Workspace

STARTED_BEFORE = 400 * 86_400
"""How long ago, in seconds, the story's channels were made."""


def _seconds(ago: dict[str, Any]) -> float:
    return float(
        ago.get("days", 0) * 86_400 + ago.get("hours", 0) * 3_600 + ago.get("minutes", 0) * 60 + ago.get("seconds", 0)
    )


def empty_workspace(story: Json, clock: Clock) -> Workspace:
    """Return a workspace with the story's company and nobody in it."""
    company = story["company"]
    return Workspace(
        clock,
        name=company["name"],
        team_id=company.get("team_id", "T0SANDBOX"),
        domain=company.get("domain", "sandbox"),
    )


def tell(story: Json, workspace: Workspace, app: InstalledApp) -> None:
    """Fill an empty workspace from the story; keys that are not the sandbox's are left alone."""
    for person in story.get("users", []):
        workspace.users[person["id"]] = User(
            id=person["id"],
            name=person["name"],
            real_name=person.get("real_name", person["name"]),
            team_id=person.get("team_id", workspace.team_id),
            title=person.get("title", ""),
            tz=person.get("tz", "UTC"),
            is_admin=bool(person.get("is_admin")),
            is_guest=bool(person.get("is_guest")),
        )
    workspace.users[app.bot_user_id] = app.bot_user()
    for place in story.get("channels", []):
        workspace.channels[place["id"]] = Channel(
            id=place["id"],
            name=place["name"],
            created=int(workspace.clock.now() - STARTED_BEFORE),
            topic=place.get("topic", ""),
            is_private=bool(place.get("is_private")),
            is_ext_shared=bool(place.get("is_ext_shared")),
            members=[*place["members"], *([app.bot_user_id] if place.get("bot") else [])],
        )
    for group in story.get("user_groups", []):
        created = int(workspace.clock.now() - STARTED_BEFORE)
        known = {key: group[key] for key in ("id", "handle", "name", "description", "created_by") if key in group}
        workspace.user_groups[group["id"]] = UserGroup(
            created=created, updated=created, members=list(group["members"]), **known
        )
    _say_everything(story, workspace)
    _mark_all_read(workspace)


def _mark_all_read(workspace: Workspace) -> None:
    for user in workspace.users:
        workspace.read_up_to[user] = {
            channel: max(messages) for channel, messages in workspace.messages.items() if messages
        }


def _said(story: Json) -> Iterator[tuple[float, Json, Json | None]]:
    """Yield (seconds ago, message, its root), every root and reply of the story."""
    for root in story.get("messages", []):
        since = _seconds(root.get("ago", {}))
        yield since, root, None
        for number, reply in enumerate(root.get("replies", []), start=1):
            yield _seconds(reply["ago"]) if "ago" in reply else max(since - 60 * number, 1), reply, root


def _say_everything(story: Json, workspace: Workspace) -> None:
    now = workspace.clock.now()
    ts_of: dict[int, str] = {}
    for since, said, root in sorted(_said(story), key=lambda item: (-item[0], item[2] is not None)):
        place = workspace.channel_named((root or said)["channel"]).id
        message = Message(
            channel=place,
            ts=workspace.new_ts(now - since),
            user=said["user"],
            text=said["text"],
            thread_ts=ts_of[id(root)] if root is not None else None,
            reactions={name: list(users) for name, users in said.get("reactions", {}).items()},
        )
        ts_of[id(said)] = message.ts
        if root is not None:
            workspace.messages[place][ts_of[id(root)]].thread_ts = ts_of[id(root)]
        workspace.put_message(message)
