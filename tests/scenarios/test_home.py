"""The Home tab, by role."""

from bot.app import Linchpin
from tests.person import Slack, Slacker
from tests.scenarios.conftest import one_database
from tests.scenarios.words import all_done, captured_by

pytestmark = one_database


async def test_a_contributor_finds_what_is_theirs_with_its_live_status(
    lee: Slacker, sofia: Slacker, mina: Slacker
) -> None:
    said = await sofia.writes("#support", "Stark wants to see who changed a payout.")
    await captured_by(lee, said)
    home = await lee.opens_home("FB-7", "waiting for triage")
    assert "Hi Lee\ncontributor" in home.text
    assert "Needs you" not in home.text
    assert "Admin" not in home.text
    await mina.opens_home("2 pieces of feedback to triage (the oldest, FB-6, came")
    await lee.types("#support", "/roadmap follow RM-4")
    await mina.types("#support", "/roadmap link FB-7 RM-4")
    home = await lee.opens_home("You follow", "RM-4")
    assert "waiting for triage" not in home.text


async def test_an_admin_finds_what_waits_and_what_to_set_up(mina: Slacker, slack: Slack) -> None:
    home = await mina.opens_home("Needs you", "Schedules", "Admin")
    assert "of feedback to triage" in home.text
    assert "Weekly roadmap → #product" in home.text
    assert home.buttons == ["Ask a question…", "Capture", "People and roles", "Set up a channel"]
    await mina.clicks("People and roles", on=home)
    modal = await mina.sees_modal("People and roles")
    await modal.close()
    await mina.clicks("Set up a channel", on=home)
    which = await mina.sees_modal("Set up channel")
    await mina.chooses("#support", in_="channels.chosen", on=which)
    await slack.until(lambda: True if "customer" in which.fields else None, "The modal does not go on to the channel.")
    saved = await which.fill(listens="No").submit()
    assert saved is not None


async def test_the_home_s_buttons_ask_and_capture(slack: Slack) -> None:
    yuki = slack.as_("yuki")
    home = await yuki.opens_home("Hi Yuki")
    assert "Nothing yet. React to a message with :bulb:" in home.text
    await yuki.clicks("Ask a question…", on=home)
    asked = await yuki.sees_modal("Ask")
    await asked.close()
    await yuki.clicks("Capture", on=home)
    modal = await yuki.sees_modal("Capture feedback")
    await modal.fill(quote="Dark mode for invoices").submit()
    await yuki.opens_home("FB-7", "Dark mode for invoices")


async def test_a_guest_s_home_offers_what_a_guest_may_do(noor: Slacker) -> None:
    home = await noor.opens_home("Hi Noor", "guest")
    assert home.buttons == ["Ask a question…"]


async def test_a_home_that_slack_refuses_is_shown_when_it_is_opened_next(
    lee: Slacker, slack: Slack, bot: Linchpin
) -> None:
    slack.sandbox.faults.fail("views.publish")
    await lee.person.open_home("home")
    await all_done(slack, bot)
    assert lee.id not in slack.workspace.homes
    await lee.opens_home("Hi Lee")
