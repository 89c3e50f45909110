"""What has changed since a day: all of it, or the newest, from where reading began."""

from datetime import timedelta

from bot.services import history, roadmap
from storage.database import Database
from storage.models import Lane
from tests.building import MINA, NOW, an_item, cause

MINUTE = timedelta(minutes=1)


async def test_a_diff_of_more_than_is_read_begins_where_reading_did(database: Database) -> None:
    await an_item(database, lane=Lane.LATER)
    for number, lane in enumerate((Lane.NEXT, Lane.NOW, Lane.SHIPPED), 1):
        at = NOW + number * MINUTE
        await roadmap.move(database, by=MINA, number=1, lane=lane, reason="why", cause=cause(), now=at)
    begin, end = NOW - MINUTE, NOW + 9 * MINUTE
    whole = await history.diff(database, reader=MINA, since=begin, now=end)
    assert (whole.is_whole, whole.since) == (True, begin)
    assert [one.after for one in whole.changes] == ["Dark mode", "next", "now", "shipped"]
    newest = await history.diff(database, reader=MINA, since=begin, now=end, limit=2)
    assert newest.is_whole is False
    assert [one.after for one in newest.changes] == ["shipped"]
    assert newest.since > NOW + 2 * MINUTE
