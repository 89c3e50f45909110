"""conversations.* and users.conversations: channels, who is in them, and what was said."""

from collections.abc import Iterable

from bot.sandbox.shapes import channel_shape, message_shape
from bot.sandbox.slack_error import SlackError
from bot.sandbox.web_api.call import Call
from bot.sandbox.workspace import Channel, Json, Message

PREFIX = {"channel": "channels", "group": "groups", "im": "im"}
TYPE = {"channel": "public_channel", "group": "private_channel", "im": "im"}
TYPE_SCOPE = {
    "public_channel": "channels:read", "private_channel": "groups:read", "im": "im:read", "mpim": "mpim:read",
}  # fmt: skip


def _shape(call: Call, channel: Channel) -> Json:
    return channel_shape(channel, call.slack.workspace, reader=call.slack.app.bot_user_id)


async def info(call: Call) -> Json:
    """conversations.info"""
    channel = call.channel()
    call.need_scope(f"{PREFIX[channel.kind]}:read")
    shape = _shape(call, channel)
    if not call.flag("include_num_members"):
        shape.pop("num_members", None)
    return {"channel": shape}


def _listed(call: Call, channels: Iterable[Channel]) -> Json:
    types = call.words("types", ["public_channel"])
    for kind in types:
        if kind not in TYPE_SCOPE:
            raise SlackError("invalid_types")
        call.need_scope(TYPE_SCOPE[kind])
    hide_archived = call.flag("exclude_archived")
    chosen = [c for c in channels if TYPE[c.kind] in types and not (hide_archived and c.is_archived)]
    page, cursor = call.page(sorted(chosen, key=lambda c: c.id))
    shapes = [_shape(call, channel) for channel in page]
    return {"channels": shapes, "response_metadata": {"next_cursor": cursor}}


async def list_all(call: Call) -> Json:
    """conversations.list"""
    return _listed(call, call.slack.workspace.visible_to(call.slack.app.bot_user_id))


async def of_user(call: Call) -> Json:
    """users.conversations"""
    workspace, bot = call.slack.workspace, call.slack.app.bot_user_id
    user = call.text("user") or bot
    if user not in workspace.users:
        raise SlackError("user_not_found")
    both = (c for c in workspace.visible_to(bot) if user in c.members)
    return _listed(call, both)


def _between(call: Call, messages: list[Message]) -> list[Message]:
    oldest, latest = call.text("oldest"), call.text("latest")
    inclusive = call.flag("inclusive")

    def inside(message: Message) -> bool:
        ts = float(message.ts)
        if oldest and (ts < float(oldest) or (ts == float(oldest) and not inclusive)):
            return False
        return not (latest and (ts > float(latest) or (ts == float(latest) and not inclusive)))

    try:
        return [message for message in messages if inside(message)]
    except ValueError:
        raise SlackError("invalid_ts_latest" if latest else "invalid_ts_oldest") from None


def _messages_shape(call: Call, page: list[Message], cursor: str) -> Json:
    slack = call.slack
    with_metadata = call.flag("include_all_metadata")
    shapes = [message_shape(m, slack.workspace, slack.app, with_metadata=with_metadata) for m in page]
    answer: Json = {"messages": shapes, "has_more": bool(cursor)}
    if cursor:
        answer["response_metadata"] = {"next_cursor": cursor}
    return answer


async def history(call: Call) -> Json:
    """conversations.history: what stands in the channel itself, newest first"""
    channel = call.channel()
    call.need_scope(f"{PREFIX[channel.kind]}:history")
    call.channel(member=True)
    said = call.slack.workspace.messages.get(channel.id, {}).values()
    roots = _between(call, [message for message in said if not message.is_reply])
    page, cursor = call.page(sorted(roots, key=lambda m: float(m.ts), reverse=True), most=999)
    return _messages_shape(call, page, cursor) | {"pin_count": 0, "channel_actions_ts": None}


async def replies(call: Call) -> Json:
    """conversations.replies: the root, then its replies, oldest first"""
    channel = call.channel()
    call.need_scope(f"{PREFIX[channel.kind]}:history")
    call.channel(member=True)
    workspace = call.slack.workspace
    meant = workspace.find_message(channel.id, call.needed("ts"))
    if meant is None:
        raise SlackError("thread_not_found")
    below = [] if meant.is_reply else _between(call, workspace.replies(meant))
    page, cursor = call.page([meant, *below], default=1000)
    return _messages_shape(call, page, cursor)


async def members(call: Call) -> Json:
    """conversations.members"""
    channel = call.channel()
    call.need_scope(f"{PREFIX[channel.kind]}:read")
    page, cursor = call.page(channel.members)
    return {"members": page, "response_metadata": {"next_cursor": cursor}}


async def open_dm(call: Call) -> Json:
    """conversations.open"""
    workspace, bot = call.slack.workspace, call.slack.app.bot_user_id
    return_im = call.flag("return_im")
    if call.text("channel"):
        return {"channel": _shape(call, call.channel())}
    users = call.words("users")
    if not users:
        raise SlackError("users_list_not_supplied")
    if len(users) > 1:
        raise SlackError("method_not_supported_for_channel_type")
    if users[0] not in workspace.users or users[0] == bot:
        raise SlackError("user_not_found")
    if workspace.users[users[0]].is_deleted:
        raise SlackError("user_disabled")
    known = set(workspace.channels)
    dm = workspace.direct_message(users[0], bot)
    answer: Json = {"channel": _shape(call, dm) if return_im else {"id": dm.id}}
    return answer | ({"no_op": True, "already_open": True} if dm.id in known else {})


async def join(call: Call) -> Json:
    """conversations.join"""
    channel, bot = call.channel(), call.slack.app.bot_user_id
    if channel.kind != "channel":
        raise SlackError("method_not_supported_for_channel_type")
    if channel.is_archived:
        raise SlackError("is_archived")
    if bot in channel.members:
        return {"channel": _shape(call, channel), "warning": "already_in_channel"}
    call.slack.talk.join(channel, bot)
    return {"channel": _shape(call, channel)}
