"""Bringing files in: what is there at once, what changes the second time, and what a cut-off import leaves."""

import asyncio
import json
import tracemalloc
from concurrent.futures import Future
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.services import feedback, roadmap, search, sharing, withdrawals
from bot.services.export_files import write
from bot.services.exports import Export, gather
from bot.services.imports import staging, writing
from bot.services.imports.cells import Draft
from bot.services.imports.checking import Checked, Wanted, check
from bot.services.imports.comparing import NEW, Plan, differences
from storage.database import Database
from storage.models import (
    Account,
    Change,
    Feedback,
    FeedbackVisibility,
    ImportBatch,
    Item,
    ItemVisibility,
    JobRow,
    Lane,
    SearchText,
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
    a_note,
    a_person,
    an_account,
    an_item,
    cause,
    rows_of,
    set_item,
    show_only_to,
    waits_for_a_lock,
)  # fmt: skip


class Brought:
    """Importing, as `linchpin import` does it."""

    def __init__(self, database: Database, folder: Path) -> None:
        self.database = database
        self.folder = folder

    def file(self, rows: list[dict[str, Any]], name: str = "rows.jsonl") -> Path:
        """Write rows into a file."""
        path = self.folder / name
        path.write_text("".join(f"{json.dumps(row)}\n" for row in rows))
        return path

    async def check(self, kind: str, rows: list[dict[str, Any]] | Path, **how: Any) -> Checked:
        """Read and check rows."""
        path = rows if isinstance(rows, Path) else self.file(rows)
        return await check(self.database, team_id=TEAM, wanted=Wanted(kind, path, **how), now=NOW)

    async def plan(self, kind: str, rows: list[dict[str, Any]] | Path, **how: Any) -> Plan:
        """Compare rows with what is here."""
        checked = await self.check(kind, rows, **how)
        assert checked.problems.lines() == []
        return await self.plan_of(checked, kind)

    async def plan_of(self, checked: Checked, kind: str) -> Plan:
        """Compare checked rows with what is here."""
        return await staging.plan(self.database, team_id=TEAM, kind=kind, source="rows.jsonl", drafts=checked.drafts)

    async def __call__(self, kind: str, rows: list[dict[str, Any]] | Path, **how: Any) -> tuple[int, int, int]:
        """Import rows; return how many were new, changed and unchanged."""
        plan = await self.plan(kind, rows, **how)
        await staging.resume(self.database, team_id=TEAM, now=NOW)
        await staging.apply(
            self.database, team_id=TEAM, plan=plan, visibility=how.get("visibility"), now=NOW, told=lambda count: None
        )
        return plan.new, plan.changed, plan.unchanged


@pytest.fixture
def bring(database: Database, tmp_path: Path) -> Brought:
    """Return what imports rows."""
    return Brought(database, tmp_path)


def new_in(plan: Plan) -> list[Draft]:
    """Return the rows of a plan that are new."""
    return [draft for _, draft in plan.drafts.read(NEW, limit=1000)]


async def titles(database: Database) -> list[str]:
    """Return the titles on the roadmap, as an admin sees it."""
    return [line.item.title for line in (await roadmap.overview(database, reader=ROOT, now=NOW)).lines]


async def test_a_roadmap_comes_in_with_its_numbers_and_is_found_by_words(database: Database, bring: Brought) -> None:
    await an_item(database)
    rows = [{"title": f"Item {turn}", "lane": "now", "summary": "zebra"} for turn in range(120)]
    assert await bring("roadmap", rows) == (120, 0, 0)
    items = await rows_of(database, Item)
    assert [one.number for one in items] == list(range(1, 122))
    found = await search.find(database, reader=ROOT, text="zebras", limit=200)
    assert len(found.items) == 120
    lines = await rows_of(database, Change, Change.field == "imported")
    assert [one.ref for one in lines] == [f"RM-{number}" for number in range(2, 122)]
    assert (await an_item(database, "Later")).number == 122


async def test_importing_again_changes_nothing_and_writes_nothing(database: Database, bring: Brought) -> None:
    rows = [{"title": "Dark mode", "status": "planned", "due": "Q4 2027", "id": "7"}, {"title": "Light mode"}]
    assert await bring("roadmap", rows) == (2, 0, 0)
    before = await rows_of(database, Change)
    assert await bring("roadmap", rows) == (0, 0, 2)
    assert await rows_of(database, Change) == before
    assert len(await rows_of(database, ImportBatch)) == 1


async def test_importing_again_updates_what_changed_and_keeps_number_links_and_history(
    database: Database, bring: Brought
) -> None:
    await bring("roadmap", [{"title": "Dark mode", "lane": "next", "due": "Q4 2027", "id": "7"}])
    note = await a_note(database, item=1)
    rows = [{"title": "Dark theme", "lane": "now", "due": "2027-11-30", "id": "7", "summary": ""}]
    assert await bring("roadmap", rows) == (0, 1, 0)
    card = await roadmap.show(database, reader=MINA, number=1)
    item = card.line.item
    assert (item.title, item.lane, item.status) == ("Dark theme", Lane.NOW, "on-track")
    assert [one.ref for one in card.notes] == [note.feedback.ref]
    changes = {(one.field, one.before, one.after) for one in await rows_of(database, Change, Change.by == "import")}
    assert changes == {
        ("imported", None, "Dark mode"), ("title", "Dark mode", "Dark theme"), ("lane", "next", "now"),
        ("due", "Q4 2027", "2027-11-30"), ("status", "planned", "on-track"),
    }  # fmt: skip
    found = await search.find(database, reader=MINA, text="theme")
    assert [one.ref for one in found.items] == ["RM-1"]


async def test_what_the_file_does_not_say_stays(database: Database, bring: Brought) -> None:
    await bring("roadmap", [{"title": "Dark mode", "id": "7", "area": "Payments", "summary": "Dim."}])
    await bring("roadmap", [{"title": "Dark mode", "id": "7", "area": ""}])
    (item,) = await rows_of(database, Item)
    assert (item.area, item.summary) == ("Payments", "Dim.")


@pytest.mark.parametrize("kind", ["roadmap", "feedback"])
async def test_nobody_sees_an_import_before_all_of_it_is_there(database: Database, bring: Brought, kind: str) -> None:
    item = await an_item(database, "Dark mode")
    field = "title" if kind == "roadmap" else "quote"
    rows = [{field: f"zebra {turn}", "item": item.ref, "account": "Stark"} for turn in range(60)]
    plan = await bring.plan(kind, rows, visibility="everyone")
    batch_id = await writing.begin(database, team_id=TEAM, kind=kind, source="x", now=NOW)
    await writing.stage(
        database, team_id=TEAM, kind=kind, drafts=new_in(plan), batch_id=batch_id, visibility="everyone", now=NOW
    )
    assert await titles(database) == ["Dark mode"]
    assert (await search.find(database, reader=ROOT, text="zebra")).hits == ()
    card = await roadmap.show(database, reader=ROOT, number=item.number)
    assert (card.notes, card.line.demand.notes, card.line.demand.private) == ((), 0, 0)
    with pytest.raises(Exception, match="can't find"):
        await (roadmap.show(database, reader=ROOT, number=2) if kind == "roadmap" else feedback.link(
            database, by=ROOT, number=1, item=1, cause=cause(), now=NOW
        ))  # fmt: skip
    week = NOW - timedelta(days=7)
    digest = await sharing.gather(database, reader=ROOT, what=sharing.DIGEST, since=week, until=NOW)
    assert (digest.notes, digest.private) == (0, 0)
    export = await gather(database, team_id=TEAM, reader=None)
    assert export.count(kind) == (1 if kind == "roadmap" else 0)

    assert await bring(kind, rows, visibility="everyone") == (60, 0, 0)  # what was cut off is cleared away
    assert len(await rows_of(database, Item if kind == "roadmap" else Feedback)) == (61 if kind == "roadmap" else 60)
    assert len((await search.find(database, reader=ROOT, text="zebra", limit=200)).hits) == 60
    batches = await rows_of(database, ImportBatch)
    assert [(one.done, one.done_at is not None) for one in batches] == [(False, True), (True, True)]


async def test_an_import_cut_off_after_it_was_shown_is_finished_once(database: Database, bring: Brought) -> None:
    rows = [{"title": f"zebra {turn}"} for turn in range(30)]
    plan = await bring.plan("roadmap", rows)
    batch_id = await writing.begin(database, team_id=TEAM, kind="roadmap", source="x", now=NOW)
    here: dict[str, Any] = {"team_id": TEAM, "batch_id": batch_id}
    await writing.stage(database, **here, kind="roadmap", drafts=new_in(plan), visibility=None, now=NOW)
    await writing.show(database, **here, kind="roadmap", expected=30, changed=(), now=NOW)
    some = await writing.arrivals(database, **here, after=0, limit=12)
    await writing.index(database, **here, arrivals=some, now=NOW)  # and then it is killed
    assert len(await titles(database)) == 30
    (job,) = await rows_of(database, JobRow)
    assert (job.task, job.args) == ("finish_import", {"batch": batch_id})
    for _ in range(2):
        await staging.finish(database, team_id=TEAM, batch_id=batch_id, now=NOW)
    assert len((await search.find(database, reader=ROOT, text="zebra", limit=200)).items) == 30
    assert len(await rows_of(database, Change, Change.field == "imported")) == 30


async def test_words_taken_back_before_they_could_be_found_are_not_found(database: Database, bring: Brought) -> None:
    plan = await bring.plan("feedback", [{"quote": "zebra one"}, {"quote": "zebra two"}, {"quote": "zebra three"}])
    batch_id = await writing.begin(database, team_id=TEAM, kind="feedback", source="x", now=NOW)
    here: dict[str, Any] = {"team_id": TEAM, "batch_id": batch_id}
    await writing.stage(database, **here, kind="feedback", drafts=new_in(plan), visibility=None, now=NOW)
    await writing.show(database, **here, kind="feedback", expected=3, changed=(), now=NOW)
    read = await writing.arrivals(database, **here, after=0, limit=10)
    await withdrawals.undo(database, by=MINA, number=1, cause=cause(), now=NOW)
    draft = feedback.Draft("Horses, rather", original="")
    await feedback.edit(database, by=MINA, number=2, draft=draft, cause=cause(), now=NOW)
    await writing.index(database, **here, arrivals=read, now=NOW)
    assert [one.ref for one in (await search.find(database, reader=ROOT, text="zebra")).feedback] == ["FB-3"]
    assert await rows_of(database, SearchText, SearchText.ref == "FB-1") == []


@pytest.mark.parametrize(("many", "new_titles"), [(False, 3), (True, 1)])
async def test_a_few_changes_are_seen_together_with_what_is_new_and_many_follow(
    database: Database, bring: Brought, monkeypatch: pytest.MonkeyPatch, many: bool, new_titles: int
) -> None:
    await bring("roadmap", [{"title": "Dark", "id": "1"}, {"title": "Light", "id": "2"}])
    monkeypatch.setattr(staging, "AT_ONCE", 1 if many else 2)

    async def cut_off(*_: Any, **__: Any) -> None:
        raise ConnectionError("killed")

    monkeypatch.setattr(writing, "change", cut_off)
    monkeypatch.setattr(writing, "arrivals", cut_off)
    rows = [{"title": "Dark theme", "id": "1"}, {"title": "Light theme", "id": "2"}, {"title": "Grey theme", "id": "3"}]
    with pytest.raises(ConnectionError):
        await bring("roadmap", rows)
    assert sum(title.endswith("theme") for title in await titles(database)) == new_titles
    monkeypatch.undo()
    assert await bring("roadmap", rows) == ((0, 2, 1) if many else (0, 0, 3))
    assert sorted(await titles(database)) == ["Dark theme", "Grey theme", "Light theme"]


async def test_a_large_file_takes_no_more_memory_than_a_small_one(database: Database, bring: Brought) -> None:
    row = {"quote": "It is too bright. " * 100, "account": "Stark"}
    tracemalloc.start()
    try:
        for count in (100, 3000):
            path = bring.file([{**row, "id": turn} for turn in range(count)])
            tracemalloc.reset_peak()
            before, _ = tracemalloc.get_traced_memory()
            checked = await bring.check("feedback", path)
            assert (await bring.plan_of(checked, "feedback")).new == count
            peak = tracemalloc.get_traced_memory()[1] - before
    finally:
        tracemalloc.stop()
    assert peak < 4_000_000, "of 3,000 rows of 4 kB each, not all were in memory at once"


async def test_of_two_imports_at_once_none_is_shown_by_half(database: Database, bring: Brought) -> None:
    plan = await bring.plan("roadmap", [{"title": "Dark"}, {"title": "Light"}])
    batch_id = await writing.begin(database, team_id=TEAM, kind="roadmap", source="x", now=NOW)
    here: dict[str, Any] = {"team_id": TEAM, "kind": "roadmap", "batch_id": batch_id}
    await writing.stage(database, **here, drafts=new_in(plan)[:1], visibility=None, now=NOW)
    await staging.resume(database, team_id=TEAM, now=NOW)
    other = await writing.begin(database, team_id=TEAM, kind="roadmap", source="y", now=NOW)
    with pytest.raises(writing.CutShortError):
        await writing.stage(database, **here, drafts=new_in(plan)[1:], visibility=None, now=NOW)
    with pytest.raises(writing.CutShortError):
        await writing.show(database, **here, expected=2, changed=(), now=NOW)
    await writing.stage(database, **{**here, "batch_id": other}, drafts=new_in(plan)[:1], visibility=None, now=NOW)
    await writing.show(database, **{**here, "batch_id": other}, expected=1, changed=(), now=NOW)
    assert await titles(database) == ["Dark"]


async def test_every_wrong_row_is_named_and_the_others_are_counted(bring: Brought) -> None:
    rows = [
        {"title": "Dark", "due": "someday", "effort": "much", "lane": "now"},
        {"title": "Light", "id": "1"}, {"title": "Grey", "id": "1"},
        {"title": "Blue"}, {"title": " blue"},
        {"title": "Red", "lane": "shelf"}, {"title": "Pink", "lane": "shelf"},
        *({"title": f"Green {turn}", "due": "someday"} for turn in range(3)),
    ]  # fmt: skip
    checked = await bring.check("roadmap", rows)
    assert checked.problems.lines() == [
        'rows 1, 8, 9 and 1 more: "due" is "someday"; write 2026-10-01, Oct 2026 or Q4 2026',
        'row 1: "effort" is "much"; write a number of weeks, such as 3 or 0.5',
        "row 3: it has the same id as row 2",
        "row 5: it has the same name as row 4",
        'rows 6 and 7: "lane" is "shelf"; write now, next, later or shipped, or say where it belongs: --lane'
        ' "shelf=later"',
    ]
    assert checked.wrong == 8
    assert [draft.row for _, draft in checked.drafts.read("", limit=10)] == [2, 4]


async def test_feedback_comes_in_with_its_account_item_and_date(database: Database, bring: Brought) -> None:
    item = await an_item(database)
    await an_account(database, "Stark", arr=90_000)
    rows = [
        {
            "id": 1,
            "quote": "Too bright",
            "company": " stark ",
            "item": item.ref,
            "date": "2026-10-01",
            "weight": "high",
        },
        {"id": 2, "quote": "Far too bright", "company": "Wayne", "item": "dark mode"},
        {"id": 3, "quote": "Hm", "item": "Teleport"},
    ]
    assert (await bring.check("feedback", rows)).unknown == {"item": {"Teleport": 1}}
    assert await bring("feedback", rows) == (3, 0, 0)
    demand = (await roadmap.show(database, reader=MINA, number=item.number)).line.demand
    assert (demand.notes, demand.accounts, demand.arr) == (2, 2, 90_000)
    notes = await rows_of(database, Feedback)
    assert [one.item_id for one in notes] == [item.id, item.id, None]
    assert (notes[0].captured_at.date().isoformat(), notes[0].weight) == ("2026-10-01", "important")
    assert [one.name for one in await rows_of(database, Account)] == ["Stark", "Wayne"]


async def test_imported_feedback_is_for_the_product_team_unless_told_otherwise(
    database: Database, bring: Brought
) -> None:
    await bring("feedback", [{"quote": "zebra one"}, {"quote": "zebra two", "visibility": "members"}])
    await bring("feedback", [{"quote": "zebra three"}], visibility="everyone")
    for reader, count in ((ROOT, 3), (MINA, 3), (LEE, 1), (GUEST, 0), (STRANGER, 0)):
        assert len((await search.find(database, reader=reader, text="zebra")).feedback) == count, reader


async def test_words_that_were_taken_back_are_not_brought_again(database: Database, bring: Brought) -> None:
    rows = [{"quote": "Too bright", "id": "1"}]
    await bring("feedback", rows)
    await withdrawals.undo(database, by=MINA, number=1, cause=cause(), now=NOW)
    assert await bring("feedback", rows) == (0, 0, 1)
    assert [one.quote for one in await rows_of(database, Feedback)] == [""]


async def test_words_that_are_taken_back_while_a_file_changes_them_stay_away(
    database: Database, bring: Brought, monkeypatch: pytest.MonkeyPatch
) -> None:
    await bring("feedback", [{"quote": "zanzibar", "problem": "Too far", "id": "1"}])
    loop = asyncio.get_running_loop()
    undoing: list[Future[Any]] = []

    def meanwhile(*row: Any) -> dict[str, tuple[Any, Any]]:
        if not undoing:
            undo = withdrawals.undo(database, by=MINA, number=1, cause=cause(), now=NOW)
            undoing.append(asyncio.run_coroutine_threadsafe(undo, loop))
            while not database.is_sqlite and not undoing[0].done() and not waits_for_a_lock(database):
                pass
        return differences(*row)

    monkeypatch.setattr(writing, "differences", meanwhile)
    await bring("feedback", [{"quote": "tanganyika", "problem": "Too deep", "id": "1"}])
    await asyncio.wrap_future(undoing[0])
    assert [(one.quote, one.problem) for one in await rows_of(database, Feedback)] == [("", "")]
    assert await rows_of(database, SearchText) == []


async def test_accounts_are_found_again_by_name_and_updated(database: Database, bring: Brought) -> None:
    await a_person(database, ADA, name="Ada Byron")
    rows: list[dict[str, Any]] = [
        {"name": "Stark", "arr": "$90k", "renewal": "2027-03-01"},
        {"name": "Wayne", "arr": 5},
    ]
    assert await bring("accounts", rows) == (2, 0, 0)
    again: list[dict[str, Any]] = [{"name": " STARK ", "arr": 100_000, "csm": "Ada Byron"}, {"name": "Wayne"}]
    assert await bring("accounts", again) == (0, 1, 1)
    stark, wayne = await rows_of(database, Account)
    assert (stark.name, stark.arr, stark.renewal.isoformat(), stark.owner) == ("Stark", 100_000, "2027-03-01", "UADA")
    assert (wayne.arr, wayne.owner) == (5, None)


async def _a_company(database: Database) -> None:
    await a_person(database, MINA, name="Mina")
    item = await an_item(database, '=HYPERLINK("http://evil")', summary="- a\n- b", area="'quoted")
    await set_item(database, item, effort_weeks=2.5, owner=MINA.user_id)
    secret = await an_item(database, "Secret")
    await show_only_to(database, secret, ItemVisibility.RESTRICTED)
    account = await an_account(database, "Stark", arr=90_000)
    await a_note(database, '+1 for “dark”,\n"please"', customer=account.name, item=1, said_by=ADA.user_id, theme="ui")
    await a_note(database, "Psst", by=ADA, channel="C9", message_ts="1.1", visibility=FeedbackVisibility.MEMBERS)
    await a_note(database, "For us", by=ADA, visibility=FeedbackVisibility.PRODUCT)


@pytest.mark.parametrize("suffix", ["csv", "jsonl"])
async def test_importing_an_export_changes_nothing(
    database: Database, bring: Brought, tmp_path: Path, suffix: str
) -> None:
    await _a_company(database)
    write(await gather(database, team_id=TEAM, reader=None), tmp_path / "out")
    assert await bring("roadmap", tmp_path / "out" / f"roadmap.{suffix}") == (0, 0, 2)
    assert await bring("feedback", tmp_path / "out" / f"feedback.{suffix}") == (0, 0, 3)
    assert await bring("accounts", tmp_path / "out" / f"accounts.{suffix}") == (0, 0, 1)
    assert await rows_of(database, ImportBatch) == []


async def test_the_export_of_another_workspace_overwrites_nothing_here(
    database: Database, bring: Brought, tmp_path: Path
) -> None:
    await an_item(database, "Ours")
    row = {"linchpin_id": "T9:RM-1", "title": "Theirs"}
    assert await bring("roadmap", [row]) == (1, 0, 0)
    assert await bring("roadmap", [row]) == (0, 0, 1)
    assert [one.title for one in await rows_of(database, Item)] == ["Ours", "Theirs"]


async def test_no_cell_of_an_exported_sheet_is_a_formula(database: Database, tmp_path: Path) -> None:
    await _a_company(database)
    write(await gather(database, team_id=TEAM, reader=None), tmp_path)
    assert "\"'=HYPERLINK(" in (tmp_path / "roadmap.csv").read_text(encoding="utf-8-sig")
    assert "\"'+1 for" in (tmp_path / "feedback.csv").read_text(encoding="utf-8-sig")


def _values(export: Export, sheet: str, column: str) -> list[Any]:
    return next([row[column] for row in one.rows] for one in export.sheets if one.name == sheet)


@pytest.mark.parametrize(
    ("reader", "items", "quotes", "left_out"),
    [(ROOT, 2, 2, 1), (MINA, 2, 2, 1), (ADA, 1, 3, 0), (LEE, 1, 1, 2), (GUEST, 1, 0, 0)],
)
async def test_everybody_takes_away_what_they_may_read(
    database: Database, reader: Any, items: int, quotes: int, left_out: int
) -> None:
    await _a_company(database)
    export = await gather(database, team_id=TEAM, reader=reader)
    assert (export.count("roadmap"), export.count("feedback"), export.left_out) == (items, quotes, left_out)
    refs = {*_values(export, "roadmap", "ref"), *_values(export, "feedback", "ref")}
    assert {*_values(export, "history", "ref")} <= refs
    assert export.count("accounts") == (0 if reader is GUEST else 1)


async def test_another_workspace_takes_nothing_away(database: Database) -> None:
    await _a_company(database)
    export = await gather(database, team_id=STRANGER.team_id, reader=STRANGER)
    assert [one.name for one in export.sheets if one.rows] == []
