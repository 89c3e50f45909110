"""Why an item stands where it stands: its rank among the live ones, and what would change it."""

from typing import Any

import pytest

from bot.services import evidence, votes
from bot.services.evidence import Why
from storage.database import Database
from storage.models import Lane, Reader
from tests.building import GUEST, LEE, MINA, NOW, a_note, an_account, an_item, cause


async def _why(database: Database, number: int, reader: Reader = MINA) -> Why:
    return await evidence.why(database, reader=reader, number=number, now=NOW)


@pytest.fixture
async def revenues(database: Database) -> None:
    """Put four live items there, two with the same revenue, and one that has shipped."""
    for number, (arr, lane) in enumerate(
        [(300, Lane.NOW), (100, Lane.NEXT), (100, Lane.LATER), (0, Lane.LATER), (500, Lane.SHIPPED)], 1
    ):
        await an_item(database, lane=lane)
        if arr:
            await an_account(database, f"Account {number}", arr=arr)
            await a_note(database, customer=f"Account {number}", item=number)


@pytest.mark.usefixtures("revenues")
async def test_a_rank_names_its_neighbors_and_the_same_revenue_shares_a_place(database: Database) -> None:
    first, shared, same = [(await _why(database, number)).rank for number in (1, 2, 3)]
    assert first
    assert shared
    assert same
    assert (first.place, first.of, first.above, first.below and first.below.item.number) == (1, 4, None, 2)
    assert (shared.place, same.place) == (2, 2)
    assert (shared.above and shared.above.item.number, shared.below and shared.below.item.number) == (1, 4)
    await an_account(database, "Account 4", arr=50)
    await a_note(database, customer="Account 4", item=4)
    last = (await _why(database, 4)).rank
    assert last
    assert (last.place, last.above and last.above.item.number, last.below) == (4, 3, None)


@pytest.mark.usefixtures("revenues")
async def test_what_shipped_what_nobody_pays_for_and_a_guest_have_no_rank(database: Database) -> None:
    vote: dict[str, Any] = {"number": 1, "customer": "Account 1", "weight": None, "cause": cause(), "now": NOW}
    await votes.cast(database, by=LEE, **vote)
    assert [(await _why(database, number)).rank for number in (4, 5)] == [None, None]
    assert (await _why(database, 1, GUEST)).rank is None
    assert (await _why(database, 1, LEE)).accounts == {1: "Account 1"}
    assert (await _why(database, 1, GUEST)).accounts == {}
