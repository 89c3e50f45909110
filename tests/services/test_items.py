"""An item's form is written once, field by field into history, and never over somebody else's words."""

from datetime import date, timedelta
from typing import Any

import pytest

from bot.errors import NotAllowedError
from bot.services import items, roadmap, search
from bot.services.due import Due, parse_due, write_due
from bot.services.items import Draft, TitleNeededError, UnknownObjectiveError
from bot.services.meanwhile import ChangedMeanwhileError, Marks
from bot.services.roadmap import UnknownItemError
from storage import objectives
from storage.database import Database
from storage.models import Change, Item, ItemReader, ItemVisibility, Reader
from tests.building import ADA, LEE, MINA, NOW, ROOT, TEAM, a_person, an_item, cause, rows_of

HOUR = timedelta(hours=1)


async def _edit(database: Database, draft: Draft, *, by: Reader = MINA, **more: Any) -> Item:
    told = {"number": 1, "seen": await _seen(database), "cause": cause(), "now": NOW + HOUR}
    return await items.edit(database, by=by, draft=draft, **{**told, **more})


async def _seen(database: Database) -> Marks:
    return (await items.form(database, reader=ROOT, number=1)).seen


async def _history(database: Database) -> list[tuple[str, str | None, str | None]]:
    return [(one.field, one.before, one.after) for one in await rows_of(database, Change)][1:]


async def test_each_field_that_changed_has_its_line_of_history(database: Database) -> None:
    await an_item(database)
    await database.write(lambda session: objectives.add(session, team_id=TEAM, title="Grow", weight=5))
    due = Due(date(2026, 12, 31), "quarter")
    draft = Draft("Dark theme", "Night", "Design", "ULEE", 1, due, 2.5, ItemVisibility.PRODUCT)
    await _edit(database, draft)
    assert await _history(database) == [
        ("title", "Dark mode", "Dark theme"),
        ("summary", None, "Night"),
        ("area", None, "Design"),
        ("owner", "UMINA", "ULEE"),
        ("objective", None, "OBJ-1"),
        ("due", None, "Q4 2026"),
        ("effort_weeks", None, "2.5"),
        ("visibility", "everyone", "product"),
    ]
    assert (await items.form(database, reader=MINA, number=1)).draft == draft
    assert [one.ref for one in (await search.find(database, reader=MINA, text="theme")).items] == ["RM-1"]


async def test_saving_what_is_there_changes_nothing(database: Database) -> None:
    item = await an_item(database)
    await _edit(database, Draft("Dark mode", owner="UMINA"))
    assert await _history(database) == []
    assert (await roadmap.show(database, reader=MINA, number=1)).line.item.updated_at == item.updated_at


async def test_a_summary_longer_than_a_form_is_kept_to_its_end(database: Database) -> None:
    await an_item(database, summary="word " * 900 + "end")
    form = await items.form(database, reader=MINA, number=1)
    shown = items.in_form(form.draft.summary)
    assert len(shown) <= 3000
    item = await _edit(database, Draft("Dark theme", shown, owner="UMINA"))
    assert (item.title, item.summary.endswith("end")) == ("Dark theme", True)


async def test_of_two_writers_each_keeps_what_the_other_did_not_write(database: Database) -> None:
    await an_item(database)
    seen = await _seen(database)
    await _edit(database, Draft("Dark theme", owner="UMINA"))
    item = await _edit(database, Draft("Dark mode", "Night", owner="UMINA"), by=ROOT, seen=seen)
    assert (item.title, item.summary) == ("Dark theme", "Night")


async def test_the_second_of_two_writers_is_told_what_the_first_made_of_the_same(database: Database) -> None:
    await an_item(database)
    seen = await _seen(database)
    for title in ("Darker", "Dark theme"):
        await _edit(database, Draft(title, area="Design", owner="UMINA"))
    with pytest.raises(ChangedMeanwhileError) as late:
        await _edit(database, Draft("Night mode", "Night", owner="UMINA"), by=ROOT, seen=seen)
    form = await items.form_again(database, reader=ROOT, number=1, meanwhile=late.value)
    assert (form.draft.title, form.draft.summary, form.draft.area) == ("Night mode", "Night", "Design")
    assert [(one.field, one.after, one.by) for one in form.changes] == [("title", "Dark theme", "UMINA")]
    item = await _edit(database, Draft("Night mode", "Night", owner="UMINA"), by=ROOT, seen=form.seen)
    assert (item.title, item.summary, item.area) == ("Night mode", "Night", "Design")


async def test_a_form_delivered_twice_is_saved_once(database: Database) -> None:
    await an_item(database)
    for _ in range(2):
        assert (await _edit(database, Draft("Dark theme"), cause="view:1")).title == "Dark theme"
        await items.add(database, by=MINA, draft=Draft("Offline mode", area="Growth"), cause="view:2", now=NOW)
    assert [(one.ref, one.area) for one in await rows_of(database, Item)] == [("RM-1", ""), ("RM-2", "Growth")]
    assert len([one for one in await _history(database) if one[0] == "title"]) == 1


async def test_only_the_named_see_a_restricted_item_and_its_writer_is_not_shut_out(database: Database) -> None:
    await an_item(database, by=ROOT)
    alone = Draft("Pricing", owner="UROOT", visibility=ItemVisibility.RESTRICTED, readers=frozenset({"ULEE"}))
    await _edit(database, alone)
    assert [one.user_id for one in await rows_of(database, ItemReader)] == ["ULEE", "UMINA"]
    for reader in (LEE, MINA, ROOT):
        assert (await roadmap.show(database, reader=reader, number=1)).line.item.title == "Pricing"
    with pytest.raises(UnknownItemError):
        await roadmap.show(database, reader=ADA, number=1)
    await _edit(database, Draft("Pricing", owner="UROOT", readers=frozenset({"ULEE"})))
    assert await rows_of(database, ItemReader) == []


async def test_what_is_missing_or_not_allowed_is_refused(database: Database) -> None:
    await an_item(database)
    await a_person(database, LEE)
    with pytest.raises(NotAllowedError):
        await _edit(database, Draft("Mine"), by=LEE)
    with pytest.raises(NotAllowedError):
        await items.form(database, reader=LEE, number=None)
    with pytest.raises(TitleNeededError):
        await _edit(database, Draft("  "))
    with pytest.raises(UnknownObjectiveError):
        await _edit(database, Draft("Dark mode", objective=7))
    assert await _history(database) == []


@pytest.mark.parametrize("typed", ["2026-12-24", "Oct 2027", "mid-Oct 2027", "early Oct 2027", "Q1 2027"])
def test_a_date_in_history_is_read_again_as_it_was_meant(typed: str) -> None:
    due = parse_due(typed, NOW, "UTC")
    assert due is not None
    assert write_due(due) == typed
