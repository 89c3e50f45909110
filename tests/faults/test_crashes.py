"""A crash is not a failure: what it cuts short is tried again as often as anything else."""

from bot.intake import MORE_PAUSES, PAUSES, Arrival, Held, Intake
from storage import leases
from storage.database import Database
from storage.models import IntakeRow
from tests.building import TEAM, rows_of
from tests.waiting import until


async def test_what_many_crashes_cut_short_is_not_laid_aside_when_it_fails_once(database: Database) -> None:
    tried: list[int] = []

    async def fail_once(held: Held) -> None:
        tried.append(held.lease.failures)
        if len(tried) == 1:
            raise RuntimeError("Slack is having a moment")

    pauses = (0.0,) * len((*PAUSES, *MORE_PAUSES))
    intake = Intake(database, fail_once, owner="survivor", pauses=pauses, more_pauses=(), sweep_seconds=0.01)
    before = Intake(database, fail_once, owner="crashed")
    await before.start()
    await before.store(Arrival(TEAM, "k1", "event", "C1", "{}"))
    await before.stop()
    for _ in pauses:
        await database.write(
            lambda session: leases.claim_across_teams(
                session, IntakeRow, owner="crashed", now=1.0, seconds=0.0, limit=1
            )
        )
    await intake.start()

    async def done() -> bool:
        (row,) = await rows_of(database, IntakeRow)
        return bool(row.status == "done")

    await until(done, "the arrival is done")
    await intake.stop()
    assert tried == [0, 1]
