"""Reading the cells of a row: what they mean here, or what is wrong with them and how to write it."""

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.errors import InvalidInputError
from bot.services.due import Due, parse_due
from bot.services.feedback import QUOTE_LENGTH
from bot.services.imports.words import KIND_WORDS, LANE_WORDS, NOT_PLANNED, WEIGHT_WORDS, name_of, word_key
from bot.services.items import TITLE_LENGTH
from storage.accounts import name_key
from storage.models import FeedbackVisibility, ItemVisibility, Lane, Status


class CellError(InvalidInputError):
    """That cell can't be read."""

    @property
    def field(self) -> str:
        """Return the field that is wrong, where it is one; the sentence begins with it."""
        found = re.match(r'"(\w+)"', self.message)
        return found[1] if found else ""


@dataclass(frozen=True)
class Context:
    """What the cells of a file may name, and how they are to be read."""

    team_id: str
    now: datetime
    source: str = "file"
    visibility: str | None = None
    """Who may see what the file does not say it of."""
    people: Mapping[str, str] = field(default_factory=dict)
    """Slack user ids, by id and by key of the name."""
    objectives: Mapping[str, int] = field(default_factory=dict)
    """Keys of objectives, by id (`obj-1`) and by key of the title."""
    items: Mapping[str, int] = field(default_factory=dict)
    """Keys of items, by id (`rm-12`), key of the title, and id where they came from."""
    lanes: Mapping[str, str] = field(default_factory=dict)
    """Lanes by words of the team's own."""


@dataclass(frozen=True)
class Draft:
    """A row, read."""

    row: int
    key: str
    """What it is called for good: where it came from and its id there; of an account, the key of its name."""
    number: int | None
    """The number it has here, when the file is an export of this very workspace."""
    values: dict[str, Any]
    """By column of the table; what the file does not say is left out."""
    account: str = ""
    """Name of the account."""
    unknown: tuple[tuple[str, str], ...] = ()
    """Names of people, objectives and items that nobody here has, each with its field."""


def read_item(number: int, cells: Mapping[str, str], context: Context) -> Draft:
    """Return an item of the roadmap. Raises CellError."""
    title = " ".join(_needed(cells, "title").split())
    values: dict[str, Any] = {"title": _cut(title, TITLE_LENGTH)}
    if summary := cells.get("summary", ""):
        values["summary"] = summary
    if len(title) > TITLE_LENGTH:
        values["summary"] = f"{title}\n\n{summary}".strip()
    if "area" in cells:
        values["area"] = cells["area"]
    values.update(_standing(cells, context))
    if "due" in cells:
        due = _due(cells["due"], context)
        values.update(due=due.date, due_grain=due.grain)
    if "effort" in cells:
        values["effort_weeks"] = _number("effort", re.sub(r"\s*w(?:eeks?)?$", "", cells["effort"].lower()), "3 or 0.5")
    if "visibility" in cells:
        values["visibility"] = _one_of("visibility", cells["visibility"], ItemVisibility)
    unknown = []
    for name, column, known in (
        ("owner", "owner", _people(context)),
        ("objective", "objective_id", _of(context.objectives)),
    ):
        if name in cells:
            found = known(cells[name])
            values.update({column: found} if found is not None else {})
            unknown += [] if found is not None else [(name, cells[name])]
    key, own = _key(cells, context, "RM", title)
    return Draft(number, key, own, values, unknown=tuple(unknown))


def read_note(number: int, cells: Mapping[str, str], context: Context) -> Draft:
    """Return a piece of feedback. Raises CellError."""
    words = cells.get("quote") or cells.get("problem") or _needed(cells, "quote")
    unknown: list[tuple[str, str]] = []
    values: dict[str, Any] = {}
    if "said_by" in cells:
        if said_by := _people(context)(cells["said_by"]):
            values["said_by"] = said_by
        else:
            words = f"{words}\n— {cells['said_by']}"
    values.update(quote=_cut(words, QUOTE_LENGTH), original=words)
    if "problem" in cells and cells["problem"] != cells.get("quote", cells["problem"]):
        values["problem"] = " ".join(cells["problem"].split())
    if "theme" in cells:
        values["theme"] = cells["theme"]
    for name, known in (("kind", KIND_WORDS), ("weight", WEIGHT_WORDS)):
        if name in cells:
            values[name] = _word(name, cells[name], known)
    if "date" in cells:
        values["captured_at"] = _moment(cells["date"], context)
    if "link" in cells:
        values["permalink"] = _link(cells["link"])
    if "visibility" in cells:
        values["visibility"] = _one_of("visibility", cells["visibility"], FeedbackVisibility)
    if "item" in cells:
        item = _of(context.items)(cells["item"])
        values.update({"item_id": item} if item is not None else {})
        unknown += [] if item is not None else [("item", cells["item"])]
    account = " ".join(cells.get("account", "").split())
    key, own = _key(cells, context, "FB", "\n".join((words, account, cells.get("date", ""))))
    return Draft(number, key, own, values, account, tuple(unknown))


def read_account(number: int, cells: Mapping[str, str], context: Context) -> Draft:
    """Return an account. Raises CellError."""
    name = " ".join(_needed(cells, "name").split())
    values: dict[str, Any] = {}
    unknown: tuple[tuple[str, str], ...] = ()
    if "arr" in cells:
        values["arr"] = _dollars(cells["arr"])
    if "renewal" in cells:
        values["renewal"] = _due(cells["renewal"], context, "renewal").date
    if "owner" in cells:
        owner = _people(context)(cells["owner"])
        values.update({"owner": owner} if owner else {})
        unknown = () if owner else (("owner", cells["owner"]),)
    return Draft(number, name_key(name), None, values, name, unknown)


READERS: Mapping[str, Callable[[int, Mapping[str, str], Context], Draft]] = {
    "roadmap": read_item,
    "feedback": read_note,
    "accounts": read_account,
}


def _standing(cells: Mapping[str, str], context: Context) -> dict[str, str]:
    """Return the lane and the status; a status of another tool says which lane is meant."""
    found: dict[str, str] = {}
    if "lane" in cells:
        found["lane"] = _lane("lane", cells["lane"], context)
    if "status" in cells:
        status = word_key(cells["status"]).replace(" ", "-")
        if status in list(Status) and status not in (Status.PLANNED, Status.SHIPPED, Status.IDEA):
            found["status"] = status
            found.setdefault("lane", Lane.NOW)
        elif status in list(Status):
            found["status"] = status
            found.setdefault("lane", LANE_WORDS[status])
        elif "lane" not in cells:
            found["lane"] = _lane("status", cells["status"], context)
    return found


def _lane(name: str, cell: str, context: Context) -> str:
    word = word_key(cell)
    lane = context.lanes.get(word) or LANE_WORDS.get(word)
    if lane is None:
        why = "that is no place on a roadmap; leave such rows out with --skip-bad" if word in NOT_PLANNED else (
            "write now, next, later or shipped"
        )  # fmt: skip
        raise CellError(
            f'"{name}" is "{_cut(cell, 40)}"; {why}, or say where it belongs: --lane "{_cut(cell, 40)}=later"'
        )
    return lane


def _key(cells: Mapping[str, str], context: Context, kind: str, words: str) -> tuple[str, int | None]:
    """Return what a row is called for good, and its number when it is one of ours."""
    if ours := cells.get("linchpin_id"):
        team_id, _, ref = ours.rpartition(":")
        match = re.fullmatch(rf"{kind}-([1-9][0-9]{{0,8}})", ref)
        if not match:
            raise CellError(f'"linchpin_id" is "{_cut(ours, 40)}"; leave it as the export wrote it, or empty')
        return f"linchpin:{ours}", int(match[1]) if team_id == context.team_id else None
    if "id" in cells:
        return f"{context.source}:{cells['id']}", None
    digest = hashlib.sha256(" ".join(words.split()).casefold().encode()).hexdigest()
    return f"{context.source}:#{digest[:16]}", None


def _people(context: Context) -> Callable[[str], str | None]:
    def find(cell: str) -> str | None:
        if mention := re.fullmatch(r"<@([UW][A-Z0-9]+)(?:\|[^>]*)?>", cell):
            return mention[1]
        return context.people.get(cell) or context.people.get(name_of(cell))

    return find


def _of(known: Mapping[str, int]) -> Callable[[str], int | None]:
    return lambda cell: known.get(word_key(cell))


def _needed(cells: Mapping[str, str], name: str) -> str:
    if name not in cells:
        raise CellError(f'"{name}" is empty')
    return cells[name]


def _due(cell: str, context: Context, name: str = "due") -> Due:
    due = _date(re.split(r" (?:-|–|—|to) ", cell)[-1], context)
    if due is None:
        raise CellError(f'"{name}" is "{_cut(cell, 40)}"; write 2026-10-01, Oct 2026 or Q4 2026')
    return due


def _date(cell: str, context: Context) -> Due | None:
    """Read a date as people write it, or as Jira does: 15/Jan/26 3:04 PM."""
    words = re.sub(r"[T ]\d{1,2}:\d{2}.*$", "", cell.strip())
    if jira := re.fullmatch(r"(\d{1,2})/([A-Za-z]{3})/(\d{2}|\d{4})", words):
        year = jira[3] if len(jira[3]) == 4 else f"20{jira[3]}"
        words = f"{jira[1]} {jira[2]} {year}"
    if not re.search(r"\d", words) or re.fullmatch(r"\d+", words):  # "tomorrow" was another day when it was written
        return None
    return parse_due(words, context.now, "UTC")


def _moment(cell: str, context: Context) -> datetime:
    when: datetime | None
    try:
        when = datetime.fromisoformat(cell.replace(" UTC", "+00:00"))
    except ValueError:
        due = _date(cell, context)
        when = datetime(due.date.year, due.date.month, due.date.day, tzinfo=UTC) if due and due.grain == "day" else None
    if when is None:
        raise CellError(f'"date" is "{_cut(cell, 40)}"; write 2026-10-01 or 2026-10-01T14:30:00Z')
    when = when if when.tzinfo else when.replace(tzinfo=UTC)
    if when > context.now + timedelta(days=1):
        raise CellError(f'"date" is "{_cut(cell, 40)}", which is still to come')
    return when.astimezone(UTC)


def _dollars(cell: str) -> int:
    match = re.fullmatch(
        r"(?:USD|US\$|\$|€|£)?\s*([0-9][0-9,' ]*(?:\.[0-9]+)?)\s*([km])?(?:\s*USD)?", cell, re.IGNORECASE
    )
    if not match:
        raise CellError(f'"arr" is "{_cut(cell, 40)}"; write whole dollars a year, such as 120000, $120,000 or 120k')
    factor = {"k": 1_000, "m": 1_000_000}.get((match[2] or "").lower(), 1)
    return min(round(float(re.sub(r"[,' ]", "", match[1])) * factor), 2**31 - 1)


def _number(name: str, cell: str, example: str) -> float:
    try:
        value = float(cell)
    except ValueError:
        value = -1.0
    if not 0 <= value < 1000:
        raise CellError(f'"{name}" is "{_cut(cell, 40)}"; write a number of weeks, such as {example}')
    return value


def _link(cell: str) -> str:
    if not re.fullmatch(r"https?://[^\s<>|]+", cell):
        raise CellError(f'"link" is "{_cut(cell, 40)}"; write an address that begins with https://')
    return cell


def _word(name: str, cell: str, known: Mapping[str, str]) -> str:
    if (word := word_key(cell)) not in known:
        raise CellError(f'"{name}" is "{_cut(cell, 40)}"; write {", ".join(dict.fromkeys(known.values()))}')
    return known[word]


def _one_of(name: str, cell: str, choices: Any) -> str:
    return _word(name, cell, {str(one): str(one) for one in choices})


def _cut(text: str, length: int) -> str:
    return text if len(text) <= length else f"{text[: length - 1].rstrip()}…"
