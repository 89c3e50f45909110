"""Votes add up to one a person and one an account, whoever casts them and however often."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.errors import InvalidInputError, NotAllowedError
from bot.services import roadmap, votes
from bot.services.accounts import UnknownAccountError
from bot.services.filters import Filters
from bot.services.roadmap import UnknownItemError
from storage.database import Database
from storage.models import Account, Feedback, ItemVisibility, Reader, Vote
from tests.building import (
    ADA,
    GUEST,
    LEE,
    MINA,
    NOW,
    STRANGER,
    a_note,
    an_account,
    an_item,
    cause,
    rows_of,
    show_only_to,
)


async def _vote(database: Database, by: Reader = LEE, **more: Any) -> votes.Cast:
    told = {"number": 1, "customer": "", "weight": None, "cause": cause(), "now": NOW}
    return await votes.cast(database, by=by, **{**told, **more})


async def test_people_and_accounts_count_once_each(database: Database) -> None:
    await an_item(database)
    await an_account(database, "Acme", arr=100)
    for by in (LEE, LEE, ADA):
        await _vote(database, by)
    for by in (LEE, ADA):
        cast = await _vote(database, by, customer=" ACME ")
    assert (cast.line.demand.votes, cast.line.demand.accounts, cast.line.demand.arr) == (3, 1, 100)


async def test_an_account_counts_once_across_feedback_and_votes(database: Database) -> None:
    await an_item(database)
    for name, arr in (("Acme", 100), ("Globex", 50)):
        await an_account(database, name, arr=arr)
        await _vote(database, customer=name)
    await a_note(database, customer="Acme", item=1)
    await a_note(database, "Another", customer="acme", item=1)
    demand = (await roadmap.show(database, reader=LEE, number=1)).line.demand
    assert (demand.votes, demand.notes, demand.accounts, demand.arr) == (2, 2, 2, 150)


async def test_two_who_vote_for_one_account_at_once_make_one_vote(database: Database) -> None:
    await an_item(database)
    await asyncio.gather(*(_vote(database, by, customer="+Acme", weight="blocker") for by in (LEE, ADA, MINA)))
    assert [one.voter for one in await rows_of(database, Vote)] == ["account:1"]
    assert [one.name for one in await rows_of(database, Account)] == ["Acme"]


async def test_a_click_delivered_again_does_not_vote_again(database: Database) -> None:
    await an_item(database)
    await _vote(database, cause="c1")
    await votes.take_back(database, by=LEE, number=1, customer="", cause="c2", now=NOW)
    again = await _vote(database, cause="c1")
    assert (again.line.demand.votes, again.weight, await rows_of(database, Vote)) == (0, None, [])
    await _vote(database, cause="c3", weight="blocker")
    again = await votes.take_back(database, by=LEE, number=1, customer="", cause="c2", now=NOW)
    assert (again.line.demand.votes, again.weight) == (1, "blocker")


async def test_a_vote_without_a_weight_keeps_the_one_it_had(database: Database) -> None:
    await an_item(database)
    await _vote(database, weight="Blocker")
    again = await _vote(database)
    assert (again.weight, again.before) == ("blocker", "blocker")
    with pytest.raises(InvalidInputError, match="I can't weigh “heavy”"):
        await _vote(database, weight="heavy")


async def test_a_name_nobody_knows_is_no_account_until_it_is_added(database: Database) -> None:
    await an_item(database)
    for name in ("Acme", "Globex"):
        await an_account(database, name)
    with pytest.raises(UnknownAccountError, match=r"Did you mean Acme\?") as refused:
        await _vote(database, customer="Akme")
    assert refused.value.near == ("Acme",)
    with pytest.raises(InvalidInputError, match="too long"):
        await _vote(database, customer="A" * 81)
    assert await rows_of(database, Vote) == []
    assert (await _vote(database, customer="+Akme")).account == "Akme"


async def test_a_vote_is_taken_back_by_who_cast_it_or_a_product_manager(database: Database) -> None:
    await an_item(database)
    await _vote(database, customer="+Acme")
    taken: dict[str, Any] = {"number": 1, "customer": "Acme", "now": NOW}
    await _vote(database, ADA, customer="Acme", weight="blocker")
    with pytest.raises(NotAllowedError, match="<@ULEE>, who cast that vote"):
        await votes.take_back(database, by=ADA, cause=cause(), **taken)
    assert (await votes.take_back(database, by=MINA, cause=cause(), **taken)).before == "blocker"
    assert await rows_of(database, Vote) == []


async def test_guests_and_other_workspaces_do_not_vote_nor_who_may_not_see_the_item(database: Database) -> None:
    item = await an_item(database)
    with pytest.raises(NotAllowedError):
        await _vote(database, GUEST)
    with pytest.raises(UnknownItemError):
        await _vote(database, STRANGER)
    await show_only_to(database, item, ItemVisibility.RESTRICTED)
    with pytest.raises(UnknownItemError):
        await _vote(database, ADA)


async def test_an_item_is_found_by_its_customer_however_much_they_said_since(database: Database) -> None:
    for title in ("Dark mode", "Refunds"):
        await an_item(database, title)
    for number, days in ((1, 0), (2, 1)):
        await a_note(database, customer="Acme", item=number, now=NOW + timedelta(days=days))
    (_, newest) = await rows_of(database, Feedback)
    more = [{**newest.model_dump(), "id": None, "number": 100 + one} for one in range(200)]
    await database.write(lambda session: session.add_all([Feedback(**one) for one in more]))
    wanted = Filters.read({"customer": "Acme"}, me=LEE.user_id, now=NOW, tz="UTC")
    seen = await roadmap.overview(database, reader=LEE, now=NOW, filters=wanted)
    assert [line.item.ref for line in seen.lines] == ["RM-1", "RM-2"]


async def test_the_roadmap_is_narrowed_and_sorted(database: Database) -> None:
    for title, area in (("Dark mode", "Growth"), ("Refunds", "Payments"), ("Payouts", "payments")):
        await an_item(database, title, area=area)
    await _vote(database, number=2, customer="+Acme")
    await a_note(database, customer="Globex", item=3)
    for by in (LEE, ADA):
        await _vote(database, by, number=3)

    async def refs(reader: Reader = LEE, **typed: str) -> list[str]:
        wanted = Filters.read(typed, me=reader.user_id, now=NOW, tz="UTC")
        seen = await roadmap.overview(database, reader=reader, now=NOW, filters=wanted)
        return [line.item.ref for line in seen.lines]

    assert await refs(area="Payments") == ["RM-2", "RM-3"]
    assert await refs(area="payments,growth", sort="votes") == ["RM-3", "RM-2", "RM-1"]
    assert await refs(customer="acme") == ["RM-2"]
    assert await refs(customer="Globex, Acme") == ["RM-2", "RM-3"]
    assert await refs(owner="UMINA", status="Idea") == ["RM-1", "RM-2", "RM-3"]
    assert await refs(owner="me") == []
    assert await refs(obj="OBJ-1") == []
    for reader in (GUEST, replace(LEE, user_id="")):
        with pytest.raises(NotAllowedError):
            await refs(reader, customer="Acme")
    for name, typed in (("status", "great"), ("owner", "mina"), ("obj", "first"), ("sort", "score")):
        with pytest.raises(InvalidInputError):
            Filters.read({name: typed}, me=LEE.user_id, now=NOW, tz="UTC")
