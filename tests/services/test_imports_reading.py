"""Files as other tools write them, and what is said of those that can't be read."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.services.imports.cells import CellError, Context, read_account, read_item, read_note
from bot.services.imports.columns import ColumnsError, find_columns
from bot.services.imports.reading import Row, Table, UnreadableFileError, read_table, safe_cell
from tests.building import NOW, TEAM

CONTEXT = Context(
    TEAM, NOW, people={"mina okafor": "UMINA", "UMINA": "UMINA"}, objectives={"obj 1": 11, "win back trust": 11},
    items={"rm 3": 33, "dark mode": 33, "pay 7": 33},
)  # fmt: skip


def table(folder: Path, content: str | bytes, name: str = "rows.csv") -> Table:
    """Write a file and read it."""
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_table(path)


def rows(folder: Path, content: str, name: str = "rows.csv") -> list[Row]:
    """Write a file and read its rows."""
    return list(table(folder, content, name).rows())


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_a_csv_is_read_whatever_excel_made_of_it(tmp_path: Path, encoding: str, separator: str) -> None:
    text = f'Title{separator}"Area, large"\r\n"Café – dunkel\r\nund hell"{separator}UI\r\n\r\nZwei{separator}\r\n'
    read = table(tmp_path, text.encode(encoding))
    assert read.columns == ("Title", "Area, large")
    assert tuple(read.rows()) == (
        Row(2, {"Title": "Café – dunkel\r\nund hell", "Area, large": "UI"}),
        Row(4, {"Title": "Zwei"}),
    )


def test_columns_of_one_name_are_read_as_one(tmp_path: Path) -> None:
    assert rows(tmp_path, "Summary,Labels,Labels\nDark,ui,theme\n")[0].cells["Labels"] == "ui, theme"


def test_json_lines_and_a_json_list_are_read(tmp_path: Path) -> None:
    lines = '{"title": "Dark", "tags": ["a", "b"], "effort": 2, "gone": null}\n\n{"title": "Light"}\n'
    cells = {"title": "Dark", "tags": "a, b", "effort": "2"}
    assert rows(tmp_path, lines, "rows.jsonl") == [Row(1, cells), Row(3, {"title": "Light"})]
    assert rows(tmp_path, f"[{lines.strip().replace(chr(10) * 2, ',')}]", "rows.json")[0].cells == cells


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("book.xlsx", b"PK\x03\x04", "is a workbook. Save the sheet as CSV"),
        ("rows.csv", b"a\x00b", "is no text"),
        ("rows.csv", b"", "has no rows"),
        ("rows.csv", b"title\n", "has no rows"),
        ("rows.csv", b'title\n"dark', "can't be read"),
        ("rows.json", b"[{", "not well formed"),
    ],
)
def test_a_file_without_rows_is_refused_in_a_sentence(tmp_path: Path, name: str, content: bytes, said: str) -> None:
    with pytest.raises(UnreadableFileError, match=said):
        table(tmp_path, content, name)
    with pytest.raises(UnreadableFileError, match="can't be opened"):
        read_table(tmp_path / "none.csv")


def test_a_row_that_falls_apart_says_so(tmp_path: Path) -> None:
    assert "it has 3 cells, and the header 1" in rows(tmp_path, "title\na,b,c\n")[0].problem
    assert "no JSON object" in rows(tmp_path, '{"title": "a"}\n[1]\nx\n', "rows.jsonl")[2].problem


@given(st.text())
def test_no_cell_of_an_export_is_a_formula_and_it_reads_back(text: str) -> None:
    safe = safe_cell(text)
    assert safe[:1] not in ("=", "+", "-", "@", "\t", "\r") if text else safe == ""
    assert safe == text or safe == f"'{text}"


@pytest.mark.parametrize(
    ("preset", "kind", "columns", "expected"),
    [
        ("jira", "roadmap", ("Summary", "Issue key", "Issue id", "Status", "Assignee", "Due date", "Component/s"),
         {"title": "Summary", "id": "Issue key", "status": "Status", "owner": "Assignee", "due": "Due date",
          "area": "Component/s"}),
        ("canny", "feedback", ("Post title", "Details", "Status", "Author name", "Post URL", "Created"),
         {"quote": "Details", "problem": "Post title", "said_by": "Author name", "link": "Post URL", "id": "Post URL",
          "date": "Created"}),
        ("productboard", "roadmap", ("Feature name", "Feature description", "Status", "Owner email", "Timeframe"),
         {"title": "Feature name", "summary": "Feature description", "status": "Status", "owner": "Owner email",
          "due": "Timeframe"}),
        ("productboard", "roadmap", ("entity_name", "description", "status_name", "entity_uuid", "pb_url"),
         {"title": "entity_name", "summary": "description", "status": "status_name", "id": "entity_uuid"}),
        # as its notes with their features are exported
        ("productboard", "feedback",
         ("feature_name", "feature_id", "parent_feature_id", "id", "created_at", "note_title", "note_text", "state",
          "creator_name", "creator_email", "owner_name", "owner_email", "user_name", "user_email", "company_name",
          "company_domain", "source_id", "source_url", "tags", "uuid", "last_updated_at", "company_uuid"),
         {"quote": "note_text", "problem": "note_title", "theme": "tags", "account": "company_name",
          "said_by": "user_name", "date": "created_at", "link": "source_url", "item": "feature_name", "id": "uuid"}),
        (None, "accounts", ("Company", "ARR (USD)", "Renewal date", "CSM"),
         {"name": "Company", "arr": "ARR (USD)", "renewal": "Renewal date", "owner": "CSM"}),
    ],
)  # fmt: skip
def test_the_columns_of_other_tools_are_known(
    preset: str | None, kind: str, columns: tuple[str, ...], expected: dict[str, str]
) -> None:
    assert find_columns(kind, columns, preset=preset).by_field == expected


def test_a_column_named_by_hand_goes_before_all_others() -> None:
    found = find_columns("roadmap", ("Title", "Epic name", "Notes"), mapped={"title": "epic  NAME"})
    assert found.by_field == {"title": "Epic name", "summary": "Notes"}
    assert found.unused == ("Title",)


@pytest.mark.parametrize(
    ("columns", "mapped", "said"),
    [
        (("Foo", "Bar"), {}, 'No column holds the title. The file has Foo, Bar. Name it: --map title="Foo".'),
        (("Foo",), {"titel": "Foo"}, 'There is no field "titel" in roadmap. The fields are title, summary'),
        (("Foo",), {"title": "Fo"}, 'There is no column "Fo". The file has Foo.'),
    ],
)
def test_columns_that_do_not_fit_are_named(columns: tuple[str, ...], mapped: dict[str, str], said: str) -> None:
    with pytest.raises(ColumnsError) as refused:
        find_columns("roadmap", columns, mapped=mapped)
    assert said in refused.value.message


@pytest.mark.parametrize(
    ("status", "lane"),
    [
        ("In Progress", "now"), ("⚙️ In development", "now"), ("Up next", "next"), ("planned", "next"),
        ("Under Review", "later"), ("under_review", "later"), ("Done", "shipped"), ("Complete", "shipped"),
        ("at risk", "now"),
    ],
)  # fmt: skip
def test_a_status_of_another_tool_says_which_lane_is_meant(status: str, lane: str) -> None:
    assert read_item(2, {"title": "Dark mode", "status": status}, CONTEXT).values["lane"] == lane


def test_an_item_is_read_with_what_it_hangs_on() -> None:
    cells = {
        "title": "Dark  mode", "lane": "Next", "status": "At risk", "owner": "mina.okafor@acme.example",
        "objective": "win back trust", "due": "Q1 2027 - Q2 2027", "effort": "2 weeks", "id": "PAY-12",
    }  # fmt: skip
    draft = read_item(2, cells, CONTEXT)
    assert (draft.key, draft.number, draft.unknown) == ("file:PAY-12", None, ())
    assert {**draft.values, "due": draft.values["due"].isoformat()} == {
        "title": "Dark mode", "lane": "next", "status": "at-risk", "owner": "UMINA", "objective_id": 11,
        "due": "2027-06-30", "due_grain": "quarter", "effort_weeks": 2.0,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("cell", "due"),
    [("2026-10-01", "2026-10-01"), ("15/Jan/27 3:04 PM", "2027-01-15"), ("2027-01-22T00:00:00Z", "2027-01-22"),
     ("Oct 2027", "2027-10-31"), ("2027 Q3", "2027-09-30")],
)  # fmt: skip
def test_dates_are_read_as_tools_write_them(cell: str, due: str) -> None:
    assert read_item(2, {"title": "Dark", "due": cell}, CONTEXT).values["due"].isoformat() == due


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ({"title": "x", "due": "someday"}, '"due" is "someday"; write 2026-10-01, Oct 2026 or Q4 2026'),
        ({"title": "x", "due": "10/11/2026"}, '"due" is "10/11/2026"; write'),
        ({"title": "x", "due": "tomorrow"}, '"due" is "tomorrow"; write'),
        ({"summary": "x"}, '"title" is empty'),
        ({"title": "x", "lane": "Shelf"}, '"lane" is "Shelf"; write now, next, later or shipped, or say where'),
        ({"title": "x", "status": "Won't do"}, "that is no place on a roadmap; leave such rows out with --skip-bad"),
        ({"title": "x", "effort": "nan"}, '"effort" is "nan"; write a number of weeks'),
        ({"title": "x", "visibility": "all"}, '"visibility" is "all"; write everyone, product, restricted'),
        ({"title": "x", "linchpin_id": "T1:FB-3"}, "leave it as the export wrote it"),
    ],
)
def test_a_wrong_cell_of_an_item_says_how_to_write_it(cells: dict[str, str], said: str) -> None:
    with pytest.raises(CellError) as refused:
        read_item(2, cells, CONTEXT)
    assert said in refused.value.message


def test_feedback_keeps_the_name_of_somebody_who_is_not_in_slack() -> None:
    cells = {
        "quote": "Too bright",
        "said_by": "Ann (Stark)",
        "weight": "Must have",
        "item": "PAY-7",
        "account": "Stark",
    }
    draft = read_note(2, cells, CONTEXT)
    assert draft.values["quote"] == "Too bright\n— Ann (Stark)"
    assert (draft.values["weight"], draft.values["item_id"], draft.account) == ("blocker", 33, "Stark")
    assert read_note(2, {"quote": "x", "said_by": "Mina Okafor"}, CONTEXT).values["said_by"] == "UMINA"
    assert read_note(2, {"quote": "x", "item": "Dark modes"}, CONTEXT).unknown == (("item", "Dark modes"),)


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ({"quote": "x", "date": "2031-01-01"}, "which is still to come"),
        ({"quote": "x", "date": "Q4"}, '"date" is "Q4"; write 2026-10-01'),
        ({"quote": "x", "link": "javascript:alert(1)"}, "write an address that begins with https://"),
        ({"quote": "x", "weight": "heavy"}, '"weight" is "heavy"; write nice, important, blocker'),
        ({"account": "Stark"}, '"quote" is empty'),
    ],
)
def test_a_wrong_cell_of_feedback_says_how_to_write_it(cells: dict[str, str], said: str) -> None:
    with pytest.raises(CellError) as refused:
        read_note(2, cells, CONTEXT)
    assert said in refused.value.message


@pytest.mark.parametrize(("cell", "arr"), [("$120,000", 120000), ("120k", 120000), ("1.2M", 1200000), ("99.50", 100)])
def test_revenue_is_read_as_people_write_it(cell: str, arr: int) -> None:
    assert read_account(2, {"name": "Stark", "arr": cell}, CONTEXT).values["arr"] == arr


def test_revenue_that_is_no_number_is_refused() -> None:
    with pytest.raises(CellError, match="write whole dollars a year"):
        read_account(2, {"name": "Stark", "arr": "plenty"}, CONTEXT)


def test_a_moment_is_kept_in_utc() -> None:
    draft = read_note(2, {"quote": "x", "date": "2026-10-01T14:30:00+02:00"}, CONTEXT)
    assert draft.values["captured_at"] == datetime(2026, 10, 1, 12, 30, tzinfo=UTC)
