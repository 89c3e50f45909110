"""What has served its time is taken out, and what is stuck is counted."""

from typing import Any

from bot.services import upkeep
from bot.services.upkeep import KEEP_KEYS_SECONDS, KEEP_SECONDS, LATE_SECONDS, Stuck
from storage.database import Database, Session
from storage.models import IntakeRow, JobRow, OutboxRow
from tests.building import TEAM, rows_of

HOUR = 3600.0


async def _add(database: Database, *rows: Any) -> None:
    await database.write(lambda session: session.add_all(rows))


def _arrival(key: str, status: str, at: float) -> IntakeRow:
    return IntakeRow(team_id=TEAM, key=key, kind="event", lane="C1", payload="words", status=status, received_at=at)


def _job(key: str, status: str, at: float) -> JobRow:
    return JobRow(team_id=TEAM, key=key, task="read", args={"text": "words"}, status=status, created_at=at)


def _post(key: str, status: str, at: float, kind: str = "answer") -> OutboxRow:
    return OutboxRow(
        team_id=TEAM, key=key, op="post", kind=kind, nouns={"text": "words"}, channel=key, status=status,
        created_at=at, done_at=None if status == "new" else at,
    )  # fmt: skip


async def _keys(database: Database, table: Any) -> set[str]:
    return {row.key for row in await rows_of(database, table)}


async def test_arrivals_are_kept_as_long_as_slack_repeats_them_and_failed_ones_for_a_week(database: Database) -> None:
    now = await database.machine_now()
    day_ago, week_ago = now - KEEP_KEYS_SECONDS, now - KEEP_SECONDS
    await _add(
        database,
        _arrival("done", "done", day_ago - HOUR), _arrival("just done", "done", day_ago + HOUR),
        _arrival("dead", "dead", week_ago - HOUR), _arrival("just dead", "dead", week_ago + HOUR),
        _arrival("open", "open", week_ago - HOUR),
    )  # fmt: skip
    await upkeep.tidy_across_teams(database)
    assert await _keys(database, IntakeRow) == {"just done", "just dead", "open"}


async def test_jobs_are_kept_for_a_week(database: Database) -> None:
    week_ago = await database.machine_now() - KEEP_SECONDS
    kept = [_job(f"just {status}", status, week_ago + HOUR) for status in ("done", "dead")]
    gone = [_job(status, status, week_ago - HOUR) for status in ("done", "dead")]
    await _add(database, *kept, *gone, _job("open", "open", week_ago - HOUR))
    await upkeep.tidy_across_teams(database)
    assert await _keys(database, JobRow) == {"just done", "just dead", "open"}


async def test_an_answer_that_was_given_keeps_no_words(database: Database) -> None:
    now = await database.machine_now()
    week_ago = now - KEEP_SECONDS
    await _add(
        database,
        _post("sent", "sent", now - HOUR), _post("dead", "dead", week_ago - HOUR),
        _post("just dead", "dead", week_ago + HOUR), _post("held", "held", week_ago - HOUR),
        _post("new", "new", week_ago - HOUR), _post("card", "sent", week_ago - HOUR, kind="card"),
    )  # fmt: skip
    await upkeep.tidy_across_teams(database)
    wiped = {row.key for row in await rows_of(database, OutboxRow) if row.nouns == {}}
    assert wiped == {"sent", "dead"}


async def test_what_is_stuck_is_counted(database: Database) -> None:
    now = await database.machine_now()

    def write(session: Session) -> None:
        session.add_all(_arrival(f"a{turn}", status, now) for turn, status in enumerate(("dead", "open", "done")))
        session.add_all(_post(f"p{turn}", status, now) for turn, status in enumerate(("held", "held", "dead", "sent")))
        session.add_all(_job(f"j{turn}", status, now) for turn, status in enumerate(("dead", "dead", "dead", "open")))
        long_ago = now - LATE_SECONDS - 60
        waiting = [_post(f"late {status}", status, long_ago) for status in ("new", "sending", "waiting", "sent")]
        waiting += [_post("behind it", "new", long_ago), _post("just now", "new", now)]
        session.add_all(waiting)

    assert await upkeep.stuck_across_teams(database) == Stuck(0, 0, 0, 0)
    await database.write(write)
    assert await upkeep.stuck_across_teams(database) == Stuck(arrivals=1, held=2, dead=1, jobs=3, late=3)
