import asyncio
from typing import Any

from storage import intake, jobs, leases
from storage.database import Database
from storage.leases import Lease
from storage.models import IntakeRow, JobRow
from tests.building import TEAM, rows_of

SECONDS = 30.0


async def _arrive(database: Database, *keys: str, lane: str = "C1") -> dict[str, int]:
    rows = [
        {
            "team_id": TEAM, "key": key, "kind": "event", "lane": lane, "payload": "{}", "status": "open",
            "received_at": 0.0, "not_before": 0.0, "owner": None, "tries": 0, "failures": 0,
        }
        for key in keys
    ]  # fmt: skip
    return await database.write(lambda session: intake.add_across_teams(session.connection(), rows=rows))


async def _claim(database: Database, owner: str, *, now: float, limit: int = 10) -> list[Any]:
    return await database.write(
        lambda session: leases.claim_across_teams(
            session, IntakeRow, owner=owner, now=now, seconds=SECONDS, limit=limit
        )
    )


async def _only(database: Database) -> IntakeRow:
    (row,) = await rows_of(database, IntakeRow)
    assert isinstance(row, IntakeRow)
    return row


async def test_a_claimed_row_is_nobody_elses_until_its_lease_has_run_out(database: Database) -> None:
    await _arrive(database, "e1")
    assert [row.key for row in await _claim(database, "a", now=100.0)] == ["e1"]
    assert await _claim(database, "b", now=100.0 + SECONDS - 0.1) == []
    assert [row.key for row in await _claim(database, "b", now=100.0 + SECONDS)] == ["e1"]


async def test_rows_are_claimed_oldest_first_and_no_more_than_asked(database: Database) -> None:
    await _arrive(database, "e1", "e2", "e3")
    assert [row.key for row in await _claim(database, "a", now=1.0, limit=2)] == ["e1", "e2"]


async def test_of_many_workers_one_claims_each_row(replicas: list[Database]) -> None:
    await _arrive(replicas[0], *(f"e{turn}" for turn in range(60)))
    claims = await asyncio.gather(
        *(_claim(replicas[turn % 3], f"worker {turn}", now=1.0, limit=5) for turn in range(24))
    )
    keys = [row.key for claim in claims for row in claim]
    assert len(keys) == len(set(keys))
    rest = [row.key for row in await _claim(replicas[0], "last", now=1.0, limit=100)]
    assert sorted(keys + rest) == sorted(f"e{turn}" for turn in range(60))


async def test_a_worker_that_comes_back_too_late_changes_nothing(database: Database) -> None:
    await _arrive(database, "e1")
    (old,) = await _claim(database, "a", now=1.0)
    (new,) = await _claim(database, "a", now=1.0 + SECONDS)
    late, held = Lease(old.id, old.tries), Lease(new.id, new.tries)

    def come_back(session: Any) -> bool:
        leases.mark_done_across_teams(session.connection(), IntakeRow, owner="a", leases=[late])
        leases.renew_across_teams(session, IntakeRow, owner="a", leases=[late], until=9999.0)
        return leases.mark_failed_across_teams(session, IntakeRow, owner="a", lease=late, error="late", again_at=0.0)

    assert await database.write(come_back) is False
    row = await _only(database)
    assert (row.status, row.payload, row.error, row.not_before) == ("open", "{}", None, 1.0 + 2 * SECONDS)
    await database.write(
        lambda session: leases.mark_done_across_teams(session.connection(), IntakeRow, owner="a", leases=[held])
    )
    assert (await _only(database)).status == "done"


async def test_what_is_done_carries_no_words_any_more(database: Database) -> None:
    await _arrive(database, "e1")
    await database.write(
        lambda session: jobs.add(session, team_id=TEAM, key="j", task="read", args={"text": "secret"}, now=1.0)
    )
    (event,) = await _claim(database, "a", now=1.0)

    def finish(session: Any) -> None:
        (job,) = leases.claim_across_teams(session, JobRow, owner="a", now=1.0, seconds=SECONDS, limit=1)
        leases.mark_done_across_teams(session.connection(), IntakeRow, owner="a", leases=[Lease(event.id, event.tries)])
        leases.mark_done_across_teams(session.connection(), JobRow, owner="a", leases=[Lease(job.id, job.tries)])

    await database.write(finish)
    assert (await _only(database)).payload is None
    assert [(job.status, job.args) for job in await rows_of(database, JobRow)] == [("done", {})]


async def test_a_failed_row_waits_for_its_pause_even_when_its_process_stops(database: Database) -> None:
    await _arrive(database, "e1")
    (row,) = await _claim(database, "a", now=1.0)

    def fail(session: Any) -> None:
        lease = Lease(row.id, row.tries)
        leases.mark_failed_across_teams(session, IntakeRow, owner="a", lease=lease, error="no", again_at=50.0)
        leases.release_across_teams(session, IntakeRow, owner="a", own=True)

    await database.write(fail)
    assert await _claim(database, "b", now=49.0) == []
    assert [(one.key, one.tries) for one in await _claim(database, "b", now=50.0)] == [("e1", 2)]


async def test_a_buried_row_is_never_claimed_and_keeps_what_it_carried(database: Database) -> None:
    await _arrive(database, "e1")
    (row,) = await _claim(database, "a", now=1.0)
    lease = Lease(row.id, row.tries)
    await database.write(
        lambda session: leases.mark_failed_across_teams(
            session, IntakeRow, owner="a", lease=lease, error="x" * 900, again_at=None
        )
    )
    assert await _claim(database, "b", now=1e12) == []
    buried = await _only(database)
    assert (buried.status, buried.payload, len(buried.error or "")) == ("dead", "{}", 500)


async def test_a_renewed_lease_lasts_longer(database: Database) -> None:
    await _arrive(database, "e1")
    (row,) = await _claim(database, "a", now=1.0)
    await database.write(
        lambda session: leases.renew_across_teams(
            session, IntakeRow, owner="a", leases=[Lease(row.id, row.tries)], until=500.0
        )
    )
    assert await _claim(database, "b", now=499.0) == []


async def test_a_process_gives_back_its_own_rows_or_those_of_all_others(database: Database) -> None:
    await _arrive(database, "e1")
    await _claim(database, "a", now=1.0)
    for owner, own in (("b", True), ("a", False)):
        await database.write(
            lambda session, owner=owner, own=own: leases.release_across_teams(session, IntakeRow, owner=owner, own=own)  # type: ignore[misc]
        )
        assert await _claim(database, "c", now=2.0) == []
    await database.write(lambda session: leases.release_across_teams(session, IntakeRow, owner="b", own=False))
    assert [row.key for row in await _claim(database, "c", now=2.0)] == ["e1"]


async def test_only_what_is_done_and_old_is_forgotten(database: Database) -> None:
    await _arrive(database, "old", "open")
    done = [Lease(row.id, row.tries) for row in await _claim(database, "a", now=1.0) if row.key == "old"]

    def forget(session: Any, before: float) -> int:
        leases.mark_done_across_teams(session.connection(), IntakeRow, owner="a", leases=done)
        return leases.forget_across_teams(session, IntakeRow, status="done", before=before)

    assert await database.write(lambda session: forget(session, 0.0)) == 0
    assert await database.write(lambda session: forget(session, 5.0)) == 1
    assert (await _only(database)).key == "open"


async def test_a_key_that_came_before_is_not_stored_again(database: Database) -> None:
    await _arrive(database, "e1", "e1")
    await _arrive(database, "e1", "e2")
    assert [row.key for row in await rows_of(database, IntakeRow)] == ["e1", "e2"]


async def test_what_is_new_is_told_with_its_own_id_and_what_is_known_is_not(database: Database) -> None:
    told = await _arrive(database, "e1", "e2") | await _arrive(database, "e2", "e3", "e1", "e3", "e4")
    assert await _arrive(database, "e4", "e1") == {}
    assert told == {row.key: row.id for row in await rows_of(database, IntakeRow)}
    assert await _arrive(database, "e2") == {}
    assert list(told) == ["e1", "e2", "e3", "e4"]


async def test_many_are_done_at_once_each_where_its_lease_is_held(database: Database) -> None:
    ids = await _arrive(database, *(f"e{turn}" for turn in range(6)))
    await _claim(database, "a", now=1.0, limit=4)
    await _claim(database, "a", now=1.0 + SECONDS, limit=2)  # e0 and e1 for the second time
    held = [Lease(ids[f"e{turn}"], tries) for turn, tries in enumerate((1, 2, 1, 1, 1))]
    await database.write(
        lambda session: leases.mark_done_across_teams(session.connection(), IntakeRow, owner="a", leases=held)
    )
    status = {row.key: row.status for row in await rows_of(database, IntakeRow)}
    assert status == {"e0": "open", "e1": "done", "e2": "done", "e3": "done", "e4": "open", "e5": "open"}
