"""Which edits and deletions are let in, and what of them is kept on the way."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from handlers.arrivals import FOLLOWED, arrival_of, edited, is_late, wanted
from handlers.topics import NEEDS


def _payload(**event: Any) -> dict[str, Any]:
    told = {"type": "message", "channel": "C1", "channel_type": "channel", **event}
    return {"type": "event_callback", "event_id": "Ev1", "team_id": "T1", "event": told}


def _message(**more: Any) -> dict[str, Any]:
    return {"type": "message", "user": "U1", "ts": "1.1", "text": "zanzibar", **more}


def test_an_edit_names_its_message_and_its_thread() -> None:
    event = _payload(subtype="message_changed", message=_message(thread_ts="0.9"), previous_message=_message())["event"]
    found = edited(event)
    assert found is not None
    assert (found.channel, found.ts, found.thread_ts, found.is_gone) == ("C1", "1.1", "0.9", False)


@pytest.mark.parametrize(
    "event",
    [
        {"subtype": "message_deleted", "deleted_ts": "1.1", "previous_message": _message(thread_ts="0.9")},
        {
            "subtype": "message_changed",
            "message": {"subtype": "tombstone", "ts": "1.1", "thread_ts": "0.9"},
            "previous_message": _message(),
        },
    ],
)
def test_a_deletion_is_one_also_where_a_tombstone_stays_for_its_replies(event: dict[str, Any]) -> None:
    found = edited(_payload(**event)["event"])
    assert found is not None
    assert (found.ts, found.thread_ts, found.is_gone) == ("1.1", "0.9", True)


def test_what_was_taken_back_is_not_stored_on_its_way() -> None:
    told = _payload(subtype="message_deleted", deleted_ts="1.1", previous_message=_message(thread_ts="0.9"))
    arrival = arrival_of(told, json.dumps(told))
    assert arrival is not None
    assert "zanzibar" not in arrival.payload
    found = edited(json.loads(arrival.payload)["event"])
    assert found is not None
    assert found.thread_ts == "0.9"


@pytest.mark.parametrize(
    "told",
    [
        _payload(type="app_mention", text="zanzibar"),
        {"type": "block_actions", "user": {"id": "U1"}, "team": {"id": "T1"}, "actions": []},
        {"type": "view_submission", "user": {"id": "U1"}, "team": {"id": "T1"}, "view": {"id": "V1"}},
    ],
)
def test_what_came_as_json_is_stored_as_it_came(told: dict[str, Any]) -> None:
    said = json.dumps(told, indent=1)
    arrival = arrival_of(told, said)
    assert arrival is not None
    assert arrival.payload == said


@pytest.mark.parametrize(
    "event",
    [
        _message(),
        _message(subtype="file_share"),
        {"subtype": "message_changed", "message": _message(bot_id="B1")},
        {"subtype": "message_deleted", "deleted_ts": "1.1", "previous_message": _message(bot_id="B1")},
    ],
)
def test_what_people_say_in_channels_and_what_apps_change_is_not_wanted(event: dict[str, Any]) -> None:
    assert not wanted(_payload(**event))


def test_every_event_that_a_topic_asks_slack_for_is_let_in() -> None:
    asked = {event for need in NEEDS for event in (*need.events, *need.optional_events)}
    looked_at = {"app_mention", "member_joined_channel", "reaction_added", "reaction_removed"}
    assert {one for one in asked if not one.startswith("message.")} == FOLLOWED | looked_at


@pytest.mark.parametrize(
    ("seconds", "tries", "late"), [(1, 1, False), (3, 1, True), (1, 2, True), (-60, 1, False), (-60, 2, True)]
)
def test_an_event_is_late_by_its_age_or_because_it_was_tried_before(seconds: int, tries: int, late: bool) -> None:
    told = _payload(event_ts="1000.000000")
    assert is_late(told, datetime.fromtimestamp(1000 + seconds, UTC), tries=tries) is late
