"""What narrows the roadmap and a search down, and what customers may hear of it."""

from typing import Any

import pytest

from bot.errors import InvalidInputError, NotAllowedError
from bot.services import customer_view, roadmap
from bot.services.due import Due, parse_due
from bot.services.filters import Filters
from bot.services.lanes import LIVE
from storage.database import Database
from storage.models import FeedbackVisibility, ItemVisibility, Lane, Reader
from tests.building import GUEST, LEE, MINA, NOW, a_note, an_account, an_item, show_only_to


def filters(reader: Reader = LEE, **typed: str) -> Filters:
    """Return filters as they are typed; `as_` is `as:`."""
    said = {name.rstrip("_"): value for name, value in typed.items()}
    return Filters.read(said, me=reader.user_id, now=NOW, tz="UTC")


async def refs(database: Database, reader: Reader = LEE, **typed: str) -> list[str]:
    """Return the items that pass."""
    seen = await roadmap.overview(database, reader=reader, now=NOW, filters=filters(reader, **typed))
    return [line.item.ref for line in seen.lines]


async def test_a_theme_narrows_to_items_whose_feedback_is_about_it_as_far_as_its_reader_may_know(
    database: Database,
) -> None:
    for title in ("Audit log", "Dark mode", "Écrans"):
        await an_item(database, title)
    await a_note(database, theme="Security, exports", item=1)
    await a_note(database, theme="security", item=2, by=MINA, visibility=FeedbackVisibility.PRODUCT)
    await a_note(database, theme="ÉCRANS", item=3)
    assert await refs(database, MINA, theme="Security") == ["RM-1", "RM-2"]
    assert await refs(database, theme="security") == ["RM-1"]
    assert await refs(database, GUEST, theme="security") == []
    assert await refs(database, theme="écrans,EXPORTS") == ["RM-1", "RM-3"]
    assert await refs(database, theme="secur") == []


def due(typed: str) -> Due:
    """Return a date as it is typed."""
    found = parse_due(typed, NOW, "UTC")
    assert found is not None
    return found


async def test_a_quarter_holds_what_is_due_in_it_however_precisely(database: Database) -> None:
    for said in ("Q4", "2026-12-31", "mid-December", "2027-01-01", "Q4 2027"):
        await an_item(database, said, due=due(said))
    await an_item(database, "Some day")
    assert await refs(database, quarter="Q4") == ["RM-1", "RM-2", "RM-3"]
    assert await refs(database, quarter="Q4 2027,q1") == ["RM-4", "RM-5"]
    assert await refs(database, quarter="2027-Q4") == await refs(database, quarter="Q4-2027") == ["RM-5"]
    assert await refs(database, quarter="next quarter") == ["RM-4"]


@pytest.mark.parametrize("typed", [{"quarter": "Q5"}, {"quarter": "October"}, {"as_": "partner"}])
def test_what_cannot_be_read_is_refused_in_a_sentence(typed: dict[str, Any]) -> None:
    with pytest.raises(InvalidInputError, match="I can't"):
        filters(**typed)


async def test_a_search_is_narrowed_by_the_same_filters(database: Database) -> None:
    await an_account(database, "Acme")
    for area in ("Payments", "Growth"):
        await an_item(database, f"Export for {area}", area=area)
    await a_note(database, "An export, please", customer="Acme", theme="Exports", item=1)
    await a_note(database, "Another export", item=2)

    async def found(**typed: Any) -> set[str]:
        hits = (await roadmap.find(database, reader=LEE, text="export", filters=filters(**typed))).hits
        return {hit.noun.ref for hit in hits}

    assert await found() == {"RM-1", "RM-2", "FB-1", "FB-2"}
    assert await found(area="growth") == {"RM-2"}
    assert await found(customer="acme") == await found(theme="exports") == {"RM-1", "FB-1"}
    assert await found(customer="acme", area="growth") == set()
    with pytest.raises(NotAllowedError):
        await roadmap.find(database, reader=GUEST, text="export", filters=filters(customer="Acme"))


async def test_as_a_customer_one_sees_titles_and_lanes_that_give_nothing_away(database: Database) -> None:
    await an_account(database, "Acme")
    for title in ("Dark mode", "Acme's own export", "Refunds by 2027", "New prices"):
        secret = await an_item(database, title, lane=Lane.NEXT)
    await show_only_to(database, secret, ItemVisibility.PRODUCT)
    told = await customer_view.lanes(database, reader=MINA, now=NOW, lanes=LIVE, filters=filters(MINA, as_="customer"))
    assert (told.titles, told.left_out) == ((("Dark mode", Lane.NEXT),), 3)
    narrowed = filters(MINA, as_="customer", status="idea")
    assert not (await customer_view.lanes(database, reader=MINA, now=NOW, lanes=LIVE, filters=narrowed)).titles
