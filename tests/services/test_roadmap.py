"""Items are added, moved and seen, each change once and with its reason."""

import asyncio
from datetime import date, timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import event

from bot.errors import NotAllowedError
from bot.services import items, roadmap, withdrawals
from bot.services.due import Due
from bot.services.items import Draft, TitleNeededError
from bot.services.lanes import UnknownLaneError
from bot.services.roadmap import ReasonNeededError, UnknownItemError
from storage.database import Database, Session
from storage.models import (
    Change,
    Feedback,
    FeedbackVisibility,
    Item,
    ItemVisibility,
    Lane,
    OutboxRow,
    Reader,
    Role,
    Status,
)
from tests.building import (
    ADA,
    GUEST,
    LEE,
    MINA,
    NOW,
    ROOT,
    STRANGER,
    TEAM,
    a_channel,
    a_note,
    a_person,
    an_account,
    an_item,
    cause,
    rows_of,
    said,
    show_only_to,
)  # fmt: skip

HOUR = timedelta(hours=1)


async def _move(
    database: Database, number: int, lane: str, *, cause: str, by: Reader = MINA
) -> tuple[Item, str | None]:
    return await roadmap.move(database, by=by, number=number, lane=lane, reason="11 accounts", cause=cause, now=NOW)


async def _history(database: Database, ref: str = "RM-1") -> list[tuple[str, str | None, str | None, str | None]]:
    changes = await rows_of(database, Change, Change.ref == ref)
    return [(one.field, one.before, one.after, one.reason) for one in changes]


async def test_an_item_starts_in_later_with_its_owner_and_a_line_of_history(database: Database) -> None:
    item = await items.add(database, by=MINA, draft=Draft("  Dark   mode ", owner="UMINA"), cause="c1", now=NOW)
    assert (item.ref, item.title, item.lane, item.status) == ("RM-1", "Dark mode", Lane.LATER, Status.IDEA)
    assert (item.owner, item.confirmed_by, item.confirmed_at) == (MINA.user_id, MINA.user_id, NOW)
    assert await _history(database) == [("created", None, "Dark mode", None)]


async def test_an_item_keeps_what_it_was_given(database: Database) -> None:
    due = Due(date(2026, 12, 31), "quarter")
    given: dict[str, Any] = {"lane": "now", "area": "Billing", "summary": "Export", "owner": "ULEE", "due": due}
    number = (await an_item(database, "Invoice export", **given)).number
    item = (await roadmap.show(database, reader=LEE, number=number)).line.item
    assert (item.lane, item.status, item.area, item.owner) == ("now", Status.ON_TRACK, "Billing", "ULEE")
    assert (item.due, item.due_grain) == (date(2026, 12, 31), "quarter")


async def test_adding_twice_for_one_cause_adds_one_item(database: Database) -> None:
    added = [await items.add(database, by=MINA, draft=Draft("Dark mode"), cause="c1", now=NOW) for _ in range(2)]
    assert [item.ref for item in added] == ["RM-1", "RM-1"]
    assert len(await rows_of(database, Item)) == len(await rows_of(database, Change)) == 1


async def test_adding_at_once_for_one_cause_adds_one_item(database: Database) -> None:
    click: dict[str, Any] = {"by": MINA, "draft": Draft("Dark mode"), "cause": "c1", "now": NOW}
    added = await asyncio.gather(*(items.add(database, **click) for _ in range(4)))
    assert {item.ref for item in added} == {"RM-1"}


async def test_a_move_is_told_with_its_reason_and_takes_a_status_that_fits(database: Database) -> None:
    await an_item(database)
    item, left = await _move(database, 1, "Next", cause="c1")
    assert (left, item.lane, item.status) == ("later", "next", Status.PLANNED)
    assert await _history(database) == [
        ("created", None, "Dark mode", None),
        ("lane", "later", "next", "11 accounts"),
        ("status", "idea", "planned", None),
    ]


async def test_a_status_that_fits_the_new_lane_stays(database: Database) -> None:
    await an_item(database, lane="next")
    item, _ = await _move(database, 1, "later", cause="c1")
    assert item.status == Status.PLANNED


async def test_moving_twice_for_one_cause_moves_once_and_tells_the_same(database: Database) -> None:
    await an_item(database)
    first = await _move(database, 1, "next", cause="c1")
    await _move(database, 1, "now", cause="c2")
    again = await _move(database, 1, "next", cause="c1")
    assert (first[1], again[1], again[0].lane) == ("later", "later", "now")
    assert [after for field, _, after, _ in await _history(database) if field == "lane"] == ["next", "now"]


async def test_moving_to_the_lane_where_it_is_changes_nothing(database: Database) -> None:
    await an_item(database)
    assert (await _move(database, 1, "later", cause="c1"))[1] is None
    assert len(await _history(database)) == 1


async def test_what_is_missing_or_wrong_is_said_and_changes_nothing(database: Database) -> None:
    await an_item(database)
    with pytest.raises(TitleNeededError):
        await items.add(database, by=MINA, draft=Draft("  "), cause="c1", now=NOW)
    with pytest.raises(UnknownLaneError):
        await _move(database, 1, "someday", cause="c1")
    with pytest.raises(ReasonNeededError):
        await roadmap.move(database, by=MINA, number=1, lane="next", reason=" ", cause="c1", now=NOW)
    with pytest.raises(UnknownItemError):
        await _move(database, 2, "next", cause="c1")
    with pytest.raises(UnknownItemError):
        await roadmap.show(database, reader=MINA, number=10**12)
    assert len(await _history(database)) == 1
    assert (await _move(database, 1, "next", cause="c1"))[1] == "later"


@pytest.mark.parametrize("by", [LEE, GUEST])
async def test_only_product_managers_add_and_move(database: Database, by: Reader) -> None:
    await an_item(database)
    with pytest.raises(NotAllowedError):
        await items.add(database, by=by, draft=Draft("Mine"), cause="c1", now=NOW)
    with pytest.raises(NotAllowedError):
        await _move(database, 1, "next", cause="c1", by=by)


@pytest.mark.parametrize(
    ("visibility", "readers"),
    [
        (ItemVisibility.EVERYONE, {"ULEE", "UADA", "UMINA", "UROOT", "UGUEST"}),
        (ItemVisibility.PRODUCT, {"UMINA", "UROOT", "UOWNER", "UADA"}),
        (ItemVisibility.RESTRICTED, {"UADA", "UROOT", "UOWNER"}),
    ],
)
async def test_an_item_is_seen_by_those_it_is_for(
    database: Database, visibility: ItemVisibility, readers: set[str]
) -> None:
    item = await an_item(database, lane="now", owner="UOWNER")
    await show_only_to(database, item, visibility, ADA)
    owner = Reader(TEAM, "UOWNER", Role.CONTRIBUTOR)
    for reader in (LEE, ADA, MINA, ROOT, GUEST, owner):
        seen = reader.user_id in readers or (reader is owner)
        overview = await roadmap.overview(database, reader=reader, now=NOW)
        assert [line.item.ref for line in overview.lines] == (["RM-1"] if seen else []), reader
        if seen:
            assert (await roadmap.show(database, reader=reader, number=1)).line.item.ref == "RM-1"
        else:
            with pytest.raises(UnknownItemError):
                await roadmap.show(database, reader=reader, number=1)


async def test_another_workspace_sees_and_moves_nothing(database: Database) -> None:
    await an_item(database, lane="now")
    assert (await roadmap.overview(database, reader=STRANGER, now=NOW)).lines == ()
    with pytest.raises(UnknownItemError):
        await roadmap.show(database, reader=STRANGER, number=1)
    with pytest.raises(UnknownItemError):
        await _move(database, 1, "next", cause="c1", by=STRANGER)


async def test_the_overview_goes_by_lane_and_in_it_by_revenue(database: Database) -> None:
    for title, lane in (("Later", "later"), ("Small", "now"), ("Big", "now"), ("Gone", "shipped")):
        await an_item(database, title, lane=lane)
    for name, arr, item in (("Acme", 100, 2), ("Globex", 900, 3)):
        await an_account(database, name, arr=arr)
        await a_note(database, customer=name, item=item)
    overview = await roadmap.overview(database, reader=LEE, now=NOW)
    assert [line.item.title for line in overview.lines] == ["Big", "Small", "Later"]
    assert [line.item.title for line in overview.lane("now")] == ["Big", "Small"]


async def test_demand_counts_each_account_once_and_only_what_the_reader_may_see(database: Database) -> None:
    await an_item(database)
    await an_account(database, "Acme", arr=100)
    await an_account(database, "Globex", arr=900)
    for customer in ("Acme", "Acme", ""):
        await a_note(database, customer=customer, item=1)
    private: dict[str, Any] = {"visibility": FeedbackVisibility.PRODUCT, "by": MINA}
    await a_note(database, customer="Globex", item=1, **private)
    for reader, expected in ((LEE, (1, 100, 3, 1)), (MINA, (2, 1000, 4, 0)), (GUEST, (0, 0, 0, 4))):
        demand = (await roadmap.show(database, reader=reader, number=1)).line.demand
        assert (demand.accounts, demand.arr, demand.notes, demand.private) == expected, reader


async def test_withdrawn_feedback_is_no_demand(database: Database) -> None:
    await an_item(database)
    note = await a_note(database, customer="Acme", item=1)
    await withdrawals.withdraw(database, by=LEE, number=note.feedback.number, cause=cause(), now=NOW)
    demand = (await roadmap.show(database, reader=LEE, number=1)).line.demand
    assert (demand.accounts, demand.notes, demand.private) == (0, 0, 0)


async def test_a_guest_sees_no_account_names(database: Database) -> None:
    await an_item(database)
    await a_note(database, customer="Acme", item=1, channel="C1", message_ts="1.1", visibility="members")
    guest = Reader(TEAM, "UGUEST", Role.VIEWER, frozenset({"C1"}))
    card = await roadmap.show(database, reader=guest, number=1)
    assert (len(card.notes), card.accounts) == (1, {})
    assert (await roadmap.show(database, reader=LEE, number=1)).accounts != {}


async def test_what_changed_since_the_reader_last_looked_is_told(database: Database) -> None:
    await a_person(database, LEE)
    await an_item(database, now=NOW - 2 * HOUR)
    secret = await an_item(database, "Secret", now=NOW - 2 * HOUR, owner="UOWNER")
    await show_only_to(database, secret, ItemVisibility.RESTRICTED)
    assert (await roadmap.overview(database, reader=LEE, now=NOW)).changes == ()
    await roadmap.mark_looked(database, reader=LEE, now=NOW - HOUR)
    await _move(database, 1, "next", cause="c1")
    await roadmap.move(database, by=ROOT, number=2, lane="now", reason="hush", cause="c2", now=NOW)
    overview = await roadmap.overview(database, reader=LEE, now=NOW)
    assert overview.since == NOW - HOUR
    assert [(one.change.ref, one.change.field, one.title) for one in overview.changes] == [
        ("RM-1", "status", "Dark mode"),
        ("RM-1", "lane", "Dark mode"),
    ]


async def test_the_cards_of_much_feedback_cost_a_move_no_statement_each(database: Database) -> None:
    await a_channel(database)
    await an_item(database)

    def statements_of_move(session: Session, lane: str) -> int:
        told: list[str] = []
        event.listen(session.connection(), "before_cursor_execute", lambda *args: told.append(args[2]))
        roadmap.move.within(session, by=MINA, number=1, lane=lane, reason="why", cause=cause(), now=NOW)
        return len(told)

    await a_note(database, item=1, channel="C1", message_ts="1.1")
    few = await database.write(partial(statements_of_move, lane=Lane.NEXT))
    for number in range(9):
        await a_note(database, item=1, channel="C1", message_ts=f"2.{number}")
    assert await database.write(partial(statements_of_move, lane=Lane.NOW)) == few
    assert len(await rows_of(database, OutboxRow, OutboxRow.op == "update")) == 11


async def test_a_move_refreshes_the_cards_of_its_feedback(database: Database) -> None:
    await a_channel(database)
    await an_item(database)
    await a_note(database, item=1, channel="C1", message_ts="1.1")
    await _move(database, 1, "next", cause="c1")
    await _move(database, 1, "next", cause="c1")
    assert [row.key for row in await said(database, "feedback_card")] == ["card:FB-1"]
    updates = await rows_of(database, OutboxRow, OutboxRow.op == "update")
    assert [row.key for row in updates] == ["card:FB-1~c1"]
    assert [row.item_id for row in await rows_of(database, Feedback)] == [1]
