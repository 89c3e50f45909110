"""Linking a message to an item with the shortcut."""

from tests.person import Message, Modal, Slack, Slacker
from tests.scenarios.conftest import one_database
from tests.scenarios.words import AUDIT, captured_by, cards_in, wears_receipt


async def test_a_message_that_is_not_captured_is_captured_with_its_link(
    lee: Slacker, slack: Slack, said: Message
) -> None:
    modal = await lee.uses("Link to roadmap item", on=said)
    assert modal.options("match")[0] == "RM-3 Audit log API"
    assert (modal.fields["quote"], modal.fields["customer"]) == (AUDIT, "Umbrella")
    assert await modal.submit() is None
    card = await lee.sees("#support", containing="FB-7 linked to RM-3 Audit log API (Next)", thread=said)
    assert "captured by @lee" in card.text
    assert len(cards_in(slack, said)) == 1


async def test_any_item_is_found_while_typing_and_the_card_of_what_is_captured_follows(
    mina: Slacker, omar: Slacker, slack: Slack, said: Message
) -> None:
    await captured_by(omar, said)
    card = await mina.sees("#support", containing="waiting for triage", thread=said)
    await wears_receipt(slack, said)
    modal = await mina.uses("Link to roadmap item", on=card)
    assert "FB-7 waiting for triage" in modal.text
    assert "quote" not in modal.fields
    assert await modal.fill(match="Another item: find it below").submit() == {
        "item": "Choose the item that it is about."
    }
    assert await modal.fill(item="RM-4 Dark mode").submit() is None
    await card.shows("linked to RM-")
    assert "Dark" in card.text
    assert "Me too · 1" in card.text


@one_database
async def test_what_is_linked_only_product_managers_move(mina: Slacker, lee: Slacker, said: Message) -> None:
    await captured_by(lee, said)
    for person in (lee, mina):
        modal = await person.uses("Link to roadmap item", on=said)
        assert await modal.submit() is None
        await mina.sees("#support", containing="linked to RM-3", thread=said)
    modal = await lee.uses("Link to roadmap item", on=said)
    errors = await modal.fill(item="RM-4 Dark mode").submit()
    assert isinstance(errors, dict)
    assert "Only product managers can link FB-7 to another item" in next(iter(errors.values()))


@one_database
async def test_where_nothing_may_be_said_the_modal_itself_confirms(lee: Slacker, slack: Slack) -> None:
    said = await slack.as_("hannah").writes("#acme-shared", "We need the audit log.")
    modal = await lee.uses("Link to roadmap item", on=said)
    confirmed = await modal.submit()
    assert isinstance(confirmed, Modal)
    assert "FB-7 linked to RM-3" in confirmed.text
    assert cards_in(slack, said) == []


@one_database
async def test_what_a_colleague_captured_where_the_bot_is_not_can_be_linked_from_its_message(
    mina: Slacker, slack: Slack
) -> None:
    grace = slack.as_("grace")
    said = await grace.writes("#leadership", "The board wants to see who changed a refund: an audit log.")
    await (await grace.uses("Capture feedback", on=said)).submit()
    await grace.dm_from_bot(containing="FB-7 waiting for triage")
    confirmed = await (await mina.uses("Link to roadmap item", on=said)).fill(item="RM-3 Audit log API").submit()
    assert isinstance(confirmed, Modal)
    assert "FB-7 linked to RM-3" in confirmed.text
