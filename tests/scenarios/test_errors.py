"""What goes wrong, and what people read then."""

import asyncio
import json
import threading
from functools import partial
from typing import Any

import pytest
from sqlalchemy import text

from bot.app import Linchpin
from tests.person import Slack, Slacker
from tests.scenarios.conftest import one_database
from tests.scenarios.words import all_done, stored
from tests.waiting import until

DOWN = "The database cannot be reached, so that was not saved. Please try again in a minute."

UNSEEN = "The database cannot be reached, so I can't look that up just now. Please try again in a minute."


def lose_tables(bot: Linchpin, *names: str) -> None:
    """Take tables away, as a broken migration or a lost disk would."""
    with bot.database.engine.begin() as connection:
        for name in names:
            connection.execute(text(f"ALTER TABLE {name} RENAME TO lost_{name}"))


@one_database
async def test_without_its_database_a_command_is_answered_in_a_sentence(
    mina: Slacker, bot: Linchpin, broken: None
) -> None:
    overview, home = await mina.types("#product", "/roadmap"), await mina.opens_home("Mina")
    lose_tables(bot, "intake")
    await mina.chooses("RM-4 Dark mode", in_="Show item", on=overview)
    await mina.sees_only_me("#product", containing=UNSEEN)
    for typed in ("/roadmap now", "/roadmap when does SSO ship?"):
        assert (await mina.types("#product", typed)).text == UNSEEN
    assert (await mina.types("#product", "/roadmap add Dark mode")).text == DOWN
    await mina.clicks("Capture", on=home)
    assert (await mina.sees_modal("That didn't work")).text == DOWN


@one_database
async def test_a_command_that_cannot_read_says_so_and_so_does_a_click_that_was_tried_for_long_enough(
    mina: Slacker, bot: Linchpin, monkeypatch: pytest.MonkeyPatch, broken: None
) -> None:
    overview = await mina.types("#product", "/roadmap")
    monkeypatch.setattr(bot._intake, "_pauses", ())
    lose_tables(bot, "search_text", "item")
    await mina.chooses("RM-4 Dark mode", in_="Show item", on=overview)
    await mina.sees_only_me("#product", containing=UNSEEN)
    assert stored(bot, "SELECT status FROM intake WHERE kind = 'action'") == ["dead"]
    reply = await mina.types("#product", "/roadmap find dark mode")
    assert reply.text == UNSEEN


@one_database
async def test_a_modal_that_cannot_be_saved_stays_open_with_what_was_typed(
    mina: Slacker, bot: Linchpin, broken: None
) -> None:
    said = await mina.writes("#product", "Stark wants to see who changed a payout.")
    modal = await mina.uses("Capture feedback", on=said)
    lose_tables(bot, "intake")
    modal.fill(problem="Payouts can't be traced")
    assert await modal.submit() == {"quote": DOWN}
    assert modal.is_open
    assert modal.fields["problem"] == "Payouts can't be traced"


@one_database
@pytest.mark.parametrize(("retry_delays", "ack_timeout"), [((3.0, 3.0), 1.0)])
async def test_an_event_that_cannot_be_stored_is_taken_when_slack_repeats_it(
    mina: Slacker, bot: Linchpin, caplog: pytest.LogCaptureFixture, broken: None
) -> None:
    lose_tables(bot, "intake")
    asked = await mina.writes("#product", "@linchpin when does SSO ship?")
    await until(lambda: "could not store a event" in caplog.text, "the event comes and cannot be stored")
    with bot.database.engine.begin() as connection:
        connection.execute(text("ALTER TABLE lost_intake RENAME TO intake"))
    await mina.sees("#product", containing="(RM-1) is in Now", thread=asked)


@one_database
async def test_what_nobody_can_explain_is_given_a_reference_to_quote(
    mina: Slacker, slack: Slack, caplog: pytest.LogCaptureFixture, broken: None
) -> None:
    overview = await mina.types("#product", "/roadmap")
    click = _click(slack, mina, overview.raw, "roadmap.show", {"selected_option": {"value": "not a number"}})
    await slack.sandbox.slack.delivery.request("interactive", click)
    said = await mina.sees_only_me("#product", containing="Something went wrong on our side.")
    reference = said.text.removesuffix(".").rpartition(" ")[2]
    assert said.text.endswith(f"Please try again; if it stays, tell an admin the reference {reference}.")
    assert len(reference) == 6
    assert f"reference {reference}" in caplog.text


@one_database
async def test_a_modal_of_an_older_version_is_answered_and_not_left_hanging(
    mina: Slacker, slack: Slack, broken: None
) -> None:
    said = await mina.writes("#product", "Stark wants to see who changed a payout.")
    modal = await mina.uses("Capture feedback", on=said)
    modal.view.body["private_metadata"] = "1;C01PRODUCT"
    errors = await modal.submit()
    assert isinstance(errors, dict)
    assert errors["quote"].startswith("Something went wrong on our side.")


@one_database
async def test_a_button_that_no_version_knows_is_acknowledged_and_not_tried_again(
    mina: Slacker, slack: Slack, bot: Linchpin
) -> None:
    overview = await mina.types("#product", "/roadmap")
    click = _click(slack, mina, overview.raw, "roadmap.of_last_year", {"value": "12"})
    assert not await slack.sandbox.slack.delivery.request("interactive", click)
    await all_done(slack, bot)
    assert stored(bot, "SELECT max(tries) FROM intake") == [1]


@one_database
async def test_a_modal_that_no_version_knows_is_acknowledged(mina: Slacker, slack: Slack) -> None:
    said = await mina.writes("#product", "Stark wants to see who changed a payout.")
    modal = await mina.uses("Capture feedback", on=said)
    modal.view.body["callback_id"] = "capture_feedback.of_last_year"
    assert await modal.submit() is None


@one_database
async def test_a_click_too_old_for_a_form_is_answered_in_a_sentence(
    mina: Slacker, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = await mina.writes("#product", "Stark wants to see who changed a payout.")
    monkeypatch.setattr(mina.slack.sandbox.slack.triggers, "seconds", -1.0)
    reply = await mina.runs("Capture feedback", on=said)
    assert reply.text == "That took too long to open. Nothing is lost; please try it once more."
    assert reply.is_ephemeral


@one_database
async def test_an_event_whose_ack_is_cut_off_by_a_stop_leaves_no_error_and_is_not_lost(
    mina: Slacker, slack: Slack, bot: Linchpin, caplog: pytest.LogCaptureFixture
) -> None:
    holding, busy = threading.Event(), threading.Event()
    held = asyncio.create_task(bot.database.write(partial(_hold, holding, busy)))
    await until(holding.is_set, "nothing else is written")
    await mina.writes("#product", "@linchpin when does SSO ship?")
    await until(_is_taking_in, "the question waits to be stored")
    stopping = asyncio.create_task(bot.stop())
    await until(lambda: not slack.sandbox.slack.socket.is_connected, "the bot has gone")
    busy.set()
    await asyncio.gather(held, stopping)
    assert "an ack was cut off" in caplog.text


def _hold(holding: threading.Event, busy: threading.Event, _: object) -> None:
    holding.set()
    busy.wait(20)


def _is_taking_in() -> bool:
    return any("run_message_listeners" in repr(task) for task in asyncio.all_tasks())


def _click(slack: Slack, person: Slacker, message: Any, action_id: str, chosen: dict[str, Any]) -> dict[str, Any]:
    """Return the payload of a click on an element that is not, or no longer, as we make it."""
    here = slack.sandbox.slack
    url, _ = here.response_urls.new(person.id, message.channel, original=message)
    block = next(one for one in message.blocks if one["type"] == "actions")
    payload: dict[str, Any] = here.payloads.click_in_message(
        person.person.user, message, block, block["elements"][0], None, trigger_id="1.2.3", response_url=url
    )
    payload = json.loads(json.dumps(payload))
    payload["actions"] = [{**payload["actions"][0], "action_id": action_id, **chosen}]
    return payload
