"""What people do arrives in Slack's form, field by field: no field too many, none missing."""

from typing import Any

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox import Sandbox
from bot.sandbox.acts import Where
from tests.person import Slacker
from tests.sandbox.test_commands import CARD

EVERY_PAYLOAD = {"type", "token", "team", "user", "enterprise", "is_enterprise_install"}
TEAM = {"id": "T0PAPER", "domain": "paperwing"}
MINA = {"id": "U0MINA", "username": "mina", "name": "mina", "team_id": "T0PAPER"}
VIEW_FIELDS = {
    "id", "team_id", "type", "blocks", "private_metadata", "callback_id", "state", "hash", "title", "clear_on_close",
    "notify_on_close", "close", "submit", "previous_view_id", "root_view_id", "app_id", "external_id",
    "app_installed_team_id", "bot_id",
}  # fmt: skip
MODAL: dict[str, Any] = {
    "type": "modal", "callback_id": "note", "notify_on_close": True, "private_metadata": "7",
    "title": {"type": "plain_text", "text": "Note"}, "submit": {"type": "plain_text", "text": "Save"},
    "blocks": [
        {
            "type": "input", "block_id": "quote", "label": {"type": "plain_text", "text": "Quote"},
            "element": {"type": "plain_text_input", "action_id": "value"},
        },
        {
            "type": "input", "block_id": "where", "label": {"type": "plain_text", "text": "Where"}, "optional": True,
            "element": {"type": "conversations_select", "action_id": "value", "response_url_enabled": True},
        },
        {
            "type": "actions", "block_id": "more",
            "elements": [{"type": "external_select", "action_id": "account", "min_query_length": 1}],
        },
    ],
}  # fmt: skip


@pytest.fixture
def heard(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, dict[str, Any]]]:
    """Return what would be sent to the app: its kind, and the payload."""
    sent: list[tuple[str, dict[str, Any]]] = []

    async def request(kind: str, payload: dict[str, Any]) -> dict[str, Any]:
        sent.append((kind, payload))
        return {}

    monkeypatch.setattr(sandbox.slack.delivery, "request", request)
    monkeypatch.setattr(sandbox.slack.delivery, "courtesy", lambda kind, payload: sent.append((kind, payload)))
    return sent


@pytest.fixture
async def modal(sandbox: Sandbox, client: AsyncWebClient) -> str:
    """Return the id of a modal that Mina sees."""
    opened = await client.views_open(trigger_id=sandbox.slack.triggers.new("U0MINA"), view=MODAL)
    return str(opened["view"]["id"])


def is_from_mina(payload: dict[str, Any]) -> bool:
    """Say whether what every payload carries is right."""
    return (
        payload["team"] == TEAM
        and payload["user"] == MINA
        and payload["enterprise"] is None
        and payload["is_enterprise_install"] is False
        and bool(payload["token"])
    )


async def test_a_command(sandbox: Sandbox, heard: list[tuple[str, dict[str, Any]]], mina: Slacker) -> None:
    await mina.person.command("#product", "/echo  hi there ")
    ((kind, payload),) = heard
    assert kind == "slash_commands"
    assert payload.pop("response_url").startswith(f"{sandbox.url}/response/")
    assert payload.pop("trigger_id").count(".") == 2
    assert payload.pop("token")
    assert payload == {
        "team_id": "T0PAPER", "team_domain": "paperwing", "channel_id": "C0PRODUCT", "channel_name": "product",
        "user_id": "U0MINA", "user_name": "mina", "command": "/echo", "text": "hi there", "api_app_id": "A0SANDBOX",
        "is_enterprise_install": "false",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("channel", "name"), [("#product", "product"), ("#board", "privategroup"), ("@echo", "directmessage")]
)
async def test_what_a_channel_is_called(
    heard: list[tuple[str, dict[str, Any]]], mina: Slacker, channel: str, name: str
) -> None:
    await mina.person.command(channel, "/echo")
    assert heard[0][1]["channel_name"] == name


async def test_a_message_shortcut(heard: list[tuple[str, dict[str, Any]]], mina: Slacker) -> None:
    reply = await mina.sees("#product", containing="On it")
    await mina.person.message_shortcut("#product", reply.ts, "note_this")
    ((kind, payload),) = heard
    assert (kind, payload["type"], payload["callback_id"]) == ("interactive", "message_action", "note_this")
    assert set(payload) == EVERY_PAYLOAD | {
        "action_ts", "channel", "callback_id", "trigger_id", "response_url", "message_ts", "message",
    }  # fmt: skip
    assert is_from_mina(payload)
    assert (payload["channel"], payload["message_ts"]) == ({"id": "C0PRODUCT", "name": "product"}, reply.ts)
    assert payload["message"] == {
        "type": "message", "user": "U0MINA", "ts": reply.ts, "text": "On it", "team": "T0PAPER",
        "thread_ts": reply.thread_ts, "parent_user_id": "U0LEE",
    }  # fmt: skip


async def test_a_global_shortcut(heard: list[tuple[str, dict[str, Any]]], mina: Slacker) -> None:
    await mina.person.global_shortcut("new_note")
    ((_, payload),) = heard
    assert set(payload) == EVERY_PAYLOAD | {"action_ts", "callback_id", "trigger_id"}
    assert (payload["type"], payload["user"]) == ("shortcut", {k: v for k, v in MINA.items() if k != "name"})


async def test_a_click_in_a_message(
    heard: list[tuple[str, dict[str, Any]]], client: AsyncWebClient, mina: Slacker
) -> None:
    root = await mina.sees("#product", containing="SSO")
    await client.chat_postMessage(channel="C0PRODUCT", text="card", blocks=CARD, thread_ts=root.ts)
    card = await mina.sees("#product", containing="A card")
    await mina.clicks("Undo", on=card)
    ((_, payload),) = heard
    assert set(payload) == EVERY_PAYLOAD | {
        "api_app_id", "container", "trigger_id", "channel", "message", "state", "response_url", "actions",
    }  # fmt: skip
    assert is_from_mina(payload)
    assert payload["container"] == {
        "type": "message", "message_ts": card.ts, "channel_id": "C0PRODUCT", "is_ephemeral": False,
        "thread_ts": root.ts,
    }  # fmt: skip
    (action,) = payload["actions"]
    assert float(action.pop("action_ts"))
    assert action == {
        "action_id": "undo", "block_id": "doing", "type": "button", "value": "v1", "style": "danger",
        "text": {"type": "plain_text", "text": "Undo"},
    }  # fmt: skip
    assert payload["message"]["blocks"] == card.blocks
    assert payload["message"]["bot_id"] == "B0SANDBOX"


async def test_a_click_in_an_ephemeral_message_comes_without_it(
    heard: list[tuple[str, dict[str, Any]]], client: AsyncWebClient, mina: Slacker
) -> None:
    await client.chat_postEphemeral(channel="C0PRODUCT", user="U0MINA", text="card", blocks=CARD)
    await mina.clicks("Undo", on=await mina.sees_only_me("#product"))
    ((_, payload),) = heard
    assert set(payload) == EVERY_PAYLOAD | {
        "api_app_id", "container", "trigger_id", "channel", "state", "response_url", "actions",
    }  # fmt: skip
    assert payload["container"]["is_ephemeral"] is True


def words(text: str) -> dict[str, Any]:
    """Return a plain_text object."""
    return {"type": "plain_text", "text": text}


def card(name: str, **more: Any) -> dict[str, Any]:
    """Return a card with a button of its name."""
    return {"type": "card", "title": words(name), "actions": [{"type": "button", "text": words(f"Open {name}")}]} | more


def menu(*names: str) -> dict[str, Any]:
    """Return a menu of these options."""
    return {
        "type": "static_select", "action_id": "pick", "options": [{"text": words(one), "value": one} for one in names]
    }  # fmt: skip


async def test_what_stands_in_a_card_a_carousel_or_a_container_is_clicked_like_the_rest(
    heard: list[tuple[str, dict[str, Any]]], client: AsyncWebClient, mina: Slacker
) -> None:
    box = {"type": "container", "child_blocks": [
        card("RM-3"), {"type": "actions", "block_id": "lane", "elements": [menu("now", "next")]},
    ]}  # fmt: skip
    blocks = [card("RM-1", block_id="first"), {"type": "carousel", "elements": [card("RM-2"), card("RM-4")]}, box]
    await client.chat_postMessage(channel="C0PRODUCT", text="cards", blocks=blocks)
    message = await mina.sees("#product", containing="[Open RM-4]")
    for name in ("RM-1", "RM-2", "RM-3", "RM-4"):
        await mina.clicks(f"Open {name}", on=message)
    await mina.chooses("next", in_="lane", on=message)
    clicked = [payload["actions"][0] for _, payload in heard]
    assert [one["text"]["text"] for one in clicked[:4]] == ["Open RM-1", "Open RM-2", "Open RM-3", "Open RM-4"]
    assert len({one["block_id"] for one in clicked}) == len({one["action_id"] for one in clicked}) == 5
    assert heard[-1][1]["state"]["values"]["lane"]["pick"]["selected_option"]["value"] == "next"


async def test_a_choice_in_a_modal(heard: list[tuple[str, dict[str, Any]]], mina: Slacker, modal: str) -> None:
    chosen = {"text": {"type": "plain_text", "text": "Acme"}, "value": "a1"}
    where = Where(view_id=modal)
    typed = {"quote": {"value": {"type": "plain_text_input", "value": "so far"}}}
    value = {"type": "external_select", "selected_option": chosen}
    await mina.person.click(where, "more", "account", value, typed)
    ((_, payload),) = heard
    assert set(payload) == EVERY_PAYLOAD | {"api_app_id", "container", "trigger_id", "view", "actions"}
    assert payload["container"] == {"type": "view", "view_id": modal}
    assert payload["view"]["state"]["values"]["quote"]["value"]["value"] == "so far"
    assert payload["actions"][0]["selected_option"] == chosen


async def test_typing_into_an_external_select(
    heard: list[tuple[str, dict[str, Any]]], mina: Slacker, modal: str
) -> None:
    await mina.person.suggestions(Where(view_id=modal), "more", "account", "ac")
    ((_, payload),) = heard
    assert set(payload) == EVERY_PAYLOAD | {"api_app_id", "container", "view", "action_id", "block_id", "value"}
    assert (payload["type"], payload["action_id"], payload["value"]) == ("block_suggestion", "account", "ac")
    assert is_from_mina(payload)


async def test_a_submission(
    sandbox: Sandbox, heard: list[tuple[str, dict[str, Any]]], mina: Slacker, modal: str
) -> None:
    state = {
        "quote": {"value": {"type": "plain_text_input", "value": "as said"}},
        "where": {"value": {"type": "conversations_select", "selected_conversation": "C0SALES"}},
    }
    await mina.person.submit(modal, state)
    ((_, payload),) = heard
    assert set(payload) == EVERY_PAYLOAD | {"api_app_id", "trigger_id", "view", "response_urls"}
    assert is_from_mina(payload)
    assert set(payload["view"]) == VIEW_FIELDS
    assert (payload["view"]["private_metadata"], payload["view"]["callback_id"]) == ("7", "note")
    assert payload["view"]["state"]["values"]["quote"]["value"] == state["quote"]["value"]
    (url,) = payload["response_urls"]
    assert url.pop("response_url").startswith(f"{sandbox.url}/response/")
    assert url == {"block_id": "where", "action_id": "value", "channel_id": "C0SALES"}


async def test_a_modal_that_is_closed(heard: list[tuple[str, dict[str, Any]]], mina: Slacker, modal: str) -> None:
    await mina.person.close(modal)
    ((_, payload),) = heard
    assert set(payload) == EVERY_PAYLOAD | {"api_app_id", "view", "is_cleared"}
    assert (payload["type"], payload["is_cleared"], set(payload["view"])) == ("view_closed", False, VIEW_FIELDS)
