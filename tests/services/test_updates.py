"""Scheduled updates: drafted, previewed, approved, and posted once at their time."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.errors import NotAllowedError
from bot.services import schedules, update_clock, updates
from bot.services.calendar import UnknownZoneError
from bot.services.meanwhile import ChangedMeanwhileError, marks
from bot.services.schedules import ChannelClosedError, NameTakenError, Plan, UnknownUpdateError
from bot.services.updates import UpdateClosedError
from storage.database import Database
from storage.models import RunStatus, Schedule
from tests.building import (
    ADA,
    LEE,
    MINA,
    NOW,
    STRANGER,
    TEAM,
    a_channel,
    an_item,
    cause,
    rows_of,
    said,
)  # fmt: skip
from tests.services.planning import DAY, HOUR, SLOT, WEEKLY, Planning

MINUTE = timedelta(minutes=1)


@pytest.fixture
def planning(database: Database) -> Planning:
    return Planning(database)


async def test_a_schedule_tells_its_next_slots_and_is_listed(planning: Planning) -> None:
    planned = await planning.create()
    assert [slot.instant for slot in planned.slots] == [SLOT, SLOT + 7 * DAY, SLOT + 14 * DAY]
    (listed,) = await schedules.list_all(planning.database, reader=LEE, now=NOW)
    assert (listed.schedule.name, listed.last) == ("Weekly roadmap", None)
    assert await schedules.list_all(planning.database, reader=STRANGER, now=NOW) == ()


async def test_scheduling_twice_for_one_cause_makes_one_schedule(planning: Planning) -> None:
    await a_channel(planning.database)
    for _ in range(2):
        await schedules.create(planning.database, by=MINA, plan=Plan(**WEEKLY), cause="c1", now=NOW)
    assert len(await rows_of(planning.database, Schedule)) == 1
    with pytest.raises(NameTakenError):
        await planning.create()


async def test_what_cannot_be_scheduled_is_refused(planning: Planning) -> None:
    with pytest.raises(NotAllowedError):
        await planning.create(by=LEE)
    with pytest.raises(UnknownZoneError):
        await planning.create(tz="Mars/Olympus")
    await a_channel(planning.database, "C2", has_bot=False)
    await a_channel(planning.database, "C3", is_shared=True)
    for channel in ("C2", "C3"):
        with pytest.raises((ChannelClosedError, NotAllowedError)):
            await planning.create(channel=channel)
    with pytest.raises(ChannelClosedError):
        await planning.create(channel="C404")
    assert await rows_of(planning.database, Schedule) == []


async def test_the_preview_comes_a_day_ahead_and_once(planning: Planning) -> None:
    await an_item(planning.database, lane="now")
    await planning.create()
    await planning.tick(SLOT - 24 * HOUR - MINUTE)
    assert await planning.runs() == []
    for ahead in (24, 24, 12):
        await planning.tick(SLOT - ahead * HOUR)
    assert await planning.statuses() == ["drafted"]
    (preview,) = await said(planning.database, "update_preview")
    assert (preview.channel, preview.nouns) == ("UMINA", {"number": 1})


async def test_replicas_that_plan_at_once_draft_one_run_and_say_one_preview(
    planning: Planning, database_url: str
) -> None:
    await an_item(planning.database, lane="now")
    await planning.create()
    others = [] if planning.database.is_sqlite else [Database(database_url) for _ in range(2)]
    replicas = [planning.database, *others] * (1 if others else 3)
    (schedule,) = await update_clock.schedules_to_plan_across_teams(planning.database, now=SLOT - HOUR)
    await asyncio.gather(*(update_clock.plan_runs(one, schedule=schedule, now=SLOT - HOUR) for one in replicas))
    await planning.approve(now=SLOT - HOUR)
    (run,) = await planning.runs()
    await planning.look(SLOT)
    await asyncio.gather(*(update_clock.settle_run(one, run=run, now=SLOT) for one in replicas))
    assert (await planning.statuses(), await planning.posts()) == (["posting"], ["run:UPD-1"])
    assert len(await said(planning.database, "update_preview")) == 1
    await planning.tick(SLOT + 6 * DAY + 23 * HOUR)
    assert [run.number for run in await planning.runs()] == [1, 2]
    for other in others:
        other.close()


async def test_an_approved_update_is_posted_at_its_slot_and_not_before(planning: Planning) -> None:
    await an_item(planning.database, lane="now")
    await planning.create()
    await planning.tick(SLOT - DAY)
    draft = await planning.approve(now=SLOT - HOUR)
    assert (draft.run.status, draft.run.approved_by) == ("approved", "UMINA")
    await planning.tick(SLOT - MINUTE)
    assert await planning.posts() == []
    await planning.tick(SLOT)
    await planning.tick(SLOT + MINUTE)
    (post,) = await said(planning.database, "update_post")
    assert (post.key, post.channel, post.nouns) == ("run:UPD-1", "C1", {"number": 1})
    await planning.receipt(now=SLOT + MINUTE)
    (run,) = await planning.runs()
    assert (run.status, run.outcome, run.posted_at) == ("posted", "posted", SLOT + MINUTE)
    (listed,) = await schedules.list_all(planning.database, reader=MINA, now=SLOT + HOUR)
    assert listed.last is not None
    assert listed.last.permalink == "https://slack.example/p1"


async def test_an_update_that_needs_no_approval_is_posted_at_its_slot(planning: Planning) -> None:
    await an_item(planning.database, lane="now")
    await planning.create(approver=None)
    await planning.tick(SLOT - MINUTE)
    assert await planning.runs() == []
    await planning.tick(SLOT)
    assert await planning.posts() == ["run:UPD-1"]
    assert await said(planning.database, "update_preview") == []


async def test_an_unapproved_update_waits_and_is_posted_when_it_is_approved(planning: Planning) -> None:
    await an_item(planning.database, lane="now")
    await planning.create()
    await planning.tick(SLOT - DAY)
    await planning.tick(SLOT + 5 * HOUR)
    assert (await planning.statuses(), await planning.posts()) == (["drafted"], [])
    await planning.approve(now=SLOT + 6 * HOUR)
    assert (await planning.statuses(), await planning.posts()) == (["posting"], ["run:UPD-1"])


async def test_an_update_held_until_the_next_slot_expires_with_one_notice(planning: Planning) -> None:
    await an_item(planning.database, lane="now")
    await planning.create()
    await planning.tick(SLOT - DAY)
    for later in (7 * DAY - MINUTE, 7 * DAY, 7 * DAY + MINUTE):
        await planning.tick(SLOT + later)
    first, second = await planning.runs()
    assert (first.status, second.status) == ("expired", "drafted")
    assert [(row.channel, row.nouns["number"]) for row in await planning.notices()] == [("UMINA", 1)]
    with pytest.raises(UpdateClosedError):
        await planning.approve(now=SLOT + 7 * DAY)
    assert await planning.posts() == []


@pytest.mark.parametrize("approved_first", [False, True])
async def test_a_skipped_update_is_not_posted_whatever_comes_later(planning: Planning, approved_first: bool) -> None:
    await an_item(planning.database, lane="now")
    await planning.create()
    await planning.tick(SLOT - DAY)
    if approved_first:
        await planning.approve(now=SLOT - 2 * HOUR)
    await updates.skip(planning.database, by=MINA, number=1, cause="s1", now=SLOT - HOUR)
    await planning.tick(SLOT)
    for decide in (updates.approve, updates.post_now, updates.skip):
        with pytest.raises(UpdateClosedError):
            await decide(planning.database, by=MINA, number=1, cause=cause(), now=SLOT + HOUR)
    assert (await planning.statuses(), await planning.posts()) == (["skipped"], [])
    assert (await planning.runs())[0].outcome == "skipped_by UMINA"


async def test_posting_now_does_not_wait_and_posts_once(planning: Planning) -> None:
    await an_item(planning.database, lane="now")
    await planning.create()
    await planning.tick(SLOT - DAY)
    await planning.look(SLOT - 20 * HOUR)
    for _ in range(2):
        await updates.post_now(planning.database, by=MINA, number=1, cause="p1", now=SLOT - 20 * HOUR)
    await planning.receipt(now=SLOT - 19 * HOUR)
    await updates.post_now(planning.database, by=MINA, number=1, cause="p1", now=SLOT - 18 * HOUR)
    await planning.tick(SLOT)
    assert (await planning.statuses(), await planning.posts()) == (["posted"], ["run:UPD-1"])


async def test_a_click_that_is_handled_twice_decides_once(planning: Planning) -> None:
    await an_item(planning.database, lane="now")
    await planning.create()
    await planning.tick(SLOT - DAY)
    await planning.approve(now=SLOT + HOUR, click="a1")
    await planning.receipt(now=SLOT + HOUR)
    draft = await planning.approve(now=SLOT + 2 * HOUR, click="a1")
    assert (draft.run.status, await planning.statuses()) == ("posted", ["posted"])


async def test_words_of_the_approver_stand_above_the_facts_until_it_is_decided(planning: Planning) -> None:
    await an_item(planning.database, lane="now")
    await planning.create()
    await planning.tick(SLOT - DAY)
    edit: dict[str, Any] = {"by": MINA, "number": 1, "now": SLOT - HOUR}
    draft = await updates.edit(planning.database, intro="  Big week ", cause="e1", **edit)
    assert (draft.run.intro, draft.run.status) == ("Big week", "drafted")
    with pytest.raises(ChangedMeanwhileError) as late:
        await updates.edit(planning.database, intro="Quiet week", seen=marks({"intro": ""}), cause="e2", **edit)
    assert late.value.now == {"intro": "Big week"}
    draft = await updates.edit(planning.database, intro="Quiet week", seen=late.value.seen, cause="e2", **edit)
    assert draft.run.intro == "Quiet week"
    await updates.skip(planning.database, cause="s1", **edit)
    with pytest.raises(UpdateClosedError):
        await updates.edit(planning.database, intro="Too late", cause="e3", **edit)


async def test_only_the_approver_and_product_managers_decide(planning: Planning) -> None:
    await an_item(planning.database, lane="now")
    await planning.create(approver=ADA.user_id)
    await planning.tick(SLOT - DAY)
    with pytest.raises(NotAllowedError):
        await planning.approve(now=SLOT - HOUR, by=LEE)
    with pytest.raises(UnknownUpdateError):
        await planning.approve(now=SLOT - HOUR, by=STRANGER)
    with pytest.raises(UnknownUpdateError):
        await updates.draft(planning.database, team_id="T2", number=1, now=NOW)
    assert (await planning.approve(now=SLOT - HOUR, by=ADA)).run.status == "approved"


async def test_a_preview_on_demand_says_what_it_would_say_and_plans_nothing(planning: Planning) -> None:
    await an_item(planning.database, lane="next")
    await planning.create()
    draft = await updates.preview(planning.database, reader=MINA, name="Weekly roadmap", now=NOW)
    assert ([line.ref for line in draft.facts.lines], draft.run.slot) == (["RM-1"], SLOT)
    with pytest.raises(UnknownUpdateError):
        await updates.preview(planning.database, reader=MINA, name="Monthly", now=NOW)
    assert await planning.runs() == []


async def test_a_paused_schedule_lets_its_slots_pass_and_goes_on_with_the_next(planning: Planning) -> None:
    await an_item(planning.database, lane="now")
    await planning.create(approver=None)
    await schedules.pause(planning.database, by=MINA, name="", paused=True)
    for week in range(3):
        await planning.tick(SLOT + week * 7 * DAY + HOUR)
    await schedules.pause(planning.database, by=MINA, name="", paused=False)
    await planning.tick(SLOT + 15 * DAY)
    assert (await planning.runs(), await planning.notices()) == ([], [])
    await planning.tick(SLOT + 21 * DAY)
    assert await planning.posts() == ["run:UPD-1"]


async def test_an_approved_update_of_a_paused_schedule_is_not_posted(planning: Planning) -> None:
    await an_item(planning.database, lane="now")
    await planning.create()
    await planning.tick(SLOT - DAY)
    await planning.approve(now=SLOT - HOUR)
    await schedules.pause(planning.database, by=MINA, name="Weekly roadmap", paused=True)
    await planning.tick(SLOT)
    assert (await planning.statuses(), await planning.posts()) == (["skipped"], [])


@pytest.mark.parametrize(
    ("tz", "first", "second"),
    [
        ("Europe/Berlin", datetime(2026, 10, 22, 7, tzinfo=UTC), datetime(2026, 10, 29, 8, tzinfo=UTC)),
        ("Europe/Berlin", datetime(2027, 3, 25, 8, tzinfo=UTC), datetime(2027, 4, 1, 7, tzinfo=UTC)),
        ("America/New_York", datetime(2026, 10, 29, 13, tzinfo=UTC), datetime(2026, 11, 5, 14, tzinfo=UTC)),
        ("America/New_York", datetime(2027, 3, 11, 14, tzinfo=UTC), datetime(2027, 3, 18, 13, tzinfo=UTC)),
    ],
)
async def test_the_clocks_change_and_it_is_still_posted_at_nine(
    planning: Planning, tz: str, first: datetime, second: datetime
) -> None:
    await an_item(planning.database, lane="now", now=first - DAY)
    await planning.create(approver=None, tz=tz, now=first - DAY)
    for slot in (first, second):
        await planning.tick(slot - MINUTE)
        await planning.tick(slot)
    assert [run.slot for run in await planning.runs()] == [first, second]
    assert await planning.posts() == ["run:UPD-1", "run:UPD-2"]


async def test_a_repeated_hour_is_posted_once(planning: Planning) -> None:
    before = datetime(2026, 10, 24, 12, tzinfo=UTC)
    await an_item(planning.database, lane="now", now=before)
    await planning.create(approver=None, every="day", at="02:30", now=before)
    for quarter in range(12):
        await planning.tick(datetime(2026, 10, 25, 0, tzinfo=UTC) + quarter * 15 * MINUTE)
    assert await planning.posts() == ["run:UPD-1"]
    assert [run.slot for run in await planning.runs()] == [datetime(2026, 10, 25, 0, 30, tzinfo=UTC)]
    assert await planning.statuses() == [RunStatus.POSTING]
    assert [row.team_id for row in await rows_of(planning.database, Schedule)] == [TEAM]
