import asyncio

import pytest
from sqlmodel import Session

from bot.services import feedback
from bot.services.feedback import Draft
from storage.database import Database
from storage.models import Counter
from storage.numbers import next_number
from tests.building import ADA, LEE, MINA, NOW, TEAM, a_note, an_item, cause, rows_of


async def _next(database: Database, kind: str = "RM", team_id: str = TEAM) -> int:
    return await database.write(lambda session: next_number(session, team_id=team_id, kind=kind))


async def test_each_workspace_and_kind_counts_from_one(database: Database) -> None:
    assert [await _next(database), await _next(database), await _next(database, "FB")] == [1, 2, 1]
    assert await _next(database, team_id="T2") == 1


async def test_numbers_have_no_gaps_and_no_doubles_when_many_count_at_once(replicas: list[Database]) -> None:
    given = await asyncio.gather(*(_next(replicas[turn % 3]) for turn in range(90)))
    assert sorted(given) == list(range(1, 91))


async def test_a_number_is_given_back_when_its_transaction_fails(database: Database) -> None:
    def fail(session: Session) -> None:
        next_number(session, team_id=TEAM, kind="RM")
        raise RuntimeError("the rest of the transaction fails")

    with pytest.raises(RuntimeError):
        await database.write(fail)
    assert await _next(database) == 1


async def test_items_are_numbered_without_gaps_when_many_are_added_at_once(replicas: list[Database]) -> None:
    added = await asyncio.gather(*(an_item(replicas[turn % 3], f"Item {turn}") for turn in range(30)))
    assert sorted(item.number for item in added) == list(range(1, 31))


async def test_a_message_captured_by_many_at_once_is_one_feedback_and_uses_one_number(replicas: list[Database]) -> None:
    people = [MINA, LEE, ADA]
    draft = Draft(quote="Dark, please", original="Dark, please", channel="C1", message_ts="1.1", visibility="everyone")
    captured = await asyncio.gather(
        *(
            feedback.capture(replicas[turn % 3], by=people[turn % 3], draft=draft, cause=cause(), now=NOW)
            for turn in range(12)
        )
    )
    assert {one.feedback.ref for one in captured} == {"FB-1"}
    assert sum(one.new for one in captured) == 1
    assert max(one.supporters for one in captured) == 3
    assert (await a_note(replicas[0], "Something else")).feedback.ref == "FB-2"
    assert [row.last for row in await rows_of(replicas[0], Counter, Counter.kind == "FB")] == [2]
