"""chat.*: post, change, delete, and link to messages."""

import math

from bot.sandbox.limits import TEXT_CUT_OFF, check_message
from bot.sandbox.shapes import message_shape, permalink
from bot.sandbox.slack_error import SlackError
from bot.sandbox.web_api.call import Call
from bot.sandbox.workspace import Channel, Json, Message

MARKDOWN_TEXT = 12_000


def _content(call: Call, *, is_update: bool = False) -> Json:
    content: Json = {name: call.parsed(name) for name in ("blocks", "attachments", "metadata")}
    content["text"] = call.text("text")
    if markdown := call.text("markdown_text"):
        if content["text"] or content["blocks"]:
            raise SlackError("markdown_text_conflict")
        if len(markdown) > MARKDOWN_TEXT:
            raise SlackError("msg_too_long")
        content["text"] = markdown
    check_message(content["text"], content["blocks"], content["attachments"], content["metadata"], is_update=is_update)
    content["text"] = (content["text"] or "")[:TEXT_CUT_OFF]
    return content


def place(call: Call) -> Channel:
    """Return where to post: a channel the app is in, or the DM with a person."""
    slack, wanted = call.slack, call.needed("channel")
    bot = slack.app.bot_user_id
    if wanted in slack.workspace.users and wanted != bot:
        return slack.workspace.direct_message(wanted, bot)
    by_name = wanted.removeprefix("#")
    if wanted not in slack.workspace.channels:
        named = [c for c in slack.workspace.channels.values() if c.name == by_name and not c.is_im]
        if not named or (named[0].is_private and bot not in named[0].members):
            raise SlackError("channel_not_found")
        call.args["channel"] = named[0].id
    channel = call.channel()
    if channel.is_archived:
        raise SlackError("is_archived")
    open_to_all = "chat:write.public" in slack.app.scopes and channel.kind == "channel"
    if bot not in channel.members and not open_to_all:
        raise SlackError("not_in_channel")
    return channel


def thread(call: Call, channel: Channel) -> str | None:
    """Return the root's ts; a reply's ts means its root, as in Slack."""
    thread_ts = call.text("thread_ts")
    if not thread_ts:
        return None
    root = call.slack.workspace.find_message(channel.id, thread_ts)
    if root is None:
        raise SlackError("thread_not_found")
    return root.thread_ts or root.ts


def keep_pace(call: Call, channel: Channel) -> None:
    """Refuse a second message in a channel within the second."""
    slack, now = call.slack, call.slack.workspace.clock.machine()
    wait = slack.last_post.get(channel.id, -math.inf) + slack.post_interval - now
    if wait > 0:
        raise SlackError("ratelimited", retry_after=max(1, math.ceil(wait)))
    slack.last_post[channel.id] = now


async def post_message(call: Call) -> Json:
    """chat.postMessage"""
    slack = call.slack
    channel = place(call)
    content = _content(call)
    root = thread(call, channel)
    keep_pace(call, channel)
    message = slack.talk.app_says(channel, content, thread_ts=root)
    shape = message_shape(message, slack.workspace, slack.app, with_metadata=True)
    return {"channel": channel.id, "ts": message.ts, "message": shape}


async def post_ephemeral(call: Call) -> Json:
    """chat.postEphemeral"""
    slack = call.slack
    channel, user = place(call), call.needed("user")
    content = _content(call)
    if user not in channel.members:
        raise SlackError("user_not_in_channel")
    content["metadata"] = None
    message = slack.talk.app_says(channel, content, thread_ts=thread(call, channel), only_for=user)
    return {"message_ts": message.ts}


def _own_message(call: Call, refusal: str) -> Message:
    channel = call.channel()
    message = call.slack.workspace.find_message(channel.id, call.needed("ts"))
    if message is None or message.subtype == "tombstone":
        raise SlackError("message_not_found")
    if message.bot_id != call.slack.app.bot_id:
        raise SlackError(refusal)
    return message


async def update(call: Call) -> Json:
    """chat.update"""
    slack = call.slack
    message = _own_message(call, "cant_update_message")
    if slack.workspace.channels[message.channel].is_archived:
        raise SlackError("is_inactive")
    if slack.streams.find(message) is not None:
        raise SlackError("streaming_state_conflict")
    given = {name for name in ("text", "blocks", "attachments", "metadata") if call.value(name) is not None}
    if call.text("markdown_text"):
        given.add("text")
    content = _content(call, is_update=True)
    changed = {name: content[name] for name in given}
    if "text" in given and "blocks" not in given:
        changed["blocks"] = None
    slack.talk.change(message, slack.app.bot_user_id, **changed)
    shape = message_shape(message, slack.workspace, slack.app, with_metadata=True)
    return {"channel": message.channel, "ts": message.ts, "text": message.text, "message": shape}


async def delete(call: Call) -> Json:
    """chat.delete"""
    message = _own_message(call, "cant_delete_message")
    call.slack.talk.delete(message)
    return {"channel": message.channel, "ts": message.ts}


async def get_permalink(call: Call) -> Json:
    """chat.getPermalink"""
    channel = call.channel()
    message = call.slack.workspace.find_message(channel.id, call.needed("message_ts"))
    if message is None:
        raise SlackError("message_not_found")
    return {"channel": channel.id, "permalink": permalink(message, call.slack.url)}
