"""Checking a file before anything of it is written: every row, against what is known here."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from bot.services.imports.cells import READERS, CellError, Context, Draft
from bot.services.imports.columns import find_columns
from bot.services.imports.reading import Row, read_table
from bot.services.imports.words import name_of, word_key
from storage import imports as rows
from storage import objectives, people
from storage.database import Database, Read, Session
from storage.scratch import Scratch

LISTED = 20
"""Different things wrong with a file that are listed."""
ROWS_NAMED = 3
"""Rows that are named where one thing is wrong with many."""
NAMES = 1000
"""Unknown names of a field that are counted: a file that has more is told of these."""


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


class Problems:
    """What is wrong with a file: each thing once, with the rows that it is wrong with."""

    def __init__(self) -> None:
        self._rows: dict[str, list[int]] = {}
        self._counts: Counter[str] = Counter()
        self.more = 0
        """How often anything else is wrong, which is not listed."""

    def add(self, row: int, said: str) -> None:
        """Note what is wrong with a row."""
        if said not in self._rows and len(self._rows) == LISTED:
            self.more += 1
            return
        self._counts[said] += 1
        if len(named := self._rows.setdefault(said, [])) < ROWS_NAMED:
            named.append(row)

    def lines(self) -> list[str]:
        """Return a line for each thing: `row 17: "due" is "someday"; write …`, or `rows 3, 4, 5 and 22 more: …`."""
        return [f"{_rows_named(named, self._counts[said])}: {said}" for said, named in self._rows.items()]


@dataclass(frozen=True)
class Checked:
    """A file, read and checked."""

    drafts: Scratch[Draft]
    problems: Problems
    wrong: int
    """How many rows have a problem."""
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
    context = await _context(database, team_id=team_id, now=now)
    context = replace(
        context,
        source=wanted.source or wanted.preset or "file",
        visibility=wanted.visibility,
        lanes={word_key(word): lane for word, lane in (wanted.lanes or {}).items()},
    )
    drafts: Scratch[Draft] = Scratch()
    problems = Problems()
    wrong = 0
    unknown: dict[str, Counter[str]] = {}
    for row in table.rows():
        draft, said = _read(wanted.kind, row, columns.cells(row.cells), context, drafts)
        wrong += bool(said)
        for one in said:
            problems.add(row.number, one)
        for field, name in draft.unknown if draft else ():
            names = unknown.setdefault(field, Counter())
            if name in names or len(names) < NAMES:
                names[name] += 1
    return Checked(drafts, problems, wrong, unknown, columns.by_field, columns.unused)


def _read(
    kind: str, row: Row, cells: dict[str, str], context: Context, drafts: Scratch[Draft]
) -> tuple[Draft | None, list[str]]:
    """Keep a row where it can be read; return it, or all that is wrong with it."""
    if row.problem:
        return None, [row.problem]
    problems: list[str] = []
    while True:
        try:
            draft = READERS[kind](row.number, cells, context)
        except CellError as error:
            problems.append(error.message)
            if cells.pop(error.field, None) is None:
                return None, problems
        else:
            break
    if problems:
        return None, problems
    if (earlier := drafts.add(draft.key, row.number, draft)) is not None:
        same = "id" if "id" in cells or "linchpin_id" in cells else "words" if kind == "feedback" else "name"
        return None, [f"it has the same {same} as row {earlier}"]
    return draft, []


def _rows_named(named: Sequence[int], count: int) -> str:
    if count == 1:
        return f"row {named[0]}"
    shown = [str(row) for row in named]
    *first, last = [*shown, f"{count - len(shown)} more"] if count > len(shown) else shown
    return f"rows {', '.join(first)} and {last}"


@Read
def _context(session: Session, *, team_id: str, now: datetime) -> Context:
    known = people.search(session, team_id=team_id)
    aims = objectives.search(session, team_id=team_id)
    items: dict[str, int] = {}
    for key, number, title, imported_as in rows.items_by_name(session, team_id=team_id):
        there = (imported_as or "").partition(":")[2]
        items.update({word_key(title): key} | ({word_key(there): key} if there else {}) | {f"rm {number}": key})
    return Context(
        team_id=team_id,
        now=now,
        people={name_of(one.name): one.user_id for one in known} | {one.user_id: one.user_id for one in known},
        objectives={word_key(one.title): one.id or 0 for one in aims}
        | {word_key(one.ref): one.id or 0 for one in aims},
        items=items,
    )
