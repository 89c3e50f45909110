import asyncio
from typing import Any

import pytest
from sqlalchemy import event
from sqlmodel import Session, col, update

from bot import outbox as said
from storage import outbox
from storage.database import Database
from storage.migrations import bring_up
from storage.models import OutboxRow
from storage.outbox import Claimed
from tests.building import TEAM, rows_of

SECONDS = 30.0


async def _say(database: Database, key: str, channel: str = "C1") -> bool:
    return await database.write(
        lambda session: said.say(session, team_id=TEAM, key=key, kind="word", nouns={}, channel=channel)
    )


async def _claim(database: Database, owner: str = "a", *, now: float = 1.0) -> list[Claimed]:
    return await database.write(
        lambda session: outbox.claim_across_teams(session, owner=owner, now=now, seconds=SECONDS, limit=20)
    )


async def _finish(database: Database, claimed: Claimed, status: str, owner: str = "a", **values: Any) -> bool:
    return await database.write(
        lambda session: outbox.finish_across_teams(session, row=claimed.row, owner=owner, status=status, **values)
    )


def _keys(claimed: list[Claimed]) -> list[str]:
    return [one.row.key for one in claimed]


async def test_a_key_is_said_once(database: Database) -> None:
    assert await _say(database, "k1") is True
    assert await _say(database, "k1") is False
    assert [row.key for row in await rows_of(database, OutboxRow)] == ["k1"]


async def test_each_channel_gives_its_first_unsent_row(database: Database) -> None:
    for key, channel in (("a1", "C1"), ("a2", "C1"), ("b1", "C2"), ("a3", "C1")):
        await _say(database, key, channel)
    (first, second) = await _claim(database)
    assert _keys([first, second]) == ["a1", "b1"]
    assert await _claim(database, now=2.0) == []
    await _finish(database, first, "sent")
    assert _keys(await _claim(database, now=2.0)) == ["a2"]


async def test_a_row_that_must_wait_holds_back_what_comes_after_it_in_its_channel(database: Database) -> None:
    await _say(database, "k1")
    await _say(database, "k2")
    (claimed,) = await _claim(database)
    await _finish(database, claimed, "new", not_before=50.0, lease_until=0.0)
    assert await _claim(database, now=49.0) == []
    assert _keys(await _claim(database, now=50.0)) == ["k1"]


@pytest.mark.parametrize("status", ["dead", "held", "sent"])
async def test_a_row_that_is_over_lets_the_next_one_go(database: Database, status: str) -> None:
    await _say(database, "k1")
    await _say(database, "k2")
    (claimed,) = await _claim(database)
    await _finish(database, claimed, status)
    assert _keys(await _claim(database, now=2.0)) == ["k2"]


async def test_a_row_whose_sender_vanished_is_claimed_again_as_doubtful(database: Database) -> None:
    await _say(database, "k1")
    (first,) = await _claim(database, "a", now=1.0)
    assert await _claim(database, "b", now=SECONDS) == []
    (again,) = await _claim(database, "b", now=1.0 + SECONDS)
    assert (first.again, again.again) == (False, True)


async def test_a_sender_that_comes_back_too_late_changes_nothing(database: Database) -> None:
    await _say(database, "k1")
    (late,) = await _claim(database, "a", now=1.0)
    (held,) = await _claim(database, "b", now=1.0 + SECONDS)
    assert await _finish(database, late, "sent", "a", ts="1.1") is False
    assert await _finish(database, held, "sent", "b", ts="2.2") is True
    assert [(row.status, row.ts) for row in await rows_of(database, OutboxRow)] == [("sent", "2.2")]


async def test_the_same_owner_cannot_finish_what_it_has_claimed_anew(database: Database) -> None:
    await _say(database, "k1")
    (late,) = await _claim(database, now=1.0)
    (held,) = await _claim(database, now=1.0 + SECONDS)
    assert await _finish(database, late, "dead") is False
    assert await _finish(database, held, "sent") is True


async def test_a_closed_channel_waits_and_the_others_do_not(database: Database) -> None:
    await _say(database, "a1", "C1")
    await _say(database, "b1", "C2")
    await database.write(lambda session: outbox.close_gate(session, team_id=TEAM, channel="C1", until=9.0))
    assert _keys(await _claim(database, now=8.9)) == ["b1"]
    assert _keys(await _claim(database, now=9.0)) == ["a1"]


async def test_of_many_senders_one_claims_each_channel(replicas: list[Database]) -> None:
    for turn in range(30):
        await _say(replicas[0], f"k{turn}", f"C{turn % 10}")
    claims = await asyncio.gather(*(_claim(replicas[turn % 3], f"sender {turn}") for turn in range(18)))
    keys = sorted(key for claim in claims for key in _keys(claim))
    rest = _keys(await _claim(replicas[0], "last", now=1.0))
    assert sorted(keys + rest) == sorted(f"k{turn}" for turn in range(10))


async def test_a_held_row_is_decided_by_a_person_and_only_a_held_one(database: Database) -> None:
    def settle(session: Session, status: str) -> bool:
        return outbox.settle(session, team_id=TEAM, key="k1", status=status)

    await _say(database, "k1")
    (claimed,) = await _claim(database)
    assert await database.write(lambda session: settle(session, "sent")) is False
    await _finish(database, claimed, "held")
    assert await database.write(lambda session: settle(session, "new")) is True
    (again,) = await _claim(database, now=2.0)
    assert (again.row.key, again.again) == ("k1", False)


async def test_after_a_crash_the_only_process_takes_up_what_was_being_sent_as_doubtful(database: Database) -> None:
    await _say(database, "k1")
    await _claim(database, "before")
    await database.write(lambda session: outbox.release_across_teams(session, owner="after", own=False))
    (claimed,) = await _claim(database, "after", now=2.0)
    assert claimed.again


async def test_an_update_waits_behind_its_post_and_gives_way_to_a_later_one(database: Database) -> None:
    await _say(database, "k1")
    for cause in ("c1", "c2"):
        await database.write(lambda session, cause=cause: said.refresh(session, team_id=TEAM, target="k1", cause=cause))  # type: ignore[misc]
    post, first, last = await rows_of(database, OutboxRow)
    assert _keys(await _claim(database)) == [post.key]

    def newer(session: Session, row: OutboxRow) -> bool:
        return outbox.has_newer_update(session, team_id=TEAM, row_id=row.id or 0, target="k1")

    assert await database.read(lambda session: newer(session, first)) is True
    assert await database.read(lambda session: newer(session, last)) is False


async def test_what_was_never_said_is_not_updated(database: Database) -> None:
    told = await database.write(lambda session: said.refresh(session, team_id=TEAM, target="none", cause="c1"))
    assert told is False
    assert await rows_of(database, OutboxRow) == []


async def test_the_mark_of_a_post_is_its_own(database: Database) -> None:
    rows = [OutboxRow(team_id=team, key=key, op="post", kind="word", nouns={}, channel="C1", created_at=0.0)
            for team in ("T1", "T2") for key in ("k1", "k2")]  # fmt: skip
    assert len({said.mark_of(row) for row in rows}) == 4


async def test_a_row_that_was_committed_late_waits_for_the_gap_after_what_was_sent_meanwhile(postgres_url: str) -> None:
    database = Database(postgres_url)
    bring_up(database.engine)
    await _say(database, "late")
    await _say(database, "sent")
    await database.write(lambda session: session.exec(update(OutboxRow).where(_is("late")).values(status="waiting")))
    sent = next(one for one in await _claim(database) if one.row.key == "sent")
    await database.write(lambda session: session.exec(update(OutboxRow).where(_is("late")).values(status="new")))

    ended = asyncio.Event()

    def end_the_other(_: Any, __: Any, statement: str, *___: Any) -> None:
        if "SKIP LOCKED" in statement and not ended.is_set():
            ended.set()
            with Session(database.engine) as session:
                outbox.close_gate(session, team_id=TEAM, channel="C1", until=3.0)
                outbox.finish_across_teams(session, row=sent.row, owner="a", status="sent")
                session.commit()

    event.listen(database.engine, "after_cursor_execute", end_the_other)
    assert await _claim(database, "b", now=2.0) == []
    assert ended.is_set()
    assert _keys(await _claim(database, "b", now=3.5)) == ["late"]
    database.close()


def _is(key: str) -> Any:
    return col(OutboxRow.key) == key
