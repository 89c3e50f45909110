"""Writing feedback down that stands in no message: by command, from the menu, by mention."""

from bot.app import Linchpin
from tests.person import Modal, Slack, Slacker
from tests.scenarios.conftest import one_database
from tests.scenarios.words import all_done, stored

REFUSED = "Only members of this workspace can capture feedback."


async def test_the_command_opens_the_form_with_what_was_typed_and_its_card_comes_by_direct_message(
    lee: Slacker, slack: Slack, bot: Linchpin
) -> None:
    modal = await lee.opens("#product", '/feedback Nobody finds the “audit log” for:"Acme" weight:blocker due:friday')
    assert modal.fields["quote"] == 'Nobody finds the "audit log" due:friday'
    assert (modal.fields["customer"], modal.fields["weight"]) == ("Acme", "Blocker")
    assert "RM-3 Audit log API" in modal.text
    assert modal.options("visibility") == ["Product team", "Everyone in the company"]
    confirmed = await modal.fill(match="RM-3 Audit log API").submit()
    assert isinstance(confirmed, Modal)
    assert "FB-7 linked to RM-3 Audit log API (Next)" in confirmed.text
    card = await lee.dm_from_bot(containing="FB-7")
    await lee.clicks("Undo", on=card)
    await card.shows("FB-7 was withdrawn. Its text is gone.")
    await all_done(slack, bot)
    assert stored(bot, "SELECT channel, message_ts, said_by FROM feedback WHERE number = 7") == [None, None, None]


@one_database
async def test_the_channel_names_the_customer_where_nobody_is_typed(lee: Slacker) -> None:
    modal = await lee.opens("#acme-shared", "/feedback")
    assert (modal.fields["quote"], modal.fields["customer"]) == (None, "Acme")


@one_database
async def test_the_global_shortcut_opens_an_empty_form(omar: Slacker) -> None:
    modal = await omar.uses("New feedback")
    assert modal.title == "Capture feedback"
    await modal.fill(quote="People want a dark mode").submit()
    await omar.dm_from_bot(containing="FB-7 waiting for triage")


@one_database
async def test_a_mention_offers_a_button_that_opens_the_form(mina: Slacker, omar: Slacker, slack: Slack) -> None:
    said = await mina.writes("#product", "@linchpin feedback exports stop at 500 rows for:Acme")
    offered = await mina.sees("#product", containing="feedback exports stop", thread=said)
    await omar.clicks(offered.buttons[0], on=offered)
    modal = await omar.sees_modal("Capture feedback")
    assert (modal.fields["quote"], modal.fields["customer"]) == ("exports stop at 500 rows", "Acme")


@one_database
async def test_asking_for_feedback_is_a_question_and_no_capture(lee: Slacker) -> None:
    answer = await lee.types("#product", "/roadmap feedback about the audit log")
    assert "RM-3" in answer.text


@one_database
async def test_a_guest_gets_a_sentence_and_no_form(noor: Slacker, slack: Slack) -> None:
    answer = await noor.types("#product", "/feedback The export page has a typo.")
    assert answer.text.startswith(REFUSED)
    said = await noor.writes("#product", "The export page has a typo.")
    assert (await noor.runs("Capture feedback", on=said)).text.startswith(REFUSED)
    assert (await noor.runs("Link to roadmap item", on=said)).text.startswith("Only members of this workspace can link")
    asked = await noor.types("#product", "/roadmap is there an igloo mode?")
    await noor.clicks("Capture it as feedback", on=asked)
    await noor.sees_only_me("#product", containing=REFUSED)
    notice = await noor.uses("New feedback")
    assert notice.text.startswith(REFUSED)
    assert list(notice.fields) == []
