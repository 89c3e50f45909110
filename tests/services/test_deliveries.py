"""Of a message whose fate is unknown a person decides, once."""

import pytest

from bot import outbox
from bot.errors import NotAllowedError
from bot.services import deliveries
from bot.services.deliveries import DecidedError
from storage.database import Database, Session
from storage.models import OutboxRow
from tests.building import ADA, LEE, MINA, STRANGER, TEAM, cause, rows_of, said


@pytest.fixture
async def held(database: Database) -> Database:
    """Return a database with a held message, of which Lee has been asked."""

    def hold(session: Session) -> None:
        outbox.say(session, team_id=TEAM, key="k1", kind="word", nouns={}, channel="C1")
        deliveries.ask(session, _row(session), who=LEE.user_id)
        row = _row(session)
        row.status = "held"
        session.add(row)
        deliveries.ask(session, row, who=LEE.user_id)
        deliveries.ask(session, row, who=LEE.user_id)

    await database.write(hold)
    return database


def _row(session: Session) -> OutboxRow:
    row = session.get(OutboxRow, 1)
    assert row is not None
    return row


async def _status(database: Database) -> str:
    return str((await rows_of(database, OutboxRow))[0].status)


async def test_one_person_is_asked_once_and_only_about_what_is_held(held: Database) -> None:
    assert [(row.channel, row.nouns["key"]) for row in await said(held, "held_notice")] == [("ULEE", "k1")]


@pytest.mark.parametrize(("there", "status"), [(True, "sent"), (False, "new")])
async def test_who_was_asked_decides(held: Database, there: bool, status: str) -> None:
    decided = await deliveries.decide(held, by=LEE, key="k1", there=there, cause="c1")
    assert (decided.status, await _status(held)) == (status, status)
    with pytest.raises(DecidedError):
        await deliveries.decide(held, by=MINA, key="k1", there=not there, cause=cause())
    assert await _status(held) == status


async def test_nobody_else_decides_but_a_product_manager(held: Database) -> None:
    for by in (ADA, STRANGER):
        with pytest.raises(NotAllowedError):
            await deliveries.decide(held, by=by, key="k1", there=True, cause=cause())
    assert await _status(held) == "held"
    await deliveries.decide(held, by=MINA, key="k1", there=True, cause=cause())
    assert await _status(held) == "sent"


async def test_the_decision_is_shown_where_it_was_asked(held: Database) -> None:
    await deliveries.decide(held, by=LEE, key="k1", there=True, cause="c1")
    assert [row.key for row in await rows_of(held, OutboxRow, OutboxRow.op == "update")] == ["held:k1~c1"]
    assert await deliveries.find(held, team_id="T2", key="k1") is None
