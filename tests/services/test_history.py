"""What has changed since a day: all of it, or the newest, from where reading began."""

from datetime import timedelta
from pathlib import Path

from bot.services import history, roadmap
from bot.services.history import Imported
from storage.database import Database
from storage.models import Item, ItemVisibility, Lane
from tests.building import ADA, MINA, NOW, STRANGER, an_item, cause, rows_of, show_only_to
from tests.services.test_imports import Brought

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


async def test_a_diff_counts_the_items_that_came_from_a_file_as_far_as_its_reader_may_see_them(
    database: Database, tmp_path: Path
) -> None:
    bring = Brought(database, tmp_path)
    await bring("roadmap", [{"title": f"Plan {number}", "id": number} for number in range(4)])
    await bring("roadmap", [{"title": "Plan 0", "lane": "now", "id": 0}, {"title": "Plan 9", "id": 9}])
    await bring("feedback", [{"quote": "We need it dark"}])
    await show_only_to(database, (await rows_of(database, Item))[3], ItemVisibility.PRODUCT)
    seen = [
        await history.diff(database, reader=one, since=NOW - MINUTE, now=NOW + MINUTE) for one in (MINA, ADA, STRANGER)
    ]
    assert [one.imported for one in seen] == [
        (Imported("rows.jsonl", 5, NOW),), (Imported("rows.jsonl", 4, NOW),), ()
    ]  # fmt: skip
    later = await history.diff(database, reader=MINA, since=NOW, now=NOW + MINUTE)
    assert later.imported == ()
