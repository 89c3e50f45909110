"""Of a message whose fate is unknown a person decides, once for each doubt."""

from typing import Any

import pytest

from bot import outbox
from bot.errors import NotAllowedError
from bot.services import deliveries
from bot.services.deliveries import DecidedError
from storage.database import Database, Session
from storage.models import OutboxRow, Reader
from tests.building import ADA, LEE, MINA, NOW, STRANGER, TEAM, cause, rows_of, said

FIRST, SECOND = "held:k1:1", "held:k1:2"


@pytest.fixture
async def held(database: Database) -> Database:
    """Return a database with a held message, of which Lee has been asked."""

    def hold(session: Session) -> None:
        outbox.say(session, team_id=TEAM, key="k1", kind="word", nouns={}, channel="C1")
        deliveries.ask(session, _row(session), who=LEE.user_id)

    await database.write(hold)
    await _doubt(database, 1)
    return database


async def _doubt(database: Database, tries: int) -> None:
    def hold(session: Session) -> None:
        row = _row(session)
        row.status, row.tries = "held", tries
        session.add(row)
        for _ in range(2):
            deliveries.ask(session, row, who=LEE.user_id)

    await database.write(hold)


def _row(session: Session) -> OutboxRow:
    row = session.get(OutboxRow, 1)
    assert row is not None
    return row


async def _status(database: Database) -> str:
    return str((await rows_of(database, OutboxRow))[0].status)


async def _decide(database: Database, by: Reader, *, there: bool, click: str = "", **more: Any) -> None:
    told: dict[str, Any] = {"notice": FIRST, "cause": click or cause(), "now": NOW, "seen": {}, **more}
    await deliveries.decide(database, by=by, there=there, **told)


async def test_one_person_is_asked_once_and_only_about_what_is_held(held: Database) -> None:
    assert [(row.channel, row.nouns["key"]) for row in await said(held, "held_notice")] == [("ULEE", "k1")]


@pytest.mark.parametrize(("there", "status"), [(True, "sent"), (False, "new")])
async def test_who_was_asked_decides(held: Database, there: bool, status: str) -> None:
    await _decide(held, LEE, there=there)
    assert await _status(held) == status
    with pytest.raises(DecidedError):
        await _decide(held, MINA, there=not there)
    assert await _status(held) == status


async def test_nobody_else_decides_but_a_product_manager(held: Database) -> None:
    for by in (ADA, STRANGER):
        with pytest.raises(NotAllowedError):
            await _decide(held, by, there=True)
    assert await _status(held) == "held"
    await _decide(held, MINA, there=True)
    assert await _status(held) == "sent"


async def test_a_message_doubtful_a_second_time_is_asked_about_again(held: Database) -> None:
    await _decide(held, LEE, there=False)
    await _doubt(held, 2)
    first, second = await said(held, "held_notice")
    assert (first.key, second.key) == (FIRST, SECOND)
    assert await deliveries.find(held, notice=first) is None
    with pytest.raises(DecidedError):
        await _decide(held, LEE, there=True)
    await _decide(held, LEE, there=True, notice=SECOND)
    assert await _status(held) == "sent"


async def test_a_decision_made_twice_for_one_click_has_its_effect_once(held: Database) -> None:
    noted = []
    for _ in range(2):
        await _decide(held, LEE, there=True, click="c1", seen={"word": lambda *told: noted.append(told[2].key)})
    assert noted == ["k1"]


async def test_a_decision_whose_effect_fails_is_not_made(held: Database) -> None:
    def fail(*_: object) -> None:
        raise DecidedError()

    with pytest.raises(DecidedError):
        await _decide(held, LEE, there=True, click="c1", seen={"word": fail})
    assert await _status(held) == "held"
    await _decide(held, LEE, there=True, click="c1")
    assert await _status(held) == "sent"


async def test_the_decision_is_shown_where_it_was_asked(held: Database) -> None:
    await _decide(held, LEE, there=True, click="c1")
    assert [row.key for row in await rows_of(held, OutboxRow, OutboxRow.op == "update")] == [f"{FIRST}~c1"]
