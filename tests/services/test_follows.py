"""Followers hear of each change once, never of their own, and at most three times a day."""

import asyncio
from datetime import timedelta

import pytest
from sqlmodel import update

from bot.services import follows, news, roadmap, upkeep
from bot.services.news import told_at
from bot.services.roadmap import UnknownItemError
from storage.database import Database
from storage.models import Follow, ItemVisibility, Lane, OutboxRow, Reader, Standing
from tests.building import (
    ADA,
    GUEST,
    LEE,
    MINA,
    NOW,
    TEAM,
    a_note,
    a_person,
    an_item,
    cause,
    rows_of,
    said,
    show_only_to,
)


async def _follow(database: Database, *readers: Reader, number: int = 1) -> None:
    for reader in readers:
        await a_person(database, reader)
        await follows.follow(database, by=reader, number=number, cause=cause(), now=NOW)


async def _move(database: Database, lane: str, *, number: int = 1, days: float = 0, by: Reader = MINA) -> str:
    name = cause()
    now = NOW + timedelta(days=days)
    await roadmap.move(database, by=by, number=number, lane=lane, reason="why", cause=name, now=now)
    return name


async def _told(database: Database) -> list[str]:
    return [row.channel for row in await said(database, "item_news")]


async def test_followers_are_told_of_a_move_once_and_the_mover_is_not(database: Database) -> None:
    await an_item(database)
    await _follow(database, LEE, GUEST, MINA)
    name = await _move(database, Lane.NOW)
    await roadmap.move(database, by=MINA, number=1, lane=Lane.NOW, reason="why", cause=name, now=NOW)
    assert sorted(await _told(database)) == ["UGUEST", "ULEE"]


async def test_a_day_of_a_person_has_three_messages_and_says_which_is_the_last(database: Database) -> None:
    await an_item(database)
    await _follow(database, LEE)
    await a_person(database, LEE, tz="America/Los_Angeles")
    for lane, hours in ((Lane.NOW, 3), (Lane.NEXT, 4), (Lane.LATER, 5), (Lane.NOW, 11)):
        await _move(database, lane, days=hours / 24)  # the last at 17:02 there, when it is tomorrow in UTC
    assert [row.nouns["last"] for row in await said(database, "item_news")] == [False, False, True]
    await _move(database, Lane.NEXT, days=27 / 24)
    assert len(await _told(database)) == 4


@pytest.mark.parametrize(
    ("tz", "at"),
    [
        ("UTC", "2026-11-24T14:02:00+00:00"),
        ("Asia/Tokyo", "2026-11-25T08:00:00+09:00"),
        ("America/Los_Angeles", "2026-11-24T08:00:00-08:00"),
        ("Asia/Dhaka", "2026-11-25T08:00:00+06:00"),
    ],
)
def test_the_evening_and_the_night_belong_to_people(tz: str, at: str) -> None:
    assert told_at(NOW, tz).isoformat() == at


async def test_what_happens_at_night_is_told_in_the_morning(database: Database) -> None:
    await an_item(database)
    await _follow(database, LEE)
    await a_person(database, LEE, tz="Asia/Tokyo")  # 23:02 there
    await _move(database, Lane.NOW)

    async def status_at(hours: float) -> str:
        await news.wake_across_teams(database, now=NOW + timedelta(hours=hours))
        (row,) = await said(database, "item_news")
        return str(row.status)

    assert [await status_at(hours) for hours in (0, 8.9, 9)] == ["waiting", "waiting", "new"]


async def test_what_has_waited_for_the_morning_is_not_late_by_the_night(database: Database) -> None:
    await an_item(database)
    await _follow(database, LEE)
    await a_person(database, LEE, tz="Asia/Tokyo")  # 23:02 there
    await _move(database, Lane.NOW)
    await database.write(lambda session: session.exec(update(OutboxRow).values(created_at=0.0)))
    await news.wake_across_teams(database, now=NOW + timedelta(hours=9))
    assert [row.status for row in await said(database, "item_news")] == ["new"]
    assert (await upkeep.stuck_across_teams(database)).late == 0


async def test_two_replicas_do_not_tell_somebody_more_than_three_times(database: Database) -> None:
    for title in "abcdef":
        await an_item(database, title)
    for number in range(1, 7):
        await _follow(database, LEE, number=number)
    await asyncio.gather(*(_move(database, Lane.NOW, number=number) for number in range(1, 7)))
    assert len(await _told(database)) == 3


async def test_somebody_of_another_company_is_told_nothing(database: Database) -> None:
    await an_item(database)
    await _follow(database, LEE)
    await a_person(database, LEE, standing=Standing.STRANGER)
    await _move(database, Lane.NOW)
    assert await _told(database) == []


async def test_news_is_for_who_may_see_the_item_when_it_is_read(database: Database) -> None:
    item = await an_item(database)
    name = await _move(database, Lane.NOW)
    told = await follows.told(database, reader=LEE, number=1, cause=name)
    assert told is not None
    assert [(one.field, one.after) for one in told.changes] == [("lane", "now"), ("status", "on-track")]
    await show_only_to(database, item, ItemVisibility.PRODUCT)
    assert await follows.told(database, reader=LEE, number=1, cause=name) is None


async def test_following_twice_is_following_and_a_late_copy_of_a_click_changes_nothing(database: Database) -> None:
    await an_item(database)
    for click, new in (("c1", True), ("c2", False)):
        found = await follows.follow(database, by=LEE, number=1, cause=click, now=NOW)
        assert (found.follows, found.changed) == (True, new)
    await follows.unfollow(database, by=LEE, number=1, cause="c3", now=NOW)
    again = await follows.follow(database, by=LEE, number=1, cause="c1", now=NOW)
    assert (again.follows, again.changed, await rows_of(database, Follow)) == (False, False, [])


async def test_what_cannot_be_seen_cannot_be_followed(database: Database) -> None:
    item = await an_item(database)
    await show_only_to(database, item, ItemVisibility.PRODUCT)
    with pytest.raises(UnknownItemError):
        await follows.follow(database, by=LEE, number=1, cause=cause(), now=NOW)


async def test_mine_leaves_out_what_its_reader_may_no_longer_see(database: Database) -> None:
    item = await an_item(database)
    await a_note(database, "We need it dark", item=1)
    await a_note(database, "Somebody else's", by=ADA)
    await _follow(database, LEE)
    mine = await follows.mine(database, reader=LEE)
    assert [(note.quote, at.ref if at else None) for note, at in mine.asks] == [("We need it dark", "RM-1")]
    assert [one.ref for one in mine.follows] == ["RM-1"]
    await show_only_to(database, item, ItemVisibility.PRODUCT)
    mine = await follows.mine(database, reader=LEE)
    assert [at for _, at in mine.asks] == [None]
    assert mine.follows == ()
    assert (await follows.mine(database, reader=Reader(TEAM, "UNEW"))).asks == ()
