"""assistant.threads.*: what the agent suggests, what it is doing, and what a conversation is called."""

from bot.sandbox.slack_error import SlackError
from bot.sandbox.web_api.call import Call
from bot.sandbox.workspace import Change, Channel, Json

MOST_PROMPTS = 4
MOST_LOADING_MESSAGES = 10


def _thread(call: Call, *, needs_thread: bool = True) -> tuple[Channel, str]:
    """Return the conversation meant and its thread's ts, empty for the top of the conversation."""
    channel = call.channel("channel_id", member=True)
    thread_ts = call.needed("thread_ts") if needs_thread else call.text("thread_ts") or ""
    if thread_ts and call.slack.workspace.find_message(channel.id, thread_ts) is None:
        raise SlackError("invalid_thread_ts")
    return channel, thread_ts


def _note(call: Call, channel: Channel, thread_ts: str, what: str, value: object) -> Json:
    call.slack.workspace.agent.setdefault(channel.id, {}).setdefault(thread_ts, {})[what] = value
    call.slack.workspace.publish(Change("agent", channel=channel.id))
    return {}


async def set_suggested_prompts(call: Call) -> Json:
    """assistant.threads.setSuggestedPrompts: without a thread, on top of the conversation"""
    channel, thread_ts = _thread(call, needs_thread=False)
    prompts = call.parsed("prompts")
    good = isinstance(prompts, list) and all(
        isinstance(one, dict) and one.get("title") and one.get("message") for one in prompts
    )
    if not good or not 1 <= len(prompts) <= MOST_PROMPTS:
        raise SlackError.invalid_arguments(f"[ERROR] must have 1 to {MOST_PROMPTS} prompts with title and message")
    return _note(call, channel, thread_ts, "prompts", {"title": call.text("title"), "prompts": prompts})


async def set_status(call: Call) -> Json:
    """assistant.threads.setStatus: an empty one takes it away"""
    channel, thread_ts = _thread(call)
    if call.text("status") is None:
        raise SlackError.invalid_arguments("[ERROR] missing required field: status")
    if len(call.words("loading_messages")) > MOST_LOADING_MESSAGES:
        raise SlackError.invalid_arguments(f"[ERROR] no more than {MOST_LOADING_MESSAGES} loading_messages allowed")
    return _note(call, channel, thread_ts, "status", call.text("status"))


async def set_title(call: Call) -> Json:
    """assistant.threads.setTitle"""
    channel, thread_ts = _thread(call)
    return _note(call, channel, thread_ts, "title", call.needed("title"))
