"""What is said of an item is said once, by who may, and an old status is not believed."""

from datetime import timedelta
from typing import Any

import pytest

from bot.errors import InvalidInputError, NotAllowedError
from bot.services import roadmap, statuses
from bot.services.statuses import Draft, TextNeededError, is_believed
from storage.database import Database
from storage.models import Change, Lane, Reader
from tests.building import ADA, LEE, MINA, NOW, a_person, an_item, cause, rows_of, set_item

DAY = timedelta(days=1)


async def _publish(database: Database, by: Reader = LEE, **more: Any) -> Draft:
    told = {"number": 1, "status": "at-risk", "text": "No bank yet", "preview": "p1", "now": NOW + DAY}
    return await statuses.publish(database, by=by, **{"cause": cause(), **told, **more})


async def test_an_update_sets_the_status_with_its_words_and_is_confirmed(database: Database) -> None:
    await an_item(database, lane="now", owner="ULEE")
    for _ in range(2):
        await _publish(database, cause="c1")
    card = await roadmap.show(database, reader=ADA, number=1)
    item = card.line.item
    assert (item.status, item.confirmed_by, item.confirmed_at) == ("at-risk", "ULEE", NOW + DAY)
    told = [(one.field, one.before, one.after, one.reason) for one in await rows_of(database, Change)]
    assert told[1:] == [("status", "on-track", "at-risk", "No bank yet")]
    assert card.said is not None
    assert (card.said.reason, card.said.by) == ("No bank yet", "ULEE")


async def test_words_without_a_new_status_are_no_change_of_status(database: Database) -> None:
    await an_item(database, lane="now", owner="ULEE")
    await _publish(database, status=None, text="All is well")
    card = await roadmap.show(database, reader=ADA, number=1)
    assert (card.line.item.status, card.said.reason if card.said else None) == ("on-track", "All is well")
    since = NOW - DAY
    changed = await database.read(
        lambda session: roadmap.changed(session, reader=ADA, since=since, until=NOW + 2 * DAY)
    )
    assert [one.change.field for one in changed] == ["created"]


async def test_old_words_do_not_stand_under_a_newer_status(database: Database) -> None:
    await an_item(database, lane="now", owner="ULEE")
    await _publish(database)
    await statuses.confirm(database, by=LEE, number=1, cause=cause(), now=NOW + 2 * DAY)
    assert (await roadmap.show(database, reader=ADA, number=1)).said is not None
    await roadmap.move(database, by=MINA, number=1, lane=Lane.LATER, reason="why", cause=cause(), now=NOW + 3 * DAY)
    assert (await roadmap.show(database, reader=ADA, number=1)).said is None


async def test_only_the_owner_or_a_product_manager_speaks_for_an_item(database: Database) -> None:
    await an_item(database, lane="now", owner="ULEE")
    with pytest.raises(NotAllowedError, match="<@ULEE>, who owns RM-1, or a product manager"):
        await _publish(database, ADA)
    with pytest.raises(NotAllowedError):
        await statuses.confirm(database, by=ADA, number=1, cause=cause(), now=NOW)
    assert (await _publish(database, MINA)).status == "at-risk"


async def test_what_cannot_be_published_is_refused_before_the_preview(database: Database) -> None:
    await an_item(database, owner="ULEE")

    async def draft(status: str | None, text: str) -> Draft:
        return await statuses.draft(database, by=LEE, number=1, status=status, text=text)

    with pytest.raises(TextNeededError):
        await draft("at-risk", "  ")
    with pytest.raises(InvalidInputError, match="room for 900"):
        await draft(None, "x" * 901)
    with pytest.raises(InvalidInputError, match="RM-1 is in Later, where nothing is on track"):
        await draft("on-track", "Soon")
    assert (await draft(None, "Soon")).status == "idea"


async def test_a_status_is_believed_for_a_week(database: Database) -> None:
    item = await an_item(database, lane="now")
    assert is_believed(item, NOW + 7 * DAY)
    assert not is_believed(item, NOW + 7 * DAY + timedelta(minutes=1))
    await set_item(database, item, confirmed_at=None)
    assert not is_believed((await roadmap.show(database, reader=ADA, number=1)).line.item, NOW)
    await statuses.confirm(database, by=MINA, number=1, cause=cause(), now=NOW)
    assert is_believed((await roadmap.show(database, reader=ADA, number=1)).line.item, NOW)


async def test_what_a_preview_becomes_is_told_as_it_was_published(database: Database) -> None:
    await an_item(database, lane="now", owner="ULEE")
    await _publish(database, cause="p1")
    form = await _publish(database, cause="view:V1", status="off-track", text="Still no bank")
    assert (form.status, form.text) == ("off-track", "Still no bank")
    again = await _publish(database, cause="p1")
    assert (again.status, again.text) == ("off-track", "Still no bank")
    card = await roadmap.show(database, reader=ADA, number=1)
    assert (card.line.item.status, card.said.reason if card.said else None) == ("off-track", "Still no bank")


async def test_the_same_person_confirms_an_item_once_a_day(database: Database) -> None:
    await an_item(database, lane="now", owner="ULEE")
    await a_person(database, LEE, tz="Pacific/Auckland")
    for hours, by in ((24, LEE), (25, LEE), (26, MINA), (46, LEE), (46.5, LEE)):
        now = NOW + timedelta(hours=hours)
        item = await statuses.confirm(database, by=by, number=1, cause=cause(), now=now)
        assert item.confirmed_at == now
    confirmed = await rows_of(database, Change, Change.field == "confirmed")
    assert [one.by for one in confirmed] == ["ULEE", "UMINA", "ULEE"]
