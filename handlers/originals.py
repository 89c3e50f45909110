"""Following the messages that feedback comes from: their authors' edits and deletions in Slack."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from slack_bolt.async_app import AsyncApp, AsyncBoltContext
from slack_sdk.errors import SlackApiError

from bot.outbox.sender import refusal
from bot.services import originals
from handlers.arrivals import cause_of, edited, is_late, team_of
from handlers.files import files_of
from handlers.house import House
from handlers.needs import Need
from handlers.slack import words_in

NEEDS = Need(scopes=("reactions:read",), optional_events=("message.channels", "message.groups"))

TOMBSTONE: Mapping[str, Any] = MappingProxyType({"subtype": "tombstone"})
"""What Slack leaves of a deleted message that others have answered."""


def register(app: AsyncApp, house: House) -> None:
    """Listen to edits and deletions; of anything but what is kept, the door lets none in."""

    @app.event({"type": "message", "subtype": "message_changed"})
    async def on_message_changed(body: dict[str, Any], event: dict[str, Any], context: AsyncBoltContext) -> None:
        await _follow(house, body, event, tries=context["tries"])

    @app.event({"type": "message", "subtype": "message_deleted"})
    async def on_message_deleted(body: dict[str, Any], event: dict[str, Any], context: AsyncBoltContext) -> None:
        await _follow(house, body, event, tries=context["tries"])


def tasks(house: House) -> Mapping[str, Any]:
    """Return the slow work about the messages that feedback comes from."""

    async def look_at_original(team_id: str, args: dict[str, Any]) -> None:
        """Look whether a message still says what was captured from it: nothing tells us of a change before that."""
        channel, ts = str(args["channel"]), str(args["ts"])
        thread_ts = str(args["thread_ts"]) if args["thread_ts"] else None
        about: dict[str, Any] = {
            "team_id": team_id, "channel": channel, "message_ts": ts, "thread_ts": thread_ts,
            "cause": f"look:{channel}:{ts}:{house.now().timestamp()}", "now": house.now(),
        }  # fmt: skip
        await _look(house, about)

    return {"look_at_original": look_at_original}


async def _follow(house: House, body: dict[str, Any], event: dict[str, Any], *, tries: int) -> None:
    message, team_id = edited(event), team_of(body)
    if message is None:
        return
    about: dict[str, Any] = {
        "team_id": team_id, "channel": message.channel, "message_ts": message.ts, "thread_ts": message.thread_ts,
        "cause": cause_of(body), "now": house.now(),
    }  # fmt: skip
    if not message.is_gone and is_late(body, about["now"], tries=tries):  # a later edit may have been followed before
        await _look(house, about)
    else:
        await _keep_up(house, about, event.get("message") or {}, is_gone=message.is_gone)


async def _look(house: House, about: dict[str, Any]) -> None:
    """Keep up with what Slack shows of a message now."""
    try:
        found = await house.client.reactions_get(channel=about["channel"], timestamp=about["message_ts"], full=True)
    except SlackApiError as error:
        if refusal(error) not in ("message_not_found", "channel_not_found", "not_in_channel"):
            raise
        message = TOMBSTONE if refusal(error) == "message_not_found" else None
    else:
        message = found["message"]
    if message is not None:  # where the bot may not look, it is not told of edits either
        await _keep_up(house, about, message, is_gone=message.get("subtype") == "tombstone")


async def _keep_up(house: House, about: dict[str, Any], message: Mapping[str, Any], *, is_gone: bool) -> None:
    if is_gone:
        await originals.follow_delete(house.database, **about)
        return
    (words,) = await words_in(house, str(about["team_id"]), [message])
    await originals.follow_edit(house.database, words=words, files=files_of(message), **about)
