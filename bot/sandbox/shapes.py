"""People, channels, messages and files in the shapes of Slack's API."""

import base64
import mimetypes
from datetime import UTC, datetime
from urllib.parse import quote
from zoneinfo import ZoneInfo

from bot.sandbox.installed_app import InstalledApp
from bot.sandbox.workspace import Channel, File, Json, Message, User, UserGroup, Workspace

COLORS = ["9f69e7", "4bbe2e", "e7392d", "3c989f", "674b1b", "e96699", "e0a729", "684b6c", "5b89d5", "2b6836"]
PERSON_ICON = "https://a.slack-edge.com/80588/img/avatars/ava_0001-{size}.png"
APP_ICON = "https://a.slack-edge.com/80588/img/plugins/app/bot_{size}.png"


def color_of(user: User) -> str:
    """Return the person's color, the same every time."""
    return COLORS[sum(user.id.encode()) % len(COLORS)]


def team_shape(workspace: Workspace) -> Json:
    """Shape the workspace as team.info does."""
    return {
        "id": workspace.team_id,
        "name": workspace.name,
        "domain": workspace.domain,
        "email_domain": "",
        "icon": {"image_default": True},
        "enterprise_id": "",
        "enterprise_name": "",
    }


def _profile(user: User) -> Json:
    names = {"real_name": user.real_name, "display_name": user.name}
    first, _, last = user.real_name.rpartition(" ")
    return {
        "title": user.title,
        "phone": "",
        "skype": "",
        **names,
        **{f"{key}_normalized": name for key, name in names.items()},
        "first_name": first or last,
        "last_name": last if first else "",
        "status_text": "",
        "status_text_canonical": "",
        "status_emoji": "",
        "status_emoji_display_info": [],
        "status_expiration": 0,
        "avatar_hash": "",
        **{f"image_{size}": PERSON_ICON.format(size=size) for size in (24, 32, 48, 72, 192, 512)},
        "fields": [],
        "team": user.team_id,
    }


def user_shape(user: User, workspace: Workspace) -> Json:
    """Shape a person as users.info does."""
    local = datetime.fromtimestamp(workspace.clock.now(), UTC).astimezone(ZoneInfo(user.tz))
    offset = local.utcoffset()
    return {
        "id": user.id,
        "team_id": user.team_id,
        "name": user.name,
        "deleted": user.is_deleted,
        "color": color_of(user),
        "real_name": user.real_name,
        "tz": user.tz,
        "tz_label": local.tzname() or user.tz,
        "tz_offset": int(offset.total_seconds()) if offset is not None else 0,
        "profile": _profile(user),
        "is_admin": user.is_admin,
        "is_owner": False,
        "is_primary_owner": False,
        "is_restricted": user.is_guest,
        "is_ultra_restricted": False,
        "is_bot": user.is_bot,
        "is_app_user": False,
        "updated": int(workspace.clock.now()),
        "is_email_confirmed": True,
        "who_can_share_contact_card": "EVERYONE",
        **({"is_stranger": True} if user.team_id != workspace.team_id else {}),
    }


def user_group_shape(group: UserGroup, workspace: Workspace) -> Json:
    """Shape a user group with its people, as the subteam events do."""
    return {
        "id": group.id,
        "team_id": workspace.team_id,
        "is_usergroup": True,
        "is_subteam": True,
        "name": group.name,
        "description": group.description,
        "handle": group.handle,
        "is_external": False,
        "date_create": group.created,
        "date_update": group.updated,
        "date_delete": group.updated if group.is_disabled else 0,
        "auto_type": None,
        "auto_provision": False,
        "enterprise_subteam_id": "",
        "created_by": group.created_by,
        "updated_by": group.created_by,
        "deleted_by": group.created_by if group.is_disabled else None,
        "prefs": {"channels": [], "groups": []},
        "users": list(group.members),
        "user_count": len(group.members),
        "channel_count": 0,
    }


def file_shape(file: File, workspace: Workspace, url: str) -> Json:
    """Shape a file as files.info does."""
    mimetype = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
    ending = file.name.rpartition(".")[2].lower() if "." in file.name else "binary"
    address = f"{url}/files/{file.id}/{quote(file.name)}"
    kinds = {
        kind: [c for c in file.channels if workspace.channels[c].kind == kind] for kind in ("channel", "group", "im")
    }
    return {
        "id": file.id,
        "created": file.created,
        "timestamp": file.created,
        "name": file.name,
        "title": file.title,
        "mimetype": mimetype,
        "filetype": ending,
        "pretty_type": ending.upper(),
        "user": file.user,
        "user_team": workspace.users[file.user].team_id,
        "editable": False,
        "size": len(base64.b64decode(file.content)),
        "mode": "hosted",
        "is_external": False,
        "external_type": "",
        "is_public": bool(kinds["channel"]),
        "public_url_shared": False,
        "display_as_bot": False,
        "username": "",
        "url_private": address,
        "url_private_download": f"{address}?download=1",
        "permalink": address,
        "channels": kinds["channel"],
        "groups": kinds["group"],
        "ims": kinds["im"],
        "has_rich_preview": False,
        **({"alt_txt": file.alt_txt} if file.alt_txt else {}),
    }


def _direct_message_shape(channel: Channel, workspace: Workspace, reader: str) -> Json:
    return {
        "id": channel.id,
        "created": channel.created,
        "is_archived": channel.is_archived,
        "is_im": True,
        "is_org_shared": False,
        "context_team_id": workspace.team_id,
        "updated": channel.created * 1000,
        "user": next((m for m in channel.members if m != reader), reader),
        "is_user_deleted": False,
        "priority": 0,
    }


def channel_shape(channel: Channel, workspace: Workspace, *, reader: str) -> Json:
    """Shape a channel as conversations.info does for this reader."""
    if channel.is_im:
        return _direct_message_shape(channel, workspace, reader)
    note = {"creator": "", "last_set": 0}
    return {
        "id": channel.id,
        "name": channel.name,
        "name_normalized": channel.name,
        "is_channel": not channel.is_private,
        "is_group": channel.is_private,
        "is_im": False,
        "is_mpim": False,
        "is_private": channel.is_private,
        "created": channel.created,
        "is_archived": channel.is_archived,
        "is_general": channel.name == "general",
        "unlinked": 0,
        "is_shared": channel.is_ext_shared,
        "is_org_shared": False,
        "is_pending_ext_shared": False,
        "pending_shared": [],
        "context_team_id": workspace.team_id,
        "updated": channel.created * 1000,
        "parent_conversation": None,
        "creator": channel.members[0] if channel.members else "",
        "is_ext_shared": channel.is_ext_shared,
        "shared_team_ids": sorted({*channel.connected_teams, *(workspace.users[m].team_id for m in channel.members)}),
        "pending_connected_team_ids": [],
        "is_member": reader in channel.members,
        "topic": {"value": channel.topic, **note},
        "purpose": {"value": "", **note},
        "previous_names": [],
        "num_members": len(channel.members),
    }


def bot_profile(app: InstalledApp) -> Json:
    """Shape the app as it stands on its own messages."""
    return {
        "id": app.bot_id,
        "deleted": False,
        "name": app.name,
        "updated": 1_760_000_000,
        "app_id": app.app_id,
        "icons": {f"image_{size}": APP_ICON.format(size=size) for size in (36, 48, 72)},
        "team_id": app.team_id,
    }


def reactions_shape(message: Message) -> list[Json]:
    """Shape a message's reactions."""
    return [{"name": name, "users": list(users), "count": len(users)} for name, users in message.reactions.items()]


def _thread_shape(message: Message, workspace: Workspace) -> Json:
    if message.thread_ts is None:
        return {}
    if message.is_reply:
        root = workspace.find_message(message.channel, message.thread_ts)
        return {"thread_ts": message.thread_ts, **({"parent_user_id": root.user} if root else {})}
    replies = workspace.replies(message)
    users = list(dict.fromkeys(reply.user for reply in replies))
    return {
        "thread_ts": message.thread_ts,
        "reply_count": len(replies),
        "reply_users_count": len(users),
        "latest_reply": replies[-1].ts if replies else message.ts,
        "reply_users": users,
        "is_locked": False,
        "subscribed": False,
    }


def plain_message(message: Message, workspace: Workspace, app: InstalledApp) -> Json:
    """Shape what a message says and who said it, without counts and reactions (as events carry it)."""
    author = workspace.users.get(message.user)
    shape: Json = {"type": "message"}
    if message.subtype is not None:
        shape["subtype"] = message.subtype
    shape |= {"user": message.user, "ts": message.ts, "text": message.text}
    if message.client_msg_id is not None:
        shape["client_msg_id"] = message.client_msg_id
    if message.bot_id is not None:
        shape |= {"bot_id": message.bot_id, "app_id": app.app_id, "bot_profile": bot_profile(app)}
    if message.subtype is None:
        shape["team"] = author.team_id if author else workspace.team_id
    if message.subtype == "file_share":
        shape |= {"upload": False, "display_as_bot": False}
    for key in ("blocks", "attachments", "edited", "files", "inviter"):
        if value := getattr(message, key):
            shape[key] = value
    if message.is_reply:
        shape |= _thread_shape(message, workspace)
    elif message.thread_ts is not None:
        shape["thread_ts"] = message.thread_ts
    return shape


def message_shape(message: Message, workspace: Workspace, app: InstalledApp, *, with_metadata: bool = False) -> Json:
    """Shape a message as conversations.history does."""
    shape = plain_message(message, workspace, app) | _thread_shape(message, workspace)
    if message.reactions:
        shape["reactions"] = reactions_shape(message)
    if with_metadata and message.metadata is not None:
        shape["metadata"] = message.metadata
    return shape


def permalink(message: Message, url: str) -> str:
    """Return the address at which the page opens this message."""
    link = f"{url}/archives/{message.channel}/p{message.ts.replace('.', '')}"
    return f"{link}?thread_ts={message.thread_ts}&cid={message.channel}" if message.is_reply else link
