"""Modals and App Home: triggers, the stack, hashes, submissions."""

import asyncio
from typing import Any

import pytest
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox import Sandbox
from bot.sandbox.triggers import TRIGGER_SECONDS
from tests.person import Modal, Slack, Slacker
from tests.sandbox.conftest import bolt_app, connected, refusal, running


def words(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text}


def option(text: str, value: str) -> dict[str, Any]:
    return {"text": words(text), "value": value}


def field(block_id: str, element: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "type": "input", "block_id": block_id, "label": words(block_id.title()),
        "element": {"action_id": "value", **element}, **more,
    }  # fmt: skip


QUOTE = field("quote", {"type": "plain_text_input", "initial_value": "as said", "max_length": 20})


def modal(title: str = "Note", *blocks: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "type": "modal", "callback_id": "note.submit", "title": words(title), "submit": words("Save"),
        "close": words("Cancel"), "blocks": list(blocks) or [QUOTE], **more,
    }  # fmt: skip


def opening(app: AsyncApp, view: dict[str, Any]) -> None:
    """Let the app open a modal on its global shortcut."""

    @app.shortcut("new_note")
    async def new_note(ack: AsyncAck, shortcut: dict[str, Any], client: AsyncWebClient) -> None:
        await ack()
        await client.views_open(trigger_id=shortcut["trigger_id"], view=view)


async def test_a_trigger_works_once_and_for_three_seconds(sandbox: Sandbox, client: AsyncWebClient) -> None:
    used = sandbox.slack.triggers.new("U0MINA")
    opened = await client.views_open(trigger_id=used, view=modal())
    assert opened["view"]["state"]["values"]["quote"]["value"]["value"] == "as said"
    assert await refusal(client.views_open(trigger_id=used, view=modal())) == "exchanged_trigger_id"
    assert await refusal(client.views_open(trigger_id="1.2.x", view=modal())) == "invalid_trigger_id"
    late = sandbox.slack.triggers.new("U0MINA")
    now = sandbox.clock.machine()
    sandbox.clock.machine = lambda: now + TRIGGER_SECONDS + 0.1  # type: ignore[method-assign]
    assert await refusal(client.views_open(trigger_id=late, view=modal())) == "expired_trigger_id"


async def test_moving_the_calendar_leaves_triggers_alone(sandbox: Sandbox, client: AsyncWebClient) -> None:
    trigger = sandbox.slack.triggers.new("U0MINA")
    sandbox.clock.move_by(7 * 86_400)
    assert (await client.views_open(trigger_id=trigger, view=modal()))["ok"]


async def test_a_view_that_slack_would_refuse_leaves_the_trigger_unused(
    sandbox: Sandbox, client: AsyncWebClient
) -> None:
    trigger = sandbox.slack.triggers.new("U0MINA")
    with pytest.raises(SlackApiError) as refused:
        await client.views_open(trigger_id=trigger, view=modal("A title that is far too long"))
    assert refused.value.response["error"] == "invalid_arguments"
    assert "/view/title/text" in refused.value.response["response_metadata"]["messages"][0]
    assert (await client.views_open(trigger_id=trigger, view=modal()))["ok"]


async def test_three_views_fit_on_the_stack(sandbox: Sandbox, client: AsyncWebClient, mina: Slacker) -> None:
    triggers = sandbox.slack.triggers
    first = await client.views_open(trigger_id=triggers.new("U0MINA"), view=modal("One"))
    await client.views_push(trigger_id=triggers.new("U0MINA"), view=modal("Two"))
    third = await client.views_push(trigger_id=triggers.new("U0MINA"), view=modal("Three"))
    assert third["view"]["root_view_id"] == first["view"]["id"]
    more = client.views_push(trigger_id=triggers.new("U0MINA"), view=modal("Four"))
    assert await refusal(more) == "push_limit_reached"
    await (await mina.sees_modal("Three")).close()
    assert (await mina.sees_modal()).title == "Two"


async def test_an_update_needs_the_current_hash_when_it_gives_one(sandbox: Sandbox, client: AsyncWebClient) -> None:
    view = (await client.views_open(trigger_id=sandbox.slack.triggers.new("U0MINA"), view=modal()))["view"]
    updated = await client.views_update(view_id=view["id"], hash=view["hash"], view=modal("New"))
    assert updated["view"]["title"]["text"] == "New"
    stale = client.views_update(view_id=view["id"], hash=view["hash"], view=modal("Newer"))
    assert await refusal(stale) == "hash_conflict"
    assert await refusal(client.views_update(view_id="V0GONE", view=modal())) == "not_found"


async def test_an_update_keeps_what_was_entered_where_the_input_stays(
    sandbox: Sandbox, app: AsyncApp, mina: Slacker
) -> None:
    refresh = {"type": "actions", "block_id": "more", "elements": [
        {"type": "button", "action_id": "refresh", "text": words("Refresh")}]}  # fmt: skip
    opening(app, modal("Note", QUOTE, refresh))

    @app.action("refresh")
    async def on_refresh(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        await ack()
        fresh = field("theme", {"type": "plain_text_input", "initial_value": "payments"})
        await client.views_update(view_id=body["view"]["id"], view=modal("Fresh", QUOTE, fresh))

    async with connected(sandbox, app):
        note = await mina.uses("New note")
        note.fill(quote="typed by hand")
        await mina.clicks("Refresh", on=note)
        await note.shows("Theme")
    assert note.view.values["quote"]["value"]["value"] == "typed by hand"
    assert note.fields["theme"] == "payments"


async def test_a_submission_may_be_refused_then_accepted(sandbox: Sandbox, app: AsyncApp, mina: Slacker) -> None:
    opening(app, modal())
    saved: list[str] = []

    @app.view("note.submit")
    async def on_submit(ack: AsyncAck, view: dict[str, Any]) -> None:
        value = view["state"]["values"]["quote"]["value"]["value"]
        if value == "bad":
            await ack(response_action="errors", errors={"quote": "Not that."})
        else:
            saved.append(value)
            await ack()

    async with connected(sandbox, app):
        note = await mina.uses("New note")
        assert await note.fill(quote="bad").submit() == {"quote": "Not that."}
        assert note.errors == {"quote": "Not that."}
        assert note.is_open
        assert await note.fill(quote="good").submit() is None
        assert not note.is_open
    assert saved == ["good"]


async def test_slacks_client_refuses_what_is_missing_or_too_long(
    sandbox: Sandbox, app: AsyncApp, mina: Slacker
) -> None:
    opening(app, modal())
    async with connected(sandbox, app):
        note = await mina.uses("New note")
        assert await note.fill(quote=None).submit() == {"quote": "Please complete this required field."}
        assert await note.fill(quote="x" * 21).submit() == {"quote": "This entry must be at most 20 characters."}


async def test_a_submission_may_update_push_and_clear(sandbox: Sandbox, app: AsyncApp, mina: Slacker) -> None:
    opening(app, modal("One"))
    answers = iter(["update", "push", "clear"])

    @app.view("note.submit")
    async def on_submit(ack: AsyncAck) -> None:
        action = next(answers)
        if action == "clear":
            await ack(response_action="clear")
        else:
            await ack(response_action=action, view=modal("Two" if action == "update" else "Three"))

    async with connected(sandbox, app):
        one = await mina.uses("New note")
        same = await one.submit()
        assert same is one
        assert one.title == "Two"
        third = await one.submit()
        assert isinstance(third, Modal)
        assert third.title == "Three"
        assert await third.submit() is None
    assert sandbox.workspace.top_view("U0MINA") is None


async def test_a_submission_that_nobody_takes_keeps_the_modal_and_its_words() -> None:
    async with running(ack_timeout=0.1) as sandbox:
        app = bolt_app(sandbox)
        opening(app, modal())
        async with connected(sandbox, app):
            note = await Slack(sandbox).as_("mina").uses("New note")
            done = await note._person.submit(note.view.id, await note.fill(quote="precious").entered())
            assert done.notice == "We had some trouble connecting. Try again?"
            assert note.is_open
            assert note.view.values["quote"]["value"]["value"] == "precious"


async def test_closing_is_told_to_an_app_that_asked_for_it(sandbox: Sandbox, app: AsyncApp, mina: Slacker) -> None:
    opening(app, modal("Note", notify_on_close=True))
    closed = asyncio.Event()

    @app.view_closed("note.submit")
    async def on_closed(ack: AsyncAck, body: dict[str, Any]) -> None:
        await ack()
        assert body["is_cleared"] is False
        closed.set()

    async with connected(sandbox, app):
        await (await mina.uses("New note")).close()
        await asyncio.wait_for(closed.wait(), 5)


async def test_every_kind_of_input_is_filled_in_slacks_form(sandbox: Sandbox, app: AsyncApp, mina: Slacker) -> None:
    lanes = [option("Now", "now"), option("Next quarter", "next")]
    blocks = [
        field("lane", {"type": "static_select", "options": lanes}),
        field("match", {"type": "radio_buttons", "options": lanes}),
        field("thread", {"type": "checkboxes", "options": [option("Include it", "yes")]}, optional=True),
        field("account", {"type": "external_select", "min_query_length": 1}),
        field("owner", {"type": "users_select"}),
        field("place", {"type": "conversations_select"}),
        field("due", {"type": "datepicker"}),
        field("effort", {"type": "number_input", "is_decimal_allowed": False}),
    ]
    opening(app, modal("All", *blocks))
    states: list[dict[str, Any]] = []

    @app.options("value")
    async def suggest(ack: AsyncAck, payload: dict[str, Any]) -> None:
        known = [option("Acme", "a1"), option("Globex", "g1")]
        await ack(options=[o for o in known if payload["value"].lower() in o["text"]["text"].lower()])

    @app.view("note.submit")
    async def on_submit(ack: AsyncAck, view: dict[str, Any]) -> None:
        states.append({block: next(iter(parts.values())) for block, parts in view["state"]["values"].items()})
        await ack()

    async with connected(sandbox, app):
        note = await mina.uses("New note")
        assert (await note.fill(effort="many").submit() or {}) != {}
        note.fill(
            lane="Next", match="now", thread=True, account="Acme", owner="@lee", place="#sales",
            due="2026-12-01", effort=3,
        )  # fmt: skip
        assert await note.submit() is None
    state = states[0]
    assert state["lane"]["selected_option"]["value"] == "next"
    assert state["match"]["selected_option"]["value"] == "now"
    assert [chosen["value"] for chosen in state["thread"]["selected_options"]] == ["yes"]
    assert state["account"]["selected_option"]["value"] == "a1"
    assert state["owner"] == {"type": "users_select", "selected_user": "U0LEE"}
    assert state["place"] == {"type": "conversations_select", "selected_conversation": "C0SALES"}
    assert state["due"] == {"type": "datepicker", "selected_date": "2026-12-01"}
    assert state["effort"]["value"] == "3"


async def test_home_is_published_for_one_person(client: AsyncWebClient, mina: Slacker) -> None:
    def home(text: str) -> dict[str, Any]:
        return {"type": "home", "blocks": [{"type": "header", "text": words(text)}]}

    first = (await client.views_publish(user_id="U0MINA", view=home("Hi Mina")))["view"]
    seen = await mina.sees_home("Hi Mina")
    await client.views_publish(user_id="U0MINA", view=home("Hi again"), hash=first["hash"])
    await seen.shows("Hi again")
    stale = client.views_publish(user_id="U0MINA", view=home("Old"), hash=first["hash"])
    assert await refusal(stale) == "hash_conflict"
    assert await refusal(client.views_publish(user_id="U0NOBODY", view=home("x"))) == "user_not_found"
    assert await refusal(client.views_publish(user_id="U0MINA", view=modal())) == "invalid_arguments"
