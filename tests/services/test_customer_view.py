"""The customer view: titles and lanes, and nothing else."""

import pytest
from sqlmodel import col, update

from bot.services import channels, customer_view
from bot.services.channels import Plan
from storage.database import Database
from storage.models import Account, ItemVisibility, Lane
from tests.building import LEE, NOW, ROOT, TEAM, a_channel, a_note, an_account, an_item, cause, show_only_to


async def _answer(database: Database, question: str) -> customer_view.CustomerAnswer:
    return await customer_view.answer(database, team_id=TEAM, channel_id="C1", question=question, now=NOW)


async def test_a_customer_hears_a_title_and_its_lane_and_whom_to_ask(database: Database) -> None:
    await a_channel(database, is_shared=True)
    acme = await an_account(database, "Acme", arr=412_000)
    owned = update(Account).where(col(Account.id) == acme.id).values(owner=LEE.user_id)
    await database.write(lambda session: session.exec(owned))
    plan = Plan(customer="Acme", customer_view=True)
    await channels.set_up(database, by=ROOT, channel_id="C1", plan=plan, cause=cause(), now=NOW)
    await an_item(database, "Dark mode")
    for question in ("when do we get dark mode?", "when does Acme get dark mode?"):
        answer = await _answer(database, question)
        assert answer == customer_view.CustomerAnswer((("Dark mode", Lane.LATER),), LEE.user_id)


@pytest.mark.parametrize("title", ["Dark mode for Globex", "Dark mode in Q4", "Dark mode, $40k", "Dark mode by 14.10"])
async def test_a_title_that_tells_more_than_what_it_is_is_left_out(database: Database, title: str) -> None:
    await an_account(database, "Globex")
    await an_item(database, title)
    assert (await _answer(database, "dark mode?")).items == ()


async def test_what_not_everybody_in_the_company_may_see_and_what_others_said_is_left_out(database: Database) -> None:
    item = await an_item(database, "Dark mode")
    await show_only_to(database, item, ItemVisibility.PRODUCT)
    await a_note(database, "Initech wants dark mode")
    answer = await _answer(database, "dark mode?")
    assert (answer.items, answer.contact) == ((), None)
