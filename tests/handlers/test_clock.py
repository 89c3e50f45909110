"""The clock: one schedule's trouble is nobody else's."""

import logging
from datetime import UTC, datetime

import pytest
from sqlmodel import col, update

from bot.services import access, updates
from handlers.clock import Clock, Planner
from storage.database import Database
from storage.models import Role, Run, Schedule
from tests.building import MINA, TEAM
from tests.services.planning import HOUR, SLOT, Planning
from tests.services.test_updates import MINUTE


def _clock(at: datetime) -> Clock:
    clock = Clock()
    clock.move((at - datetime.now(UTC)).total_seconds())
    return clock


async def _tick(database: Database, at: datetime, *, times: int = 1, trouble: Exception | None = None) -> None:
    async def look_at(team_id: str, channel: str) -> None:
        if trouble is not None:
            raise trouble
        await Planning(database).look(at)

    planner = Planner(database, _clock(at), look_at)
    for _ in range(times):
        await planner.on_tick()


async def test_a_schedule_that_cannot_be_read_stops_no_other(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    planning = Planning(database)
    for name in ("Bad", "Good"):
        await planning.create(name=name, approver=None, if_empty="post")
    spoil = update(Schedule).where(col(Schedule.name) == "Bad").values(tz="Mars/Olympus")
    await database.write(lambda session: session.exec(spoil))
    await _tick(database, SLOT + MINUTE, times=2)
    assert await planning.posts() == ["run:UPD-1"]
    assert any(record.exc_info for record in caplog.records if record.levelno == logging.ERROR)


async def test_who_reads_a_channel_is_asked_before_its_update_is_drafted(database: Database) -> None:
    planning, at = Planning(database), SLOT - HOUR
    await planning.create(if_empty="post")
    clock = _clock(at)

    async def look_at(team_id: str, channel: str) -> None:
        told = frozenset({MINA.user_id})
        await access.learn_members(database, team_id=team_id, channel_id=channel, user_ids=told, now=clock.now())

    await Planner(database, clock, look_at).on_tick()
    draft = await updates.draft(database, team_id=TEAM, number=1, now=at)
    assert draft.facts.read_by is Role.CONTRIBUTOR


async def test_a_run_that_cannot_be_settled_stops_no_other(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    planning = Planning(database)
    for name in ("Bad", "Good"):
        await planning.create(name=name, if_empty="post")
    await _tick(database, SLOT - HOUR)
    for number in (1, 2):
        await planning.approve(number, now=SLOT - HOUR)
    spoil = update(Run).where(col(Run.number) == 1).values(frozen={"no": "facts"})
    await database.write(lambda session: session.exec(spoil))
    await planning.look(SLOT)
    await _tick(database, SLOT + MINUTE, trouble=RuntimeError("Slack is strange"))
    assert await planning.posts() == ["run:UPD-2"]
    assert [record.getMessage() for record in caplog.records if record.exc_info] == [
        "looking at channel C1 failed",
        "settling UPD-1 failed",
    ]


async def test_trouble_that_stays_is_not_logged_at_each_tick(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    await Planning(database).create(approver=None, if_empty="post")
    spoil = update(Schedule).values(tz="Mars/Olympus")
    await database.write(lambda session: session.exec(spoil))
    await _tick(database, SLOT + MINUTE, times=10)
    assert len([record for record in caplog.records if record.exc_info]) == 1
