"""reactions.*: add, remove, and look at."""

import re

from bot.sandbox.shapes import message_shape, permalink, reactions_shape
from bot.sandbox.slack_error import SlackError
from bot.sandbox.web_api.call import Call
from bot.sandbox.workspace import Json, Message

EMOJI = re.compile(r"[a-z0-9_+'\-]+(::skin-tone-[2-6])?")
MOST_REACTIONS = 23


def _message(call: Call, *, member: bool) -> Message:
    if not call.text("channel") or not call.text("timestamp"):
        raise SlackError("no_item_specified")
    channel = call.channel(member=member)
    message = call.slack.workspace.find_message(channel.id, call.needed("timestamp"))
    if message is None or message.subtype == "tombstone":
        raise SlackError("message_not_found")
    return message


def _emoji(call: Call) -> str:
    name = call.needed("name").strip(":")
    if not EMOJI.fullmatch(name):
        raise SlackError("invalid_name")
    return name


async def add(call: Call) -> Json:
    """reactions.add"""
    emoji, message = _emoji(call), _message(call, member=True)
    if call.slack.workspace.channels[message.channel].is_archived:
        raise SlackError("is_archived")
    if emoji not in message.reactions and len(message.reactions) >= MOST_REACTIONS:
        raise SlackError("too_many_emoji")
    if not call.slack.talk.react(message, call.slack.app.bot_user_id, emoji):
        raise SlackError("already_reacted")
    return {}


async def remove(call: Call) -> Json:
    """reactions.remove"""
    emoji, message = _emoji(call), _message(call, member=True)
    if not call.slack.talk.unreact(message, call.slack.app.bot_user_id, emoji):
        raise SlackError("no_reaction")
    return {}


async def get(call: Call) -> Json:
    """reactions.get: the whole message; public channels need no membership"""
    message = _message(call, member=False)
    slack = call.slack
    shape = message_shape(message, slack.workspace, slack.app)
    shape["reactions"] = reactions_shape(message)
    shape["permalink"] = permalink(message, slack.url)
    return {"type": "message", "channel": message.channel, "message": shape}
