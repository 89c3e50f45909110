"""Checking a file before anything of it is written: every row, against what is known here."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from bot.services.imports.cells import READERS, Around, CellError, Draft
from bot.services.imports.columns import find_columns
from bot.services.imports.reading import Row, read_table
from bot.services.imports.words import name_of, word_key
from storage import imports as rows
from storage import objectives, people
from storage.database import Database, Read, Session


@dataclass(frozen=True)
class Wanted:
    """A file, and how it is to be read."""

    kind: str
    """`roadmap`, `feedback` or `accounts`."""
    path: Path
    preset: str | None = None
    source: str | None = None
    """What the place is called that the ids come from; by default the preset's name, or `file`."""
    columns: Mapping[str, str] | None = None
    """Columns by field, where they are named by hand."""
    lanes: Mapping[str, str] | None = None
    """Lanes by words of the team's own."""
    visibility: str | None = None


@dataclass(frozen=True)
class Checked:
    """A file, read and checked."""

    drafts: tuple[Draft, ...]
    problems: tuple[str, ...]
    """A sentence for each cell that is wrong: `row 17: "due" is "someday"; write …`."""
    wrong: int
    """How many rows these are."""
    unknown: Mapping[str, Counter[str]]
    """By field, the names of people, objectives and items that nobody here has, with how often they occur."""
    columns: Mapping[str, str]
    unused: tuple[str, ...]
    """Columns that hold nothing we keep."""


async def check(database: Database, *, team_id: str, wanted: Wanted, now: datetime) -> Checked:
    """Read a file and check each row; nothing is written.

    Raises UnreadableFileError and ColumnsError, which say what to do.
    """
    table = read_table(wanted.path)
    columns = find_columns(wanted.kind, table.columns, preset=wanted.preset, mapped=wanted.columns)
    around = await _surroundings(database, team_id=team_id, now=now)
    around = replace(
        around,
        source=wanted.source or wanted.preset or "file",
        visibility=wanted.visibility,
        lanes={word_key(word): lane for word, lane in (wanted.lanes or {}).items()},
    )
    drafts: dict[str, Draft] = {}
    problems: list[str] = []
    wrong = 0
    unknown: dict[str, Counter[str]] = {}
    for row in table.rows:
        draft = _read(wanted.kind, row, columns.cells(row.cells), around, drafts)
        if not isinstance(draft, Draft):
            wrong += 1
            problems += [f"row {row.number}: {one}" for one in draft]
            continue
        drafts[draft.key] = draft
        for field, name in draft.unknown:
            unknown.setdefault(field, Counter())[name] += 1
    return Checked(tuple(drafts.values()), tuple(problems), wrong, unknown, columns.by_field, columns.unused)


def _read(
    kind: str, row: Row, cells: dict[str, str], around: Around, earlier: Mapping[str, Draft]
) -> Draft | list[str]:
    """Return a row, read, or all that is wrong with it."""
    if row.problem:
        return [row.problem]
    problems: list[str] = []
    while True:
        try:
            draft = READERS[kind](row.number, cells, around)
        except CellError as error:
            problems.append(error.message)
            if cells.pop(error.field, None) is None:
                return problems
        else:
            break
    if draft.key in earlier:
        same = "id" if "id" in cells or "linchpin_id" in cells else "words" if kind == "feedback" else "name"
        problems.append(f"it has the same {same} as row {earlier[draft.key].row}")
    return problems or draft


@Read
def _surroundings(session: Session, *, team_id: str, now: datetime) -> Around:
    known = people.search(session, team_id=team_id)
    aims = objectives.search(session, team_id=team_id)
    items: dict[str, int] = {}
    for key, number, title, imported_as in rows.items_by_name(session, team_id=team_id):
        there = (imported_as or "").partition(":")[2]
        items.update({word_key(title): key} | ({word_key(there): key} if there else {}) | {f"rm {number}": key})
    return Around(
        team_id=team_id,
        now=now,
        people={name_of(one.name): one.user_id for one in known} | {one.user_id: one.user_id for one in known},
        objectives={word_key(one.title): one.id or 0 for one in aims}
        | {word_key(one.ref): one.id or 0 for one in aims},
        items=items,
    )
