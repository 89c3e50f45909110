"""The sandbox's events, blocks and views against Slack's own types, when a folder with them is given."""

import copy
import json
import os
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox import Sandbox
from bot.sandbox.block_fields import OF_BLOCK, OF_ELEMENT, OF_RICH_TEXT, OF_TEXT
from bot.sandbox.event_types import EVENTS
from bot.sandbox.workspace import User
from tests.person import Slacker
from tests.sandbox.stories import MANIFEST
from tests.sandbox.test_events import Ears, ears
from tests.sandbox.test_modals import modal
from tests.scenarios.slack_types import complaints

__all__ = ["ears"]

FOLDER = os.environ.get("LINCHPIN_SLACK_SCHEMAS", "")
pytestmark = pytest.mark.skipif(not FOLDER, reason="LINCHPIN_SLACK_SCHEMAS names no folder with Slack's types")

NEWER_THAN_THE_TYPES = {
    "app_id", "user_team", "source_team", "metadata", "auto_type", "deleted_by", "timestamp", "ims",
}  # fmt: skip
"""What Slack sends although its published types do not list it."""


def without_catch_all(part: Any) -> Any:
    """Drop the schema's way out, by which any {"type": …} is a block."""
    if isinstance(part, list):
        return [without_catch_all(item) for item in part]
    if not isinstance(part, dict):
        return part
    cleaned = {key: without_catch_all(value) for key, value in part.items()}
    if isinstance(choices := cleaned.get("anyOf"), list):
        refs = [choice.get("$ref") for choice in choices if isinstance(choice, dict)]
        if "#/definitions/KnownBlock" in refs:
            cleaned["anyOf"] = [c for c in choices if c.get("$ref") != "#/definitions/Block"]
    return cleaned


def slacks(name: str) -> Draft7Validator:
    schema = without_catch_all(json.loads((Path(FOLDER) / f"{name}.schema.json").read_text()))
    if "AnyBlock" in schema["definitions"]:
        schema["definitions"]["AnyBlock"] = {"$ref": "#/definitions/KnownBlock"}
    return Draft7Validator(schema)


def as_typed(event: Any) -> Any:
    """Return an event without what the published types do not know yet."""
    if isinstance(event, list):
        return [as_typed(item) for item in event]
    if isinstance(event, dict):
        if event.get("subtype") in ("message_changed", "message_deleted"):
            # The types reuse the whole event for the message within; Slack sends it without these three.
            outer = {key: event[key] for key in ("channel", "channel_type", "event_ts")}
            within = {key: event[key] | outer for key in ("message", "previous_message") if key in event}
            event = event | within
        if event.get("type") == "home":
            # The types know the view that an app publishes, not the ids and state that Slack adds to it.
            event = {key: event[key] for key in ("type", "blocks", "private_metadata", "callback_id")}
        if event.get("subtype") == "file_share":
            # The types know no sender of a file but a person, and not the id that a client gives.
            event = {key: event[key] for key in event if key not in ("client_msg_id", "bot_id", "bot_profile")}
        if event.get("subtype") == "channel_join":
            # The types want an inviter and a team also from those who came by themselves.
            event = {"inviter": "U0LEE", "team": "T0PAPER", **event}
        if event.get("type") in ("app_uninstalled", "tokens_revoked"):
            event = {key: value for key, value in event.items() if key != "event_ts"}
        known = {key: as_typed(value) for key, value in event.items() if key not in NEWER_THAN_THE_TYPES}
        return known | ({"app_id": event["app_id"]} if "icons" in event else {})
    return event


async def _people_change(sandbox: Sandbox, mina: Slacker) -> None:
    office = sandbox.slack.administration
    office.let_in(User("U0ZOE", "zoe", "Zoe New", "T0PAPER"))
    await mina.changes_profile(title="Head of Product")
    office.set_members(office.form_group("leads", "Leads", ["U0MINA"], by="U0MINA"), ["U0LEE"])


async def _channels_change(sandbox: Sandbox, mina: Slacker, lee: Slacker) -> None:
    await mina.invites_bot("#sales")
    await mina.removes_bot("#sales")
    await mina.person.join("#acme")
    await mina.person.leave("#acme")
    await lee.unshares("#acme")
    await lee.shares("#acme")
    for name in ("#product", "#board"):
        await mina.invites_bot(name)
        await mina.archives(name)
        await mina.unarchives(name)
        await mina.person.rename(name, f"{name}-2")
    sandbox.slack.talk.give_new_id(sandbox.workspace.channels["C0ACME"])
    await mina.removes_bot("#board-2")


async def test_every_event_that_is_sent_is_one_of_slacks(
    sandbox: Sandbox, ears: Ears, client: AsyncWebClient, mina: Slacker, lee: Slacker
) -> None:
    message = await mina.writes("#product", "*hi* @echo see https://x.org and #sales :wave:")
    await lee.writes("#product", "a reply", thread=message)
    await mina.edits(message, "hi again, @lee")
    await mina.reacts(message, "bulb")
    await mina.unreacts(message, "bulb")
    await mina.deletes(await mina.writes("#product", "oops"))
    await mina.writes("@echo", "in private")
    await client.views_publish(user_id="U0MINA", view={"type": "home", "blocks": [{"type": "divider"}]})
    await mina.person.open_home("home")
    await mina.person.open_home("messages")
    await mina.uploads("#product", "plan.pdf", "the plan")
    await client.files_upload_v2(filename="a.csv", content="a", channel="C0PRODUCT")
    begun = await client.chat_startStream(
        channel="C0PRODUCT", thread_ts=message.ts, recipient_user_id="U0MINA", recipient_team_id="T0PAPER"
    )
    await mina.person.stop("#product", begun["ts"])
    await mina.person.look_at("#product")
    await _people_change(sandbox, mina)
    await _channels_change(sandbox, mina, lee)
    sandbox.slack.administration.uninstall()
    await sandbox.delivered()
    validator = slacks("AnEvent")
    kinds = {event.get("subtype") or event["type"] for event in ears.heard}
    assert kinds == {
        "message", "app_mention", "message_changed", "message_deleted", "reaction_added", "reaction_removed",
        "app_home_opened", "channel_join", "file_share",
        *(name for name in EVENTS if not name.startswith("message.")),
    }  # fmt: skip
    for event in ears.heard:
        problems = [error.message for error in validator.iter_errors(as_typed(event))]
        assert not problems, f"{event} is not an event of Slack's: {problems[0][:300]}"


async def test_a_broken_event_is_noticed(sandbox: Sandbox, ears: Ears, mina: Slacker) -> None:
    await mina.writes("#product", "hi")
    await sandbox.delivered()
    event = as_typed(ears.heard[0])
    validator = slacks("AnEvent")
    assert validator.is_valid(event)
    for broken in (
        {key: value for key, value in event.items() if key != "user"},
        event | {"channel_type": "tavern"},
        event | {"invented": True},
    ):
        assert not validator.is_valid(broken)


def test_the_blocks_of_typed_text_are_slacks_and_a_broken_copy_is_noticed(sandbox: Sandbox) -> None:
    from bot.sandbox.rich_text import rich_text

    block = rich_text("*bold* _it_ ~no~ `code` <@U0LEE> <#C0SALES> <https://x.org|x> :tada: <!here>", "b1")
    validator = slacks("Blocks")
    assert validator.is_valid([block])
    broken = copy.deepcopy(block)
    broken["elements"][0]["elements"][0]["type"] = "hologram"
    assert not validator.is_valid([broken])


def test_the_fields_of_every_part_are_slacks() -> None:
    definitions = json.loads((Path(FOLDER) / "Blocks.schema.json").read_text())["definitions"]
    kinds: dict[str, set[str]] = {}
    for name, part in definitions.items():
        kind = part.get("properties", {}).get("type", {}).get("const")
        if kind and name != "UrlImageObject":
            kinds.setdefault(kind, set()).update(part["properties"])
    ours = OF_BLOCK | OF_ELEMENT | OF_RICH_TEXT | OF_TEXT
    differing = {
        kind: sorted(kinds[kind] ^ ours[kind]) for kind in kinds.keys() & ours.keys() if kinds[kind] ^ ours[kind]
    }
    assert differing == {"rich_text_list": ["offset"], "rich_text_preformatted": ["language"]}
    assert len(kinds.keys() & ours.keys()) > 50


async def test_a_view_that_the_sandbox_opens_is_slacks(client: AsyncWebClient, sandbox: Sandbox) -> None:
    validator = slacks("AView")
    assert validator.is_valid(modal())
    assert not validator.is_valid(modal() | {"title": "Note"})


async def test_a_call_with_arguments_that_are_not_slacks_is_complained_of(
    sandbox: Sandbox, client: AsyncWebClient
) -> None:
    await client.chat_postMessage(channel="C0PRODUCT", text="[hi]", thread_ts=None)
    await client.views_publish(user_id="U0MINA", view={"type": "home", "blocks": []})
    assert complaints(sandbox) == []
    await client.api_call("chat.postMessage", json={"channel": "C0PRODUCT", "text": "hi", "unfurl_links": "perhaps"})
    (complaint,) = complaints(sandbox)
    assert complaint.startswith("PostMessage: ")


def test_the_tests_own_manifest_is_slacks() -> None:
    validator, known = slacks("Man"), copy.deepcopy(MANIFEST)
    known["oauth_config"]["scopes"]["bot"].remove("assistant:write")
    for newer in ("agent_session_stopped", "app_context_changed"):
        known["settings"]["event_subscriptions"]["bot_events"].remove(newer)
    assert [error.message for error in validator.iter_errors(known)] == []
    broken = copy.deepcopy(known)
    broken["oauth_config"]["scopes"]["bot"].append("chat:shout")
    assert not validator.is_valid(broken)
