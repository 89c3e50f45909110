"""What comes in from Slack: what of it is kept, under which key, and in which order."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from bot.intake import Arrival

Payload = Mapping[str, Any]

_KINDS = {
    "block_actions": "action",
    "message_action": "shortcut",
    "shortcut": "shortcut",
    "view_submission": "submission",
    "view_closed": "action",
}
ANSWERED = ("command", "submission")
"""Kinds whose ack carries the answer; everything else is acked first and dispatched then."""

LATE_SECONDS = 2.0
"""After this, Slack may have repeated an event, or another process taken it up."""

FOLLOWED = frozenset(
    (
        *("app_home_opened", "channel_archive", "channel_id_changed", "channel_left", "channel_shared"),
        *("channel_unshared", "group_archive", "group_left", "subteam_members_changed", "subteam_updated"),
        *("team_join", "user_change"),
    )
)
"""Events about channels, people and the Home, each of which is wanted."""


def arrival_of(payload: Payload, said: str | None = None) -> Arrival | None:
    """Return what is to be kept of a payload; None for what nobody here wants, or what only reads.

    `said` is the payload as JSON, where it came so: to write it anew would be a good part of what an ack costs.
    """
    if payload.get("type") == "event_callback":
        return _event(payload, said) if wanted(payload) else None
    if "command" in payload:
        kind, lane = "command", str(payload["user_id"])
    elif kind := _KINDS.get(str(payload.get("type")), ""):
        lane = str((payload.get("user") or {}).get("id"))
    else:
        return None
    team_id = team_of(payload)
    return Arrival(team_id, f"{team_id}:{_key(payload)}", kind, lane, said or json.dumps(payload))


def wanted(payload: Payload) -> bool:
    """Say whether an event is for us; the rest is acked, and never stored."""
    event = payload.get("event") or {}
    kind = event.get("type")
    if kind in ("reaction_added", "reaction_removed"):
        return bool(event.get("item", {}).get("type") == "message")
    if kind == "message":
        if message := edited(event):
            return not message.by_bot
        direct = event.get("channel_type") == "im"
        return direct and "subtype" not in event and not event.get("bot_id")
    if kind == "app_mention":
        return not event.get("bot_id")
    if kind == "member_joined_channel":
        return event.get("user") in {one.get("user_id") for one in payload.get("authorizations") or ()}
    return kind in FOLLOWED


@dataclass(frozen=True)
class Edited:
    """A message that was changed or deleted."""

    channel: str
    ts: str
    thread_ts: str | None
    is_gone: bool
    by_bot: bool


def edited(event: Payload) -> Edited | None:
    """Return which message an event says was changed or deleted; None for any other event."""
    subtype = event.get("subtype")
    if event.get("type") != "message" or subtype not in ("message_changed", "message_deleted"):
        return None
    before, after = event.get("previous_message") or {}, event.get("message") or {}
    told = after or before
    # Of a message that others have answered, a tombstone stays, and Slack calls that a change.
    is_gone = subtype == "message_deleted" or after.get("subtype") == "tombstone"
    ts = event.get("deleted_ts") or told.get("ts") or ""
    thread_ts = told.get("thread_ts") or before.get("thread_ts")
    return Edited(
        str(event["channel"]), str(ts), str(thread_ts) if thread_ts else None, is_gone, bool(told.get("bot_id"))
    )


def cause_of(payload: Payload) -> str:
    """Return the name of the click or event behind a payload, the same for every delivery of it."""
    if payload.get("type") == "view_submission":
        return f"view:{payload['view']['id']}"  # one modal makes one thing, however often its button is pressed
    return _key(payload)


def team_of(payload: Payload) -> str:
    """Return the workspace that a payload belongs to."""
    if payload.get("type") == "event_callback" and (on_behalf := payload.get("authorizations")):
        return str(on_behalf[0]["team_id"])
    team = payload.get("team")
    return str(team["id"] if isinstance(team, Mapping) else payload.get("team_id"))


def is_late(payload: Payload, now: datetime, *, tries: int) -> bool:
    """Say whether an event comes so late, or again, that what it tells of may have changed once more."""
    # The tries as well: our clock may lag behind Slack's.
    return tries > 1 or (now - happened_at(payload)).total_seconds() > LATE_SECONDS


def happened_at(payload: Payload) -> datetime:
    """Return when what an event tells of happened, by Slack's clock."""
    return datetime.fromtimestamp(float(payload["event"].get("event_ts") or payload.get("event_time") or 0), UTC)


def reaction_name(event: Payload) -> str:
    """Return a reaction's name without its skin tone."""
    return str(event.get("reaction", "")).partition("::")[0]


def _event(payload: Payload, said: str | None) -> Arrival:
    event = payload["event"]
    item = event.get("item") or {}
    user = event.get("user")
    lane = item.get("channel") or event.get("channel") or (user.get("id") if isinstance(user, Mapping) else user)
    team_id = team_of(payload)
    if edited(event):  # what somebody has taken back is not kept on its way either
        before = {"thread_ts": (event.get("previous_message") or {}).get("thread_ts")}
        payload, said = {**payload, "event": {**event, "previous_message": before}}, None
    key = f"{team_id}:{payload['event_id']}"
    return Arrival(team_id, key, "event", str(lane or "workspace"), said or json.dumps(payload))


def _key(payload: Payload) -> str:
    kind = payload.get("type")
    if kind == "event_callback":
        return str(payload["event_id"])
    if kind == "block_actions":
        actions = payload.get("actions") or [{}]
        return f"action:{payload['user']['id']}:{actions[0].get('action_id')}:{actions[0].get('action_ts')}"
    if kind == "view_closed":
        return f"closed:{payload['view']['id']}"
    return f"trigger:{payload.get('trigger_id')}"
