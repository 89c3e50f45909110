"""What arrives is stored before it is acked, or it is refused."""

import asyncio
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

import pytest
from sqlalchemy import event, make_url, text

from bot.errors import NotSavedError
from bot.intake import Arrival, Held, Intake, IntakeFullError, keeping
from storage.database import Connection, CutOffError, Database
from storage.models import IntakeRow
from tests.building import TEAM, rows_of
from tests.waiting import until

R = TypeVar("R")


def an_arrival(key: str, *, lane: str = "C1", kind: str = "event") -> Arrival:
    return Arrival(TEAM, key, kind, lane, "{}")


async def _nothing(held: Held) -> None:
    """Dispatch to no listener."""


async def _status(database: Database) -> dict[str, str]:
    return {row.key: row.status for row in await rows_of(database, IntakeRow)}


@contextmanager
def nobody_can_write(database: Database, url: str) -> Iterator[None]:
    """Hold the lock that every insert into the intake needs."""
    if database.is_sqlite:
        other = sqlite3.connect(make_url(url).database or "", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")
        other.close()
        return
    with database.engine.connect() as connection:
        connection.execute(text("LOCK TABLE intake IN ACCESS EXCLUSIVE MODE"))
        yield


async def test_what_is_stored_is_in_the_database_when_store_returns(database: Database) -> None:
    intake_ = Intake(database, _nothing, owner="a")
    await intake_.start()
    held = await intake_.store(an_arrival("e1"))
    assert held is not None
    assert await _status(database) == {"e1": "open"}
    await intake_.stop()


async def test_many_that_arrive_at_once_are_all_stored(database: Database) -> None:
    intake_ = Intake(database, _nothing, owner="a")
    await intake_.start()
    held = await asyncio.gather(*(intake_.store(an_arrival(f"e{turn}")) for turn in range(400)))
    assert len({one.lease.id for one in held if one is not None}) == 400
    assert len(await _status(database)) == 400
    await intake_.stop()


async def test_of_many_deliveries_of_one_thing_only_one_is_held(database: Database) -> None:
    intake_ = Intake(database, _nothing, owner="a")
    await intake_.start()
    held = [await intake_.store(an_arrival("e1"))]
    held += await asyncio.gather(*(intake_.store(an_arrival("e1")) for _ in range(5)))
    assert [one is not None for one in held] == [True, False, False, False, False, False]
    await intake_.stop()


async def test_deliveries_of_one_thing_in_one_commit_are_held_once(database: Database) -> None:
    intake_ = Intake(database, _nothing, owner="a")
    stored = [asyncio.ensure_future(intake_.store(an_arrival("e1"))) for _ in range(3)]
    await asyncio.sleep(0)
    await intake_.start()
    assert sum(one is not None for one in await asyncio.gather(*stored)) == 1
    await intake_.stop()


async def test_a_full_queue_refuses_before_anybody_waits(database: Database) -> None:
    intake_ = Intake(database, _nothing, owner="a")  # not started: nothing is ever committed
    waiting = [asyncio.ensure_future(intake_.store(an_arrival(f"e{turn}"))) for turn in range(keeping.WAITING_AT_MOST)]
    await asyncio.sleep(0)
    with pytest.raises(IntakeFullError):
        await intake_.store(an_arrival("one too many"))
    for one in waiting:
        one.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)


async def test_each_arrival_is_given_up_after_its_own_time(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping, "INSERT_SECONDS", 0.2)
    intake_ = Intake(database, _nothing, owner="a")  # not started: nothing is ever committed
    loop = asyncio.get_running_loop()

    async def refused(key: str) -> tuple[float, float]:
        came = loop.time()
        with pytest.raises(NotSavedError):
            await intake_.store(an_arrival(key))
        return came, loop.time()

    began = loop.time()
    first, gone = asyncio.ensure_future(refused("e1")), asyncio.ensure_future(intake_.store(an_arrival("e2")))
    await until(lambda: loop.time() > began + 0.1, "some time has passed")
    gone.cancel()
    later = await asyncio.gather(first, refused("e3"))
    alone = await refused("e4")  # when nobody waits any more, the next one is seen to as well
    waited = [told - came for came, told in (*later, alone)]
    assert all(0.19 < seconds < 2.0 for seconds in waited), waited


async def test_a_locked_database_refuses_and_works_again_afterwards(database: Database, database_url: str) -> None:
    intake_ = Intake(database, _nothing, owner="a")
    await intake_.start()
    with nobody_can_write(database, database_url), pytest.raises(NotSavedError):
        await intake_.store(an_arrival("e1"))
    again = await intake_.store(an_arrival("e2"))
    assert again is not None
    await intake_.stop()


@pytest.mark.parametrize("kind", ["command", "submission"])
async def test_a_command_whose_sender_was_told_it_is_not_saved_never_takes_effect(
    database: Database, database_url: str, kind: str
) -> None:
    seen: list[Held] = []

    async def dispatch(held: Held) -> None:
        seen.append(held)

    intake_ = Intake(database, dispatch, owner="a", lease_seconds=3.0, sweep_seconds=0.02)
    await intake_.start()
    with nobody_can_write(database, database_url), pytest.raises(NotSavedError):
        await intake_.store(an_arrival("c1", kind=kind))
    assert await intake_.store(an_arrival("e2")) is not None

    async def settled() -> bool:
        return (await _status(database)).get("c1") in (None, "done")

    await until(settled, "the command is laid aside")
    await intake_.stop()
    assert [held for held in seen if held.kind == kind] == []


class _CutOff(Database):
    """A database that is cut off just after the first commit of arrivals, which is kept."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.cut = False

    async def write_bare(self, work: Callable[[Connection], R]) -> R:
        """Keep it, and say so only from the second time on."""
        result = await super().write_bare(work)
        if not self.cut:
            self.cut = True
            raise CutOffError()
        return result


class _Slow(Database):
    """A database whose first commit of arrivals is heard of only when its sender was told, and whose next one fails."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.told = asyncio.Event()
        self.commits = 0

    async def write_bare(self, work: Callable[[Connection], R]) -> R:
        """Keep it, and be slow about it the first time; keep nothing the second time."""
        self.commits += 1
        if self.commits == 2:
            raise NotSavedError()
        result = await super().write_bare(work)
        await self.told.wait()
        return result


async def test_after_a_commit_that_nobody_heard_of_only_what_slack_repeats_takes_effect(database_url: str) -> None:
    database, seen = _CutOff(database_url), list[str]()

    async def dispatch(held: Held) -> None:
        seen.append(held.kind)

    intake_ = Intake(database, dispatch, owner="a", lease_seconds=0.5, sweep_seconds=0.02)
    await intake_.start()
    arrivals = (an_arrival("c1", kind="command"), an_arrival("e1"))
    told = await asyncio.gather(*(intake_.store(one) for one in arrivals), return_exceptions=True)
    assert [str(error) for error in told] == [str(NotSavedError())] * 2
    assert await intake_.store(an_arrival("e1")) is None, "it is known"

    async def settled() -> bool:
        return await _status(database) == {"c1": "done", "e1": "done"}

    await until(settled, "both are done with")
    await intake_.stop()
    database.close()
    assert seen == ["event"]


async def test_a_stop_hands_on_nothing_whose_sender_was_told_it_is_not_saved(database_url: str) -> None:
    database = _CutOff(database_url)
    intake_ = Intake(database, _nothing, owner="a", sweep_seconds=60.0)
    await intake_.start()
    with pytest.raises(NotSavedError):
        await intake_.store(an_arrival("c1", kind="action"))
    await intake_.stop()
    assert (await _status(database))["c1"] == "done"
    database.close()


async def test_what_comes_to_be_stored_after_its_sender_was_told_takes_no_effect_though_the_next_commit_fails(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "INSERT_SECONDS", 0.1)
    database, seen = _Slow(database_url), list[str]()

    async def dispatch(held: Held) -> None:
        seen.append(held.kind)

    intake_ = Intake(database, dispatch, owner="a", lease_seconds=0.5, sweep_seconds=0.02)
    await intake_.start()
    with pytest.raises(NotSavedError):
        await intake_.store(an_arrival("c1", kind="action"))
    database.told.set()

    async def settled() -> bool:
        return await _status(database) == {"c1": "done"}

    await until(settled, "the click is laid aside")
    await intake_.stop()
    database.close()
    assert seen == []


async def test_one_arrival_that_cannot_be_stored_does_not_stop_the_intake(database: Database) -> None:
    intake_ = Intake(database, _nothing, owner="a")
    await intake_.start()
    with pytest.raises(NotSavedError):
        await intake_.store(Arrival(TEAM, "broken", "event", "C1", "\ud800"))
    assert await intake_.store(an_arrival("e1")) is not None
    await intake_.stop()


async def test_those_who_come_back_together_share_one_commit_and_who_comes_alone_does_not_wait(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "GATHER_SECONDS", 60.0)
    intake_ = Intake(database, _nothing, owner="a")
    commits: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if statement.startswith("INSERT INTO intake"):
            commits.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    together = [asyncio.ensure_future(intake_.store(an_arrival(f"e{turn}"))) for turn in range(8)]
    await asyncio.sleep(0)
    await intake_.start()
    await asyncio.gather(*together)
    commits.clear()
    again = []
    for turn in range(8):
        again.append(asyncio.ensure_future(intake_.store(an_arrival(f"f{turn}"))))
        await asyncio.sleep(0)
    await asyncio.gather(*again)
    assert len(commits) == 1
    monkeypatch.setattr(keeping, "GATHER_SECONDS", 0.01)
    assert await intake_.store(an_arrival("fewer than were expected")) is not None
    monkeypatch.setattr(keeping, "GATHER_SECONDS", 60.0)
    assert await intake_.store(an_arrival("alone")) is not None
    await intake_.stop()
