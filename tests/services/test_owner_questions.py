"""A question goes to the owner of an item once, by day, and not too often."""

from datetime import timedelta

import pytest

from bot.errors import NotAllowedError
from bot.services.owner_questions import MOST_A_DAY, AskedEnoughError, NobodyToAskError, OwnItemError, pass_on
from bot.services.roadmap import UnknownItemError
from storage.database import Database
from storage.models import ItemVisibility, Standing
from tests.building import ADA, GUEST, LEE, MINA, NOW, a_person, an_item, said, show_only_to


async def test_the_same_question_of_one_person_goes_out_once(database: Database) -> None:
    await a_person(database, MINA)
    await an_item(database, owner=MINA.user_id)
    first = await pass_on(database, by=LEE, number=1, question="When for Acme?", now=NOW)
    again = await pass_on(database, by=LEE, number=1, question="when  for acme?", now=NOW)
    other = await pass_on(database, by=ADA, number=1, question="When for Acme?", now=NOW)
    assert (first.is_new, again.is_new, other.is_new) == (True, False, True)
    rows = await said(database, "owner_question")
    assert [(row.channel, row.nouns["asker"]) for row in rows] == [
        (MINA.user_id, LEE.user_id),
        (MINA.user_id, ADA.user_id),
    ]


async def test_a_doubt_goes_out_beside_the_question_and_once(database: Database) -> None:
    await a_person(database, MINA)
    await an_item(database, owner=MINA.user_id)
    for doubted, is_new in ((False, True), (True, True), (True, False)):
        passed = await pass_on(database, by=LEE, number=1, question="When?", now=NOW, doubted=doubted)
        assert (passed.doubted, passed.is_new) == (doubted, is_new)
    assert [row.nouns["doubted"] for row in await said(database, "owner_question")] == [False, True]
    with pytest.raises(OwnItemError, match="/roadmap update RM-1"):
        await pass_on(database, by=MINA, number=1, question="When?", now=NOW, doubted=True)


async def test_an_owner_is_asked_so_often_a_day_and_again_on_the_next(database: Database) -> None:
    await a_person(database, MINA)
    await an_item(database, owner=MINA.user_id)
    for number in range(MOST_A_DAY):
        await pass_on(database, by=LEE, number=1, question=f"question {number}?", now=NOW)
    with pytest.raises(AskedEnoughError):
        await pass_on(database, by=LEE, number=1, question="one more?", now=NOW)
    later = await pass_on(database, by=LEE, number=1, question="one more?", now=NOW + timedelta(days=1))
    assert later.is_new
    assert len(await said(database, "owner_question")) == MOST_A_DAY + 1


async def test_a_question_at_night_waits_for_the_owner_s_morning(database: Database) -> None:
    await a_person(database, MINA)
    await an_item(database, owner=MINA.user_id)
    passed = await pass_on(database, by=LEE, number=1, question="now?", now=NOW.replace(hour=23))
    (row,) = await said(database, "owner_question")
    assert passed.waits
    assert row.status == "waiting"


async def test_who_owns_it_a_guest_and_who_may_not_see_it_ask_nobody(database: Database) -> None:
    await a_person(database, MINA)
    item = await an_item(database, owner=MINA.user_id)
    with pytest.raises(OwnItemError):
        await pass_on(database, by=MINA, number=1, question="when?", now=NOW)
    with pytest.raises(NotAllowedError):
        await pass_on(database, by=GUEST, number=1, question="when?", now=NOW)
    await show_only_to(database, item, ItemVisibility.RESTRICTED, MINA)
    with pytest.raises(UnknownItemError):
        await pass_on(database, by=LEE, number=1, question="when?", now=NOW)
    assert await said(database, "owner_question") == []


@pytest.mark.parametrize("standing", [None, Standing.STRANGER])
async def test_an_item_that_nobody_here_owns_has_nobody_to_ask(database: Database, standing: Standing | None) -> None:
    if standing is not None:
        await a_person(database, ADA, standing=standing)
    await an_item(database, owner=ADA.user_id if standing else None)
    with pytest.raises(NobodyToAskError):
        await pass_on(database, by=LEE, number=1, question="when?", now=NOW)
