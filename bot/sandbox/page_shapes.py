"""State in the shapes that the page works with, and who may see what."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from bot.sandbox.local_slack import LocalSlack
from bot.sandbox.shapes import color_of, reactions_shape
from bot.sandbox.workspace import Change, Channel, Json, Message, User, View


def user(slack: LocalSlack, person: User) -> Json:
    """Shape a person for the page."""
    words = person.real_name.split()
    return {
        "id": person.id,
        "name": person.name,
        "real_name": person.real_name,
        "title": person.title,
        "tz": person.tz,
        "is_admin": person.is_admin,
        "is_bot": person.is_bot,
        "is_deleted": person.is_deleted,
        "is_guest": person.is_guest,
        "is_stranger": person.team_id != slack.workspace.team_id,
        "color": f"#{color_of(person)}",
        "initials": "".join(word[0] for word in [*words[:1], *words[1:][-1:]]).upper(),
    }


def people(slack: LocalSlack) -> list[Json]:
    """Shape everybody, those who have left included: what they wrote stays."""
    return [user(slack, person) for person in slack.workspace.users.values()]


def channel(slack: LocalSlack, place: Channel, reader: User) -> Json:
    """Shape a channel for the page."""
    other = next((m for m in place.members if m != reader.id), reader.id) if place.is_im else None
    return {
        "id": place.id,
        "name": place.name,
        "topic": place.topic,
        "is_private": place.is_private,
        "is_im": place.is_im,
        "is_ext_shared": place.is_ext_shared,
        "is_archived": place.is_archived,
        "members": list(place.members),
        "with": other,
    }


def message(slack: LocalSlack, said: Message) -> Json:
    """Shape a message for the page; a person's words come as text, not as blocks."""
    replies = [] if said.thread_ts is None or said.is_reply else slack.workspace.replies(said)
    return {
        "ts": said.ts,
        "channel": said.channel,
        "user": said.user,
        "bot_id": said.bot_id,
        "subtype": said.subtype,
        "text": said.text,
        "blocks": said.blocks if said.bot_id is not None else None,
        "attachments": said.attachments,
        "thread_ts": said.thread_ts,
        "reply_count": len(replies),
        "reply_users": list(dict.fromkeys(reply.user for reply in replies)),
        "latest_reply": replies[-1].ts if replies else None,
        "reactions": reactions_shape(said),
        "edited": said.edited is not None,
        "is_ephemeral": said.only_for is not None,
        "files": said.files,
        "is_streaming": slack.streams.find(said) is not None,
    }


def view(shown: View | None) -> Json | None:
    """Shape a modal or a Home for the page."""
    if shown is None:
        return None
    kept = ("id", "type", "callback_id", "title", "submit", "close", "blocks", "hash")
    return {key: shown.body[key] for key in kept} | {"errors": shown.errors, "state": shown.values}


def clock(slack: LocalSlack, reader: User) -> Json:
    """Shape the calendar clock for a person's zone."""
    now = slack.workspace.clock.now()
    local = datetime.fromtimestamp(now, UTC).astimezone(ZoneInfo(reader.tz))
    return {
        "now": now,
        "offset": slack.workspace.clock.offset,
        "tz": reader.tz,
        "tz_label": f"{reader.tz} ({local.tzname()})",
    }


def app(slack: LocalSlack, reader: User) -> Json:
    """Shape the app: its name, commands and shortcuts; people of other companies cannot use it, only mention it."""
    usable = reader.team_id == slack.workspace.team_id

    def shortcuts(kind: str) -> list[Json]:
        return [
            {key: shortcut.get(key, "") for key in ("name", "callback_id", "description")}
            for shortcut in slack.app.shortcuts
            if shortcut["type"] == kind and usable
        ]

    return {
        "name": slack.app.name,
        "user_id": slack.app.bot_user_id,
        "commands": [
            {key: command.get(key, "") for key in ("command", "description", "usage_hint")}
            for command in slack.app.commands
            if usable
        ],
        "message_shortcuts": shortcuts("message"),
        "global_shortcuts": shortcuts("global"),
        "has_home": slack.app.has_home and usable,
        "takes_messages": slack.app.takes_messages and usable,
        "about": slack.app.manifest.get("display_information") or {},
        "agent": (slack.app.manifest.get("features") or {}).get("agent_view") if usable else None,
    }


def user_groups(slack: LocalSlack) -> list[Json]:
    """Shape the user groups that can be mentioned."""
    groups = slack.workspace.user_groups.values()
    shown = ("id", "handle", "name", "members")
    return [{key: getattr(group, key) for key in shown} for group in groups if not group.is_disabled]


def _unread(slack: LocalSlack, place: Channel, reader: User) -> int:
    seen = slack.workspace.read_up_to.get(reader.id, {}).get(place.id, "0")
    said = slack.workspace.messages.get(place.id, {}).values()
    return sum(m.ts > seen and m.user != reader.id for m in said)


def snapshot(slack: LocalSlack, reader: User) -> Json:
    """Return all that one person may see."""
    workspace = slack.workspace
    places = list(workspace.visible_to(reader.id))
    ids = {place.id for place in places}
    mine = [m for m in workspace.ephemerals if m.only_for == reader.id and m.channel in ids]
    stack = workspace.stacks.get(reader.id, [])
    return {
        "company": {"name": workspace.name, "team_id": workspace.team_id},
        "me": user(slack, reader),
        "people": people(slack),
        "user_groups": user_groups(slack),
        "channels": [channel(slack, place, reader) for place in places],
        "messages": {
            place.id: [
                message(slack, m) for m in sorted(workspace.messages.get(place.id, {}).values(), key=lambda m: m.ts)
            ]
            for place in places
        },
        "ephemerals": {place.id: [message(slack, m) for m in mine if m.channel == place.id] for place in places},
        "view": view(workspace.top_view(reader.id)),
        "view_depth": len(stack),
        "home": view(workspace.homes.get(reader.id)),
        "agent": {place.id: workspace.agent[place.id] for place in places if place.id in workspace.agent},
        "app": app(slack, reader),
        "clock": clock(slack, reader),
        "connected": slack.is_connected,
        "now_markers": {place.id: _unread(slack, place, reader) for place in places},
    }


def change_for(slack: LocalSlack, reader: User, change: Change) -> Json | None:
    """Return a change as this person's page hears it; None when it is not theirs to see."""
    workspace = slack.workspace
    if change.user is not None and change.user != reader.id:
        return None
    news: Json = {"type": "changed", "what": change.what}
    if change.what == "people":
        return news | {"people": people(slack), "user_groups": user_groups(slack), "me": user(slack, reader)}
    if change.channel is not None:
        place = workspace.channels[change.channel]
        if place not in workspace.visible_to(reader.id):
            if change.what != "channel" or place.is_im:
                return None
            return news | {"gone": place.id}
        if change.what == "channel":
            return news | {"channel": channel(slack, place, reader)}
        if change.what == "agent":
            return news | {"channel": place.id, "agent": workspace.agent.get(place.id, {})}
    if change.what in ("message", "ephemeral"):
        if change.message is not None:
            return news | {"message": message(slack, change.message)}
        return news | {"deleted": {"channel": change.channel, "ts": change.deleted_ts}}
    if change.what == "view":
        stack = workspace.stacks.get(reader.id, [])
        return news | {"view": view(workspace.top_view(reader.id)), "view_depth": len(stack)}
    if change.what == "home":
        return news | {"home": view(workspace.homes.get(reader.id))}
    if change.what == "clock":
        return news | {"clock": clock(slack, reader)}
    if change.what == "app":
        return news | {"connected": slack.is_connected}
    return news | {"text": change.text}
