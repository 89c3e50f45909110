"""What happens to a scheduled update when the world goes on, or goes wrong, before it is posted."""

from datetime import timedelta
from typing import Any

import pytest

from bot.errors import NotAllowedError
from bot.services import channels, roadmap, schedules, updates, withdrawals
from storage.database import Database
from storage.models import Channel, ItemVisibility, OutboxRow, Status
from tests.building import (
    LEE,
    MINA,
    NOW,
    a_channel,
    a_note,
    an_account,
    an_item,
    cause,
    rows_of,
    said,
    set_item,
    show_only_to,
)
from tests.services.planning import DAY, HOUR, SLOT, Planning

MINUTE = timedelta(minutes=1)


@pytest.fixture
async def planning(database: Database) -> Planning:
    """Return a weekly update with one item on track, whose preview is out."""
    planning = Planning(database)
    await an_item(database, lane="now")
    await planning.create()
    await planning.tick(SLOT - DAY)
    return planning


async def test_within_the_late_window_it_is_posted_late(planning: Planning) -> None:
    await planning.approve(now=SLOT - HOUR)
    await planning.tick(SLOT + 2 * HOUR)
    assert await planning.posts() == ["run:UPD-1"]


async def test_after_the_late_window_it_is_skipped_and_its_owner_told_once(planning: Planning) -> None:
    await planning.approve(now=SLOT - HOUR)
    for minutes in (1, 2):
        await planning.tick(SLOT + 2 * HOUR + minutes * MINUTE)
    assert (await planning.statuses(), await planning.posts()) == (["skipped"], [])
    assert (await planning.runs())[0].outcome == "late 2"
    assert [row.nouns["number"] for row in await planning.notices()] == [1]


async def test_after_three_days_of_downtime_only_the_latest_is_posted_and_the_rest_told_in_one_notice(
    database: Database,
) -> None:
    planning = Planning(database)
    await an_item(database, lane="now")
    await planning.create(approver=None, every="day", now=SLOT - HOUR)
    await planning.tick(SLOT)
    await planning.tick(SLOT + 3 * DAY + HOUR)
    await planning.tick(SLOT + 3 * DAY + HOUR + MINUTE)
    assert await planning.statuses() == ["posting", "skipped", "skipped", "posting"]
    assert await planning.posts() == ["run:UPD-1", "run:UPD-4"]
    assert [row.nouns.get("missed") for row in await planning.notices()] == [2]


async def test_with_nothing_to_tell_it_is_skipped(database: Database) -> None:
    planning = Planning(database)
    await planning.create()
    await planning.tick(SLOT - DAY)
    await planning.approve(now=SLOT - HOUR)
    await planning.tick(SLOT)
    (run,) = await planning.runs()
    assert (run.status, run.outcome, await planning.posts()) == ("skipped", "empty", [])


async def test_what_happened_after_an_empty_preview_is_told_all_the_same(database: Database) -> None:
    planning = Planning(database)
    await planning.create()
    await planning.tick(SLOT - DAY)
    await planning.approve(now=SLOT - 2 * HOUR)
    await an_item(database, "New", lane="now", now=SLOT - HOUR)
    await planning.tick(SLOT)
    assert await planning.posts() == ["run:UPD-1"]
    assert [(one.field, one.title) for one in (await planning.facts()).later] == [("created", "New")]


async def test_it_says_what_was_approved_and_marks_what_changed_since(planning: Planning) -> None:
    await planning.approve(now=SLOT - 2 * HOUR)
    move: dict[str, Any] = {"by": MINA, "number": 1, "lane": "shipped", "reason": "it is out", "cause": cause()}
    await roadmap.move(planning.database, now=SLOT - HOUR, **move)
    await planning.tick(SLOT)
    facts = await planning.facts()
    assert [(line.ref, line.lane, line.status) for line in facts.lines] == [("RM-1", "now", "on-track")]
    assert [(one.field, one.after, one.status, one.reason) for one in facts.later] == [
        ("lane", "shipped", "shipped", "it is out"),
    ]


async def test_what_was_told_is_not_told_again_and_nothing_is_left_out(planning: Planning) -> None:
    await planning.approve(now=SLOT - HOUR)
    await an_item(planning.database, "Before", now=SLOT - MINUTE)
    await planning.tick(SLOT)
    await an_item(planning.database, "While it was on its way", now=SLOT + MINUTE)
    await planning.receipt(now=SLOT + 3 * HOUR)
    await planning.tick(SLOT + 6 * DAY)
    assert [one.title for one in (await planning.facts(1)).later] == ["Before"]
    assert [one.title for one in (await planning.facts(2)).changes] == ["While it was on its way"]


async def test_a_status_that_got_worse_is_asked_about_again(planning: Planning) -> None:
    await planning.approve(now=SLOT - 2 * HOUR)
    (item,) = (await roadmap.overview(planning.database, reader=MINA, now=NOW)).lines
    await set_item(planning.database, item.item, status=Status.AT_RISK)
    for minutes in (0, 1):
        await planning.tick(SLOT + minutes * MINUTE)
    (run,) = await planning.runs()
    assert (run.status, run.approved_by, run.outcome) == ("drafted", None, "worse RM-1")
    previews = [row.key for row in await said(planning.database, "update_preview")]
    assert previews == ["preview:UPD-1", "preview:UPD-1:2"]
    assert await planning.posts() == []
    await planning.approve(now=SLOT + HOUR)
    assert [line.status for line in (await planning.facts()).lines] == ["at-risk"]
    assert await planning.posts() == ["run:UPD-1"]


async def test_a_status_that_got_better_is_not_asked_about(planning: Planning) -> None:
    (line,) = (await roadmap.overview(planning.database, reader=MINA, now=NOW)).lines
    await set_item(planning.database, line.item, status=Status.OFF_TRACK)
    await planning.tick(SLOT - DAY + MINUTE)
    await planning.approve(now=SLOT - 2 * HOUR)
    await planning.tick(SLOT)
    assert await planning.posts() == []
    await planning.approve(now=SLOT + MINUTE)
    await planning.receipt(now=SLOT + HOUR)
    await planning.tick(SLOT + 6 * DAY)
    await planning.approve(2, now=SLOT + 6 * DAY)
    await set_item(planning.database, line.item, status=Status.ON_TRACK)
    await planning.tick(SLOT + 7 * DAY)
    assert await planning.posts() == ["run:UPD-1", "run:UPD-2"]


async def test_an_item_hidden_after_the_approval_is_not_posted(planning: Planning) -> None:
    await an_item(planning.database, "Public", lane="now", now=SLOT - 30 * HOUR)
    await planning.approve(now=SLOT - 2 * HOUR)
    (line,) = (await roadmap.overview(planning.database, reader=MINA, now=NOW)).lines[:1]
    await show_only_to(planning.database, line.item, ItemVisibility.RESTRICTED)
    await an_item(planning.database, "Another", lane="now", now=SLOT - HOUR)
    await planning.tick(SLOT)
    facts = await planning.facts()
    assert "Dark mode" not in str(facts)
    assert "Another" in str(facts)


async def test_its_numbers_count_only_what_its_channel_may_read(database: Database) -> None:
    planning = Planning(database)
    await an_item(database, lane="now")
    hidden = await an_item(database, "Hidden", lane="now")
    await show_only_to(database, hidden, ItemVisibility.PRODUCT)
    for name, arr, channel in (("Acme", 100, "C1"), ("Globex", 900, "C9")):
        await an_account(database, name, arr=arr)
        await a_note(database, customer=name, item=1, visibility="members", channel=channel, message_ts="1.1")
    await planning.create()
    await planning.tick(SLOT - DAY)
    facts = await planning.facts()
    assert [(line.ref, line.accounts) for line in facts.lines] == [("RM-1", 1)]


async def test_a_status_nobody_confirmed_for_a_week_is_flagged(database: Database) -> None:
    planning = Planning(database)
    await an_item(database, "Fresh", lane="now")
    await an_item(database, "Stale", lane="now", now=NOW - 8 * DAY)
    await planning.create()
    await planning.tick(SLOT - DAY)
    assert (await planning.facts()).unconfirmed == ("RM-2",)


async def test_a_post_that_slack_refused_pauses_the_schedule_and_its_owner_is_told_once(planning: Planning) -> None:
    await planning.approve(now=SLOT - HOUR)
    await planning.tick(SLOT)
    for _ in range(2):
        await planning.receipt(status="dead", now=SLOT + MINUTE, error="is_archived")
    (run,) = await planning.runs()
    assert (run.status, run.outcome) == ("failed", "refused is_archived")
    (planned,) = await schedules.list_all(planning.database, reader=MINA, now=SLOT + HOUR)
    assert planned.schedule.paused
    assert [row.nouns["paused"] for row in await planning.notices()] == ["refused is_archived"]


async def test_a_post_of_which_nobody_knows_is_asked_about_and_goes_on_next_time(planning: Planning) -> None:
    await planning.approve(now=SLOT - HOUR)
    await planning.tick(SLOT)
    for _ in range(2):
        await planning.receipt(status="held", now=SLOT + MINUTE)
    (run,) = await planning.runs()
    assert (run.status, run.outcome) == ("failed", "unknown")
    (planned,) = await schedules.list_all(planning.database, reader=MINA, now=SLOT + HOUR)
    assert not planned.schedule.paused
    assert [(row.channel, row.nouns["key"]) for row in await said(planning.database, "held_notice")] == [
        ("UMINA", "run:UPD-1")
    ]


async def test_a_post_that_somebody_has_seen_counts_as_posted(planning: Planning) -> None:
    await planning.approve(now=SLOT - HOUR)
    await planning.tick(SLOT)
    await planning.receipt(status="held", now=SLOT + MINUTE)
    (row,) = await said(planning.database, "update_post")
    await planning.database.write(lambda session: updates.note_seen(session, MINA, row, SLOT + HOUR))
    (run,) = await planning.runs()
    assert (run.status, run.outcome, run.posted_at) == ("posted", "seen_by UMINA", SLOT + HOUR)


async def test_nothing_is_posted_to_a_channel_that_is_shared_by_now(planning: Planning) -> None:
    await planning.approve(now=SLOT - HOUR)
    await a_channel(planning.database, is_shared=True)
    await planning.tick(SLOT)
    (planned,) = await schedules.list_all(planning.database, reader=MINA, now=SLOT + HOUR)
    assert (await planning.statuses(), await planning.posts(), planned.schedule.paused) == (["skipped"], [], True)
    assert [row.nouns["paused"] for row in await planning.notices()] == ["shared"]


async def test_a_held_post_that_is_there_after_all_is_posted(planning: Planning) -> None:
    await planning.approve(now=SLOT - HOUR)
    await planning.tick(SLOT)
    await planning.receipt(status="held", now=SLOT + MINUTE)
    await planning.receipt(status="sent", now=SLOT + HOUR)
    assert await planning.statuses() == ["posted"]


async def test_a_failed_edit_of_a_posted_update_changes_nothing(planning: Planning) -> None:
    await planning.approve(now=SLOT - HOUR)
    await planning.tick(SLOT)
    await planning.receipt(now=SLOT + MINUTE)
    await planning.receipt(status="dead", op="update", now=SLOT + HOUR, error="message_not_found")
    (planned,) = await schedules.list_all(planning.database, reader=MINA, now=SLOT + HOUR)
    assert (await planning.statuses(), planned.schedule.paused, await planning.notices()) == (["posted"], False, [])


async def test_each_decision_is_shown_in_the_preview(planning: Planning) -> None:
    await planning.approve(now=SLOT - HOUR, click="a1")
    await planning.tick(SLOT)
    await planning.receipt(now=SLOT + MINUTE)
    edits = await rows_of(planning.database, OutboxRow, OutboxRow.op == "update")
    assert [row.key.partition("~")[2] for row in edits if row.target == "preview:UPD-1"] == ["a1", "posting", "receipt"]


async def test_feedback_taken_back_before_the_post_is_not_counted_in_the_next_one(planning: Planning) -> None:
    await a_note(planning.database, customer="Acme", item=1)
    await withdrawals.withdraw(planning.database, by=LEE, number=1, cause=cause(), now=NOW)
    await planning.approve(now=SLOT - HOUR)
    await planning.tick(SLOT)
    assert [line.accounts for line in (await planning.facts()).lines] == [0]


async def test_a_status_that_gets_worse_twice_is_asked_about_twice_in_messages_of_their_own(planning: Planning) -> None:
    await planning.approve(now=SLOT - 2 * HOUR)
    (line,) = (await roadmap.overview(planning.database, reader=MINA, now=NOW)).lines
    await set_item(planning.database, line.item, status=Status.AT_RISK)
    await planning.tick(SLOT)
    await set_item(planning.database, line.item, status=Status.OFF_TRACK)
    await planning.approve(now=SLOT + 5 * MINUTE)
    previews = [row.key for row in await said(planning.database, "update_preview")]
    assert previews == ["preview:UPD-1", "preview:UPD-1:2", "preview:UPD-1:3"]
    assert await planning.posts() == []
    await planning.approve(now=SLOT + 6 * MINUTE)
    assert await planning.posts() == ["run:UPD-1"]


async def test_while_slack_is_silent_it_waits_and_is_posted_when_slack_tells(planning: Planning) -> None:
    await planning.approve(now=SLOT - 90 * MINUTE)
    planning.slack_is_silent = True
    await planning.tick(SLOT)
    await planning.tick(SLOT + HOUR)
    assert (await planning.statuses(), await planning.posts()) == (["approved"], [])
    planning.slack_is_silent = False
    await planning.tick(SLOT + 2 * HOUR)
    assert await planning.posts() == ["run:UPD-1"]


async def test_where_slack_stays_silent_it_is_given_up_and_its_owner_told(planning: Planning) -> None:
    await planning.approve(now=SLOT - 90 * MINUTE)
    planning.slack_is_silent = True
    for minutes in (0, 121, 122):
        await planning.tick(SLOT + minutes * MINUTE)
    assert [(run.status, run.outcome) for run in await planning.runs()] == [("skipped", "silent")]
    assert [row.nouns["number"] for row in await planning.notices()] == [1]


async def test_posting_now_is_refused_while_nobody_knows_who_reads_the_channel(planning: Planning) -> None:
    with pytest.raises(updates.UnknownReadersError):
        await updates.post_now(planning.database, by=MINA, number=1, cause=cause(), now=SLOT - 2 * HOUR)
    assert (await planning.statuses(), await planning.posts()) == (["drafted"], [])


async def test_what_not_everybody_may_read_is_left_out_and_counted(database: Database) -> None:
    planning = Planning(database)
    await an_item(database, lane="now")
    for title, visibility in (("Secret", ItemVisibility.RESTRICTED), ("Inside", ItemVisibility.PRODUCT)):
        await show_only_to(database, await an_item(database, title, lane="now"), visibility)
    await planning.create()
    await planning.tick(SLOT - DAY)
    facts = await planning.facts()
    assert ([line.ref for line in facts.lines], facts.left_out) == (["RM-1"], 2)


async def test_everything_posted_to_a_channel_that_closes_is_paused_and_told_once(database: Database) -> None:
    planning = Planning(database)
    await planning.create()
    await planning.create(name="Daily", every="day")
    await a_channel(database, "C2")
    await planning.create(name="Elsewhere", channel="C2")
    for _ in range(2):
        await database.write(
            lambda session: schedules.pause_all_in(
                session, team_id="T1", channel_id="C1", why="archived", cause="event-1"
            )
        )
    listed = await schedules.list_all(database, reader=MINA, now=NOW)
    assert {one.schedule.name: one.schedule.paused_why for one in listed} == {
        "Daily": "archived", "Weekly roadmap": "archived", "Elsewhere": None,
    }  # fmt: skip
    assert sorted(row.nouns["schedule"] for row in await planning.notices()) == ["Daily", "Weekly roadmap"]


async def test_a_schedule_that_goes_on_is_not_paused_by_an_event_that_is_run_again(database: Database) -> None:
    planning = Planning(database)
    await planning.create()
    told: dict[str, Any] = {"channel_id": "C1", "why": "outside", "happened": NOW, "cause": "event-1", "now": NOW}
    await channels.close(database, team_id="T1", **told)
    assert len(await planning.notices()) == 1
    await a_channel(database)  # the bot is invited again
    await schedules.pause(database, by=MINA, name="", paused=False)
    await channels.close(database, team_id="T1", **told)
    assert not (await schedules.find(database, reader=MINA, name="")).paused
    assert [one.has_bot for one in await rows_of(database, Channel)] == [True]


async def test_a_schedule_goes_on_only_where_it_may_be_posted(database: Database) -> None:
    planning = Planning(database)
    await planning.create()
    await schedules.pause(database, by=MINA, name="", paused=True)
    await a_channel(database, is_shared=True)
    with pytest.raises(NotAllowedError):
        await schedules.pause(database, by=MINA, name="", paused=False)
    await a_channel(database)
    assert not (await schedules.pause(database, by=MINA, name="", paused=False)).paused
