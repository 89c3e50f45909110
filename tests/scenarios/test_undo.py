"""Undo: it takes back what its button says and nothing else."""

import asyncio

from bot.app import Linchpin
from tests.person import Message, Slack, Slacker
from tests.scenarios.conftest import one_database
from tests.scenarios.words import AUDIT, all_done, captured_by, stored


async def test_undo_on_the_card_takes_the_link_back_first_and_then_the_capture(
    mina: Slacker, slack: Slack, said: Message
) -> None:
    modal = await mina.uses("Capture feedback", on=said)
    await modal.submit()
    card = await mina.sees("#support", containing="FB-7", thread=said)
    await mina.types("#support", "/roadmap link FB-7 RM-3")
    await card.shows("linked to RM-3")
    await mina.clicks("Undo", on=card)
    await mina.sees_only_me("#support", containing="FB-7 is as it was before the link.")
    await card.shows("waiting for triage")
    await mina.clicks("Undo", on=card)
    await card.shows("FB-7 was withdrawn. Its text is gone.")
    assert "Nobody" not in card.text
    await slack.until(lambda: not said.reactions or None, "The receipt is still there.")


async def test_undo_takes_a_capture_back_that_was_linked_in_the_same_breath(mina: Slacker, said: Message) -> None:
    modal = await (await mina.uses("Capture feedback", on=said)).shows("RM-3")
    await modal.fill(match="RM-3 Audit log API").submit()
    card = await mina.sees("#support", containing="linked to RM-3", thread=said)
    await mina.clicks("Undo", on=card)
    await card.shows("FB-7 was withdrawn")


@one_database
async def test_undo_after_a_link_by_command_takes_the_place_of_its_button(mina: Slacker, said: Message) -> None:
    ref = await captured_by(mina, said)
    linked = await mina.types("#product", f"/roadmap link {ref} RM-3")
    await mina.clicks("Undo", on=linked)
    await linked.shows(f"{ref} is as it was before the link.")
    assert linked.buttons == []


@one_database
async def test_linking_where_it_is_linked_already_changes_nothing_and_has_nothing_to_undo(
    mina: Slacker, said: Message
) -> None:
    ref = await captured_by(mina, said)
    for answer in (f"Linked {ref} to", f"{ref} is linked to RM-3 Audit log API (Next) already."):
        linked = await mina.types("#product", f"/roadmap link {ref} RM-3")
        assert answer in linked.text
    assert linked.buttons == []


@one_database
async def test_a_double_click_on_undo_of_a_link_deletes_nothing(
    mina: Slacker, slack: Slack, bot: Linchpin, said: Message
) -> None:
    ref = await captured_by(mina, said)
    card = await mina.sees("#support", containing=ref, thread=said)
    await mina.types("#support", f"/roadmap link {ref} RM-3")
    await card.shows("linked to RM-3")
    await asyncio.gather(mina.clicks("Undo", on=card), mina.clicks("Undo", on=card))
    await mina.sees_only_me("#support", containing=f"{ref} is as it was before the link.")
    await all_done(slack, bot)
    assert stored(bot, "SELECT quote, item_id FROM feedback WHERE number = 7") == [AUDIT, None]
    await card.shows("waiting for triage")
