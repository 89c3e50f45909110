"""chat.*Stream: an answer that is read while it is still being written."""

from typing import Any

from bot.sandbox.limits import check_message
from bot.sandbox.shapes import message_shape
from bot.sandbox.slack_error import SlackError
from bot.sandbox.streams import Stream
from bot.sandbox.web_api.call import Call
from bot.sandbox.web_api.chat import MARKDOWN_TEXT, keep_pace, place, thread
from bot.sandbox.workspace import Json

CHUNKS = ("markdown_text", "task_update", "plan_update", "blocks")


def _written(call: Call) -> str:
    """Return the new words of a call: its markdown_text, or those of its chunks."""
    text, chunks = call.text("markdown_text") or "", call.parsed("chunks")
    if text and chunks:
        raise SlackError.invalid_arguments("[ERROR] only one of markdown_text and chunks is allowed")
    for chunk in chunks or []:
        if not isinstance(chunk, dict) or chunk.get("type") not in CHUNKS:
            raise SlackError("invalid_chunks")
        text += _words_of(chunk)
    if len(text) > MARKDOWN_TEXT:
        raise SlackError("msg_too_long")
    return text


def _words_of(chunk: dict[str, Any]) -> str:
    if chunk["type"] == "markdown_text":
        return str(chunk.get("text") or "")
    return f"\n{chunk['title']}\n" if chunk.get("title") else ""


async def start(call: Call) -> Json:
    """chat.startStream"""
    slack, channel = call.slack, place(call)
    call.needed("thread_ts")
    reader = next((m for m in channel.members if m != slack.app.bot_user_id), None)
    if not channel.is_im:
        reader = call.text("recipient_user_id")
        if not reader:
            raise SlackError("missing_recipient_user_id")
        if not call.text("recipient_team_id"):
            raise SlackError("missing_recipient_team_id")
        if reader not in slack.workspace.users:
            raise SlackError("user_not_found")
    root, text = thread(call, channel), _written(call)
    keep_pace(call, channel)
    message = slack.talk.app_says(channel, {"text": text}, thread_ts=root)
    slack.streams.begin(message, reader or "")
    return {"channel": channel.id, "ts": message.ts}


def _streaming(call: Call) -> Stream:
    channel = call.channel(member=True)
    message = call.slack.workspace.find_message(channel.id, call.needed("ts"))
    if message is None or message.bot_id != call.slack.app.bot_id:
        raise SlackError("message_not_found")
    return call.slack.streams.need(message)


async def append(call: Call) -> Json:
    """chat.appendStream"""
    stream, text = _streaming(call), _written(call)
    if not text and not call.parsed("chunks"):
        raise SlackError("no_text")
    call.slack.streams.write_on(stream, text)
    return {"channel": stream.message.channel, "ts": stream.message.ts}


async def stop(call: Call) -> Json:
    """chat.stopStream: the answer is whole, perhaps with blocks below it"""
    stream, text, slack = _streaming(call), _written(call), call.slack
    message, blocks, metadata = stream.message, call.parsed("blocks"), call.parsed("metadata")
    check_message(message.text + text, blocks, None, metadata)
    slack.streams.write_on(stream, text)
    slack.streams.end(stream, blocks, metadata)
    shape = message_shape(message, slack.workspace, slack.app, with_metadata=True)
    return {"channel": message.channel, "ts": message.ts, "message": shape}
