"""Slow work is done once it is committed, a few pieces at a time, and again when it failed."""

import asyncio
from collections import Counter
from collections.abc import Mapping
from typing import Any

import pytest

from bot import jobs
from bot.jobs import Awaited, Jobs, Task
from storage import leases
from storage.database import Database, Session
from storage.migrations import bring_up
from storage.models import JobRow
from tests.building import TEAM, rows_of
from tests.shaky import Shaky
from tests.waiting import until

FIVE_AT_ONCE = (0.0, 0.0, 0.0, 0.0)


async def _defer(database: Database, key: str, task: str = "read", **args: Any) -> bool:
    return await database.write(lambda session: jobs.defer(session, team_id=TEAM, key=key, task=task, args=args))


async def _status(database: Database) -> dict[str, str]:
    return {row.key: row.status for row in await rows_of(database, JobRow)}


async def _is(database: Database, **status: str) -> None:
    async def so() -> bool:
        return await _status(database) == status

    await until(so, f"the jobs are {status}")


async def _started(database: Database, tasks: Mapping[str, Task], owner: str = "a") -> Jobs:
    runner = Jobs(database, tasks, owner=owner, pauses=FIVE_AT_ONCE, more_pauses=())
    await runner.start()
    return runner


async def test_a_job_is_done_with_its_arguments_which_are_then_forgotten(database: Database) -> None:
    seen = []

    async def read(team_id: str, args: dict[str, Any]) -> None:
        seen.append((team_id, args))

    runner = await _started(database, {"read": read})
    assert await _defer(database, "j1", text="secret") is True
    assert await _defer(database, "j1", text="secret") is False
    await _is(database, j1="done")
    await runner.stop()
    assert seen == [(TEAM, {"text": "secret"})]
    assert [row.args for row in await rows_of(database, JobRow)] == [{}]


async def test_a_job_of_a_transaction_that_failed_is_never_done(database: Database) -> None:
    def fail(session: Session) -> None:
        jobs.defer(session, team_id=TEAM, key="j1", task="read", args={})
        raise RuntimeError("the rest of the transaction fails")

    with pytest.raises(RuntimeError):
        await database.write(fail)
    assert await _status(database) == {}


async def test_a_job_that_fails_is_tried_five_times_and_others_go_on(database: Database) -> None:
    tried = []

    async def read(team_id: str, args: dict[str, Any]) -> None:
        tried.append(args["name"])
        if args["name"] == "poison":
            raise ValueError("no")

    runner = await _started(database, {"read": read})
    await _defer(database, "poison", name="poison")
    await _defer(database, "good", name="good")
    await _is(database, poison="dead", good="done")
    await runner.stop()
    assert (tried.count("poison"), tried.count("good")) == (5, 1)
    (dead, _) = await rows_of(database, JobRow)
    assert (dead.error, dead.args) == ("ValueError('no')", {"name": "poison"})


async def test_what_nobody_waits_for_is_tried_for_longer_and_whoever_waits_is_told_soon(database: Database) -> None:
    tried: Counter[str] = Counter()
    told = []

    async def read(team_id: str, args: dict[str, Any]) -> None:
        tried[args["name"]] += 1
        raise ValueError("Slack is silent")

    async def given_up(team_id: str, args: dict[str, Any], error: Exception) -> None:
        told.append((args["name"], tried[args["name"]]))

    tasks: dict[str, Task] = {"read": read, "wait": Awaited(read, given_up)}
    runner = Jobs(database, tasks, owner="a", pauses=(0.0,), more_pauses=(0.0, 0.0))
    await runner.start()
    await _defer(database, "alone", name="alone")
    await _defer(database, "asked", "wait", name="asked")
    await _is(database, alone="dead", asked="dead")
    await runner.stop()
    assert (tried, told) == ({"alone": 4, "asked": 2}, [("asked", 2)])


async def test_a_task_that_nobody_knows_is_laid_aside(database: Database) -> None:
    runner = await _started(database, {})
    await _defer(database, "j1")
    await _is(database, j1="dead")
    await runner.stop()


async def test_only_a_few_jobs_run_at_once(database: Database) -> None:
    gate, running, most = asyncio.Event(), 0, 0

    async def read(team_id: str, args: dict[str, Any]) -> None:
        nonlocal running, most
        running += 1
        most = max(most, running)
        await gate.wait()
        running -= 1

    for turn in range(jobs.AT_ONCE + 3):
        await _defer(database, f"j{turn}")
    runner = await _started(database, {"read": read})
    await until(lambda: running == jobs.AT_ONCE, "as many as may run at once do")
    gate.set()
    await _is(database, **{f"j{turn}": "done" for turn in range(jobs.AT_ONCE + 3)})
    await runner.stop()
    assert most == jobs.AT_ONCE


async def test_stopping_waits_a_little_and_gives_back_what_does_not_end(database: Database) -> None:
    begun, gate = asyncio.Semaphore(0), asyncio.Event()

    async def read(team_id: str, args: dict[str, Any]) -> None:
        begun.release()
        await (gate if args["name"] == "quick" else asyncio.Event()).wait()

    for name in ("quick", "endless"):
        await _defer(database, name, name=name)
    runner = await _started(database, {"read": read})
    await begun.acquire()
    await begun.acquire()
    gate.set()
    await runner.stop(seconds=0.2)
    rows = {row.key: (row.status, row.not_before, row.owner) for row in await rows_of(database, JobRow)}
    assert rows["quick"][0] == "done"
    assert rows["endless"] == ("open", 0.0, None)


async def test_a_job_that_takes_longer_than_its_lease_is_held_on_to(database: Database) -> None:
    begun, gate = [], asyncio.Event()

    async def read(team_id: str, args: dict[str, Any]) -> None:
        begun.append(team_id)
        await gate.wait()

    async def until_when() -> float:
        (row,) = await rows_of(database, JobRow)
        return float(row.not_before)

    await _defer(database, "j1")
    two = [Jobs(database, {"read": read}, owner=owner, lease_seconds=1.5) for owner in ("a", "b")]
    for runner in two:
        await runner.start()
    await until(lambda: begun != [], "the job has begun")
    first = await until_when()

    async def renewed_past_its_end() -> bool:
        return await until_when() > first + 1.5

    await until(renewed_past_its_end, "its lease was renewed past the first one's end")
    gate.set()
    await _is(database, j1="done")
    for runner in two:
        await runner.stop()
    assert begun == [TEAM]


async def test_a_job_that_hangs_is_ended_and_tried_again(database: Database) -> None:
    begun: list[str] = []

    async def read(team_id: str, args: dict[str, Any]) -> None:
        begun.append(team_id)
        if len(begun) == 1:
            await asyncio.Event().wait()

    await _defer(database, "j1")
    runner = Jobs(database, {"read": read}, owner="a", pauses=(0.0,), longest_seconds=0.05)
    await runner.start()
    await _is(database, j1="done")
    await runner.stop()
    assert begun == [TEAM, TEAM]


async def test_a_task_that_is_cancelled_is_counted_as_failed_and_whoever_waits_is_told(database: Database) -> None:
    tried, told = [], []

    async def read(team_id: str, args: dict[str, Any]) -> None:
        tried.append(team_id)
        raise asyncio.CancelledError  # as from a task of its own that was cancelled

    async def given_up(team_id: str, args: dict[str, Any], error: Exception) -> None:
        told.append(str(error))

    runner = await _started(database, {"read": Awaited(read, given_up)})
    await _defer(database, "j1")
    await _is(database, j1="dead")
    await runner.stop()
    assert (tried, told) == ([TEAM] * 5, ["Something went wrong on our side. Please try again in a minute."])


async def test_what_a_crash_left_behind_is_taken_up(tmp_path: Any) -> None:
    database = Database(f"sqlite:///{tmp_path / 'linchpin.db'}")
    bring_up(database.engine)
    seen = []

    async def read(team_id: str, args: dict[str, Any]) -> None:
        seen.append(team_id)

    await _defer(database, "j1")
    await database.write(
        lambda session: leases.claim_across_teams(session, JobRow, owner="before", now=1e10, seconds=1e10, limit=1)
    )
    runner = await _started(database, {"read": read}, "after")
    await _is(database, j1="done")
    await runner.stop()
    database.close()
    assert seen == [TEAM]


async def test_the_runner_outlives_any_error(database_url: str) -> None:
    async def read(team_id: str, args: dict[str, Any]) -> None:
        """Do nothing."""

    database = Shaky(database_url)
    runner = await _started(database, {"read": read})
    database.trouble = 2
    await until(lambda: database.trouble == 0, "the runner meets its trouble")
    await _defer(database, "j1")
    await _is(database, j1="done")
    assert runner.alive
    await runner.stop()
    assert not runner.alive
    database.close()
