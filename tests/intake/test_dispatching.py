"""What is stored is dispatched, in order, until it is done."""

import asyncio
from collections import Counter
from collections.abc import Callable, Sized

import pytest
from sqlalchemy import event

from bot.errors import NotSavedError
from bot.intake import PAUSES, Dispatch, Held, Intake
from storage.database import Database
from storage.migrations import bring_up
from storage.models import IntakeRow
from tests.building import rows_of
from tests.intake.test_storing import an_arrival
from tests.shaky import Shaky
from tests.waiting import until

FIVE_AT_ONCE = (0.0, 0.0, 0.0, 0.0)


async def _status(database: Database) -> dict[str, str]:
    return {row.key: row.status for row in await rows_of(database, IntakeRow)}


async def _is(database: Database, **status: str) -> None:
    async def so() -> bool:
        return await _status(database) == status

    await until(so, f"the intake holds {status}")


async def _started(database: Database, dispatch: Dispatch, owner: str = "a", *, lease_seconds: float = 30.0) -> Intake:
    intake = Intake(
        database, dispatch, owner=owner, pauses=FIVE_AT_ONCE, more_pauses=(),
        lease_seconds=lease_seconds, sweep_seconds=0.02,
    )  # fmt: skip
    await intake.start()
    return intake


async def _arrive(intake: Intake, key: str, lane: str = "C1", kind: str = "event") -> None:
    held = await intake.store(an_arrival(key, lane=lane, kind=kind))
    assert held is not None
    intake.hand_over(held)


async def _live_and_crash(url: str) -> None:
    """Store six arrivals, begin with two of them, and end without a word: the loop drops what is under way."""
    started = asyncio.Semaphore(0)

    async def hang(held: Held) -> None:
        started.release()
        await asyncio.Event().wait()

    database = Database(url)
    intake = await _started(database, hang, "before", lease_seconds=1.0)
    for turn in range(6):
        await _arrive(intake, f"e{turn}", f"C{turn % 2}")
    await started.acquire()
    await started.acquire()
    database.close()


def _recording(seen: list[str], fails: Callable[[str], bool] = lambda key: False) -> Dispatch:
    async def dispatch(held: Held) -> None:
        seen.append(str(held.lease.id))
        if fails(str(held.lease.id)):
            raise ValueError("a listener broke")

    return dispatch


async def test_a_lane_is_walked_in_order_and_one_at_a_time(database: Database) -> None:
    under_way, most, seen = 0, 0, []

    async def dispatch(held: Held) -> None:
        nonlocal under_way, most
        under_way += 1
        most = max(most, under_way)
        await asyncio.sleep(0)
        seen.append(held.lease.id)
        under_way -= 1

    intake = await _started(database, dispatch)
    for turn in range(20):
        await _arrive(intake, f"e{turn}")
    await _is(database, **{f"e{turn}": "done" for turn in range(20)})
    await intake.stop()
    assert (most, seen) == (1, sorted(seen))


async def test_a_slow_lane_does_not_hold_up_the_others(database: Database) -> None:
    gate, seen = asyncio.Event(), []

    async def dispatch(held: Held) -> None:
        if held.lane == "slow":
            await gate.wait()
        seen.append(held.lane)

    intake = await _started(database, dispatch)
    await _arrive(intake, "e1", "slow")
    await _arrive(intake, "e2", "quick")
    await until(lambda: seen == ["quick"], "the quick lane is through")
    gate.set()
    await _is(database, e1="done", e2="done")
    await intake.stop()
    assert seen == ["quick", "slow"]


async def test_what_fails_is_tried_five_times_and_then_laid_aside_while_others_go_on(database: Database) -> None:
    seen: list[str] = []
    intake = await _started(database, _recording(seen, fails=lambda key: key == "1"))
    await _arrive(intake, "poison")
    await _arrive(intake, "good")
    await _is(database, poison="dead", good="done")
    await intake.stop()
    assert seen.count("1") == 5
    assert seen.index("2") < len(seen) - 1
    (dead, _) = await rows_of(database, IntakeRow)
    assert (dead.payload, dead.error) == ("{}", "ValueError('a listener broke')")


async def test_a_click_is_tried_for_half_a_minute_and_its_sender_told_while_events_are_tried_for_longer(
    database: Database,
) -> None:
    tried: Counter[str] = Counter()
    told: list[tuple[str, int, str]] = []

    async def dispatch(held: Held) -> None:
        tried[held.kind] += 1
        raise ValueError("no")

    async def given_up(held: Held, error: BaseException) -> None:
        told.append((held.kind, tried[held.kind], str(error)))

    intake = Intake(
        database, dispatch, owner="a", given_up=given_up, pauses=(0.0,) * len(PAUSES), more_pauses=(0.0, 0.0),
        sweep_seconds=0.02,
    )  # fmt: skip
    await intake.start()
    await _arrive(intake, "c1", kind="action")
    await _arrive(intake, "e1")
    await _is(database, c1="dead", e1="dead")
    await intake.stop()
    assert (tried, told) == ({"action": 5, "event": 7}, [("action", 5, "no")])
    assert sum(PAUSES) == 30.0


@pytest.mark.parametrize(("late", "outcome", "times"), [(0.0, "dead", 1), (60.0, "done", 2)], ids=["long", "short"])
async def test_a_click_is_not_done_after_an_outage_that_was_too_long_to_wait_for(
    database_url: str, monkeypatch: pytest.MonkeyPatch, late: float, outcome: str, times: int
) -> None:
    monkeypatch.setattr("bot.intake.LATE_SECONDS", late)
    database, seen, told = Shaky(database_url), list[str](), list[str]()

    async def dispatch(held: Held) -> None:
        seen.append(held.kind)
        if len(seen) == 1:
            database.trouble = 1  # nor can it be noted that it failed
            raise NotSavedError()

    async def given_up(held: Held, error: BaseException) -> None:
        told.append(str(error))

    intake = Intake(database, dispatch, owner="a", given_up=given_up, lease_seconds=0.3, sweep_seconds=0.02)
    await intake.start()
    await _arrive(intake, "c1", kind="action")
    await _is(database, c1=outcome)
    await intake.stop()
    database.close()
    assert (len(seen), told) == (times, [str(NotSavedError())] if outcome == "dead" else [])


async def test_what_fails_once_is_done_at_the_next_try(database: Database) -> None:
    seen: list[str] = []
    intake = await _started(database, _recording(seen, fails=lambda _: len(seen) == 1))
    await _arrive(intake, "e1")
    await _is(database, e1="done")
    await intake.stop()
    assert seen == ["1", "1"]


async def test_a_listener_that_is_cancelled_is_run_again_and_holds_nobody_up(database: Database) -> None:
    seen: list[str] = []

    async def dispatch(held: Held) -> None:
        seen.append(str(held.lease.id))
        if len(seen) == 1:
            raise asyncio.CancelledError  # as from a task of its own that was cancelled

    intake = await _started(database, dispatch)
    await _arrive(intake, "e1")
    await _arrive(intake, "e2")
    await _is(database, e1="done", e2="done")
    await intake.stop()
    assert sorted(seen) == ["1", "1", "2"]


async def test_what_fails_waits_for_its_pause(database: Database) -> None:
    seen: list[str] = []
    intake = Intake(database, _recording(seen, fails=lambda _: True), owner="a", pauses=(3600.0,), sweep_seconds=0.02)
    await intake.start()
    await _arrive(intake, "e1")
    (row,) = await rows_of(database, IntakeRow)

    async def postponed() -> bool:
        (now,) = await rows_of(database, IntakeRow)
        return bool(now.not_before > row.received_at + 3000)

    await until(postponed, "the pause is noted")
    await intake.stop()
    assert seen == ["1"]


async def test_nothing_acked_is_lost_over_a_crash(database: Database, database_url: str) -> None:
    database.close()
    await asyncio.to_thread(asyncio.run, _live_and_crash(database_url))
    seen: list[str] = []
    after_crash = Database(database_url)
    after = await _started(after_crash, _recording(seen), "after")
    await _is(after_crash, **{f"e{turn}": "done" for turn in range(6)})
    await after.stop()
    assert sorted(seen) == ["1", "2", "3", "4", "5", "6"]
    assert [key for key in seen if int(key) % 2] == ["1", "3", "5"]
    after_crash.close()


async def test_a_delivery_repeated_after_the_crash_is_not_handled_twice(database: Database) -> None:
    seen: list[str] = []
    first = await _started(database, _recording(seen), "first")
    await _arrive(first, "e1")
    await _is(database, e1="done")
    await first.stop()
    second = await _started(database, _recording(seen), "second")
    assert await second.store(an_arrival("e1")) is None
    await second.stop()
    assert seen == ["1"]


async def test_stopping_finishes_what_is_under_way_and_gives_back_the_rest(database: Database) -> None:
    started, gate, seen = asyncio.Event(), asyncio.Event(), []

    async def dispatch(held: Held) -> None:
        started.set()
        await gate.wait()
        seen.append(held.lease.id)

    intake = await _started(database, dispatch)
    await _arrive(intake, "under way")
    await _arrive(intake, "waiting")
    await started.wait()
    stopping = asyncio.ensure_future(intake.stop())
    await asyncio.sleep(0)
    gate.set()
    await stopping
    assert seen == [1]
    rows = {row.key: (row.status, row.not_before, row.owner) for row in await rows_of(database, IntakeRow)}
    assert rows["under way"][0] == "done"
    assert rows["waiting"] == ("open", 0.0, None)


async def test_stopping_gives_back_what_does_not_end_in_time(database: Database) -> None:
    started = asyncio.Event()

    async def dispatch(held: Held) -> None:
        started.set()
        await asyncio.Event().wait()

    intake = await _started(database, dispatch)
    await _arrive(intake, "endless")
    await started.wait()
    await intake.stop(seconds=0.05)
    (row,) = await rows_of(database, IntakeRow)
    assert (row.status, row.not_before, row.owner) == ("open", 0.0, None)


async def test_what_waits_long_in_its_lane_is_dispatched_once(database: Database) -> None:
    gate, seen = asyncio.Event(), []

    async def dispatch(held: Held) -> None:
        await gate.wait()
        seen.append(held.lease.id)

    intake = await _started(database, dispatch, lease_seconds=0.6)
    await _arrive(intake, "e1")
    await _arrive(intake, "e2")
    first = [row.not_before for row in await rows_of(database, IntakeRow)]

    async def renewed_twice() -> bool:
        return all(
            row.not_before > then + 0.7 for row, then in zip(await rows_of(database, IntakeRow), first, strict=True)
        )

    await until(renewed_twice, "the leases have been renewed beyond their first end")
    gate.set()
    await _is(database, e1="done", e2="done")
    await intake.stop()
    assert seen == [1, 2]


async def test_what_waits_is_held_on_to_a_batch_at_a_time(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.intake.BATCH", 4)
    renewed: list[int] = []

    def note(_connection: object, _cursor: object, statement: str, told: Sized, *_: object) -> None:
        if statement.startswith("UPDATE intake SET not_before"):
            renewed.append(len(told))

    async def dispatch(held: Held) -> None:
        await asyncio.Event().wait()

    intake = await _started(database, dispatch, lease_seconds=0.6)
    for turn in range(6):
        await _arrive(intake, f"e{turn}")
    event.listen(database.engine, "before_cursor_execute", note)
    await until(lambda: len(renewed) >= 2, "the leases have been renewed")
    await intake.stop(seconds=0.05)
    assert renewed[:2] == [4, 2]


async def test_two_processes_share_the_work_without_doing_any_of_it_twice(postgres_url: str) -> None:
    databases = [Database(postgres_url), Database(postgres_url)]
    bring_up(databases[0].engine)
    seen: list[str] = []
    intakes = [await _started(one, _recording(seen), f"process {turn}") for turn, one in enumerate(databases)]

    async def deliver(turn: int) -> None:
        held = await intakes[turn % 2].store(an_arrival(f"e{turn // 2}", lane=f"C{turn % 5}"))
        if held is not None:
            intakes[turn % 2].hand_over(held)

    await asyncio.gather(*(deliver(turn) for turn in range(80)))
    await _is(databases[0], **{f"e{turn}": "done" for turn in range(40)})
    for intake in intakes:
        await intake.stop()
    assert len(seen) == len(set(seen)) == 40
    for one in databases:
        one.close()


async def test_the_sweep_and_the_lanes_outlive_any_error(database_url: str) -> None:
    database = Shaky(database_url)
    seen: list[str] = []

    async def dispatch(held: Held) -> None:
        seen.append(held.payload)
        if len(seen) == 1:
            database.trouble = 2  # giving it back fails, and so does the next sweep
            raise ValueError("no")

    intake = await _started(database, dispatch, lease_seconds=0.2)
    await _arrive(intake, "e1")
    await until(lambda: database.trouble == 0, "the intake meets its trouble")
    await _is(database, e1="done")
    await _arrive(intake, "e2")
    await _is(database, e1="done", e2="done")
    assert intake.alive
    await intake.stop()
    assert not intake.alive
    database.close()
