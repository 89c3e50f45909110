"""Items: added, and what is written of them changed, each field with its line of history."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.errors import InvalidInputError, NotFoundError
from bot.services import access, feedback_cards, news, roadmap, search
from bot.services.due import Due, due_of, write_due
from bot.services.lanes import STATUS_IN, lane_of
from bot.services.meanwhile import ChangedMeanwhileError, Marks, marks, together
from storage import causes, history
from storage import objectives as objective_rows
from storage import roadmap as rows
from storage.database import Read, Session, Write
from storage.models import Change, Item, ItemVisibility, Lane, Objective, Reader, Role

TITLE_LENGTH = 140
SUMMARY_LENGTH = 3000
"""What Slack takes in one field of a form."""


class UnknownObjectiveError(NotFoundError):
    """I can't find that objective."""


class TitleNeededError(InvalidInputError):
    """An item needs a title. Try `/roadmap add Dark mode`."""


@dataclass(frozen=True)
class Draft:
    """What an item's form holds."""

    title: str
    summary: str = ""
    area: str = ""
    owner: str | None = None
    objective: int | None = None
    """Its number."""
    due: Due | None = None
    effort_weeks: float | None = None
    visibility: str = ItemVisibility.EVERYONE
    readers: frozenset[str] = frozenset()
    """Slack user ids of those who may read a restricted item."""


@dataclass(frozen=True)
class Form:
    """An item as its form needs it."""

    draft: Draft
    objectives: tuple[Objective, ...]
    """All to choose from."""
    item: Item | None = None
    """None for a new one."""
    seen: Marks = field(default_factory=dict)
    """The marks of what it is filled with."""
    now: Draft | None = None
    """What is stored, where somebody else has changed it meanwhile."""
    changes: tuple[Change, ...] = ()
    """How they have changed what its writer has changed, too: the last change of each field."""


@Read
def form(session: Session, *, reader: Reader, number: int | None) -> Form:
    """Return what the form of an item holds; of a new one, where there is no number."""
    access.require(reader, Role.PM, "edit items" if number is not None else "add items")
    if number is None:
        return Form(Draft("", owner=reader.user_id), _objectives(session, reader))
    return _form(session, reader, roadmap.get(session, reader, number))


@Read
def form_again(session: Session, *, reader: Reader, number: int, meanwhile: ChangedMeanwhileError) -> Form:
    """Return the form of an item that two have changed, for the one who came second."""
    item = roadmap.get(session, reader, number)
    found = history.search(session, team_id=reader.team_id, refs=[item.ref], fields=meanwhile.both, limit=50)
    last = {one.field: one for one in reversed(found)}
    stored = Draft(**meanwhile.now)
    return Form(
        Draft(**meanwhile.held), _objectives(session, reader), item, meanwhile.seen, stored, tuple(last.values())
    )


@Write
def add(session: Session, *, by: Reader, draft: Draft, cause: str, now: datetime, lane: str = Lane.LATER) -> Item:
    """Put a new item on the roadmap, in "later" unless told otherwise."""
    access.require(by, Role.PM, "add items")
    _check(draft)
    standing = lane_of(lane)
    if not causes.claim(session, team_id=by.team_id, cause=cause, now=now):
        return roadmap.earlier(session, by, cause)
    item = _enter(session, by, draft, standing, cause, now)
    _write(session, by, item, draft)
    return item


@Write
def edit(session: Session, *, by: Reader, number: int, draft: Draft, seen: Marks, cause: str, now: datetime) -> Item:
    """Change an item to what its form holds; `seen` are the marks of what the form was filled with.

    Raises ChangedMeanwhileError.
    """
    access.require(by, Role.PM, "edit items")
    _check(draft)
    item = roadmap.get(session, by, number, lock=True)
    if causes.find_result(session, team_id=by.team_id, cause=cause) is not None:
        return item
    before = _form(session, by, item).draft
    draft = Draft(**together(_shown_of(draft), _shown_of(before), seen))
    if not causes.claim(session, team_id=by.team_id, cause=cause, now=now):
        return item
    causes.mark_result(session, team_id=by.team_id, cause=cause, result=item.ref)
    _write(session, by, item, draft)
    was, is_ = _told(before), _told(_form(session, by, item).draft)
    changed = history.add_differences(
        session, team_id=by.team_id, ref=item.ref, at=now, by=by.user_id, before=was, after=is_, cause=cause
    )
    if changed:
        item.updated_at = now
        session.add(item)
        feedback_cards.refresh_of(session, item, cause=cause)
    if "due" in changed:
        news.tell(session, item, by=by.user_id, cause=cause, now=now)
    return item


def in_form(summary: str) -> str:
    """Return a summary as its form shows it: an imported one may be longer than a form has room for."""
    text = summary.strip()
    return text if len(text) <= SUMMARY_LENGTH else f"{text[: SUMMARY_LENGTH - 1].strip()}…"


def _check(draft: Draft) -> None:
    if not draft.title.strip():
        raise TitleNeededError()


def _enter(session: Session, by: Reader, draft: Draft, lane: Lane, cause: str, now: datetime) -> Item:
    """Give an item its number, its place and its first line of history; the cause has made it."""
    item = Item(
        team_id=by.team_id, number=0, title=_one_line(draft.title), lane=lane, status=STATUS_IN[lane],
        owner=draft.owner, created_at=now, created_by=by.user_id, updated_at=now, confirmed_at=now,
        confirmed_by=by.user_id,
    )  # fmt: skip
    rows.add(session, item=item)
    history.add(
        session, team_id=by.team_id, ref=item.ref, at=now, by=by.user_id, field="created", before=None,
        after=item.title, cause=cause,
    )  # fmt: skip
    causes.mark_result(session, team_id=by.team_id, cause=cause, result=item.ref)
    return item


def _one_line(typed: str) -> str:
    """Return a title as it is kept: one line, not too long."""
    return " ".join(typed.split())[:TITLE_LENGTH]


def _aim(session: Session, reader: Reader, number: int | None) -> Objective | None:
    """Return the objective with that number, None without one. Raises UnknownObjectiveError."""
    if number is None:
        return None
    aim = objective_rows.find(session, team_id=reader.team_id, number=number)
    if aim is None:
        every = ", ".join(f"{one.ref} {one.title}" for one in objective_rows.search(session, team_id=reader.team_id))
        raise UnknownObjectiveError(f"I can't find OBJ-{number}. " + (f"There is {every}." if every else ""))
    return aim


def _form(session: Session, reader: Reader, item: Item) -> Form:
    every = _objectives(session, reader)
    aim = next((one.number for one in every if one.id == item.objective_id), None)
    named = rows.readers(session, team_id=item.team_id, item_id=item.id or 0)
    draft = Draft(
        item.title, item.summary, item.area, item.owner, aim, due_of(item), item.effort_weeks, item.visibility,
        frozenset(named),
    )  # fmt: skip
    return Form(draft, every, item, marks(_shown_of(draft)))


def _shown_of(draft: Draft) -> dict[str, Any]:
    """Return the fields of a draft as its form shows them."""
    return {**vars(draft), "summary": in_form(draft.summary)}


def _objectives(session: Session, reader: Reader) -> tuple[Objective, ...]:
    return tuple(objective_rows.search(session, team_id=reader.team_id))


def _write(session: Session, by: Reader, item: Item, draft: Draft) -> None:
    aim = _aim(session, by, draft.objective)
    item.title, item.area = _one_line(draft.title), draft.area.strip()
    if draft.summary.strip() != in_form(item.summary):  # what the form had no room for stays
        item.summary = draft.summary.strip()
    item.owner, item.objective_id = draft.owner, aim.id if aim else None
    item.due, item.due_grain = (draft.due.date, draft.due.grain) if draft.due else (None, "day")
    item.effort_weeks, item.visibility = draft.effort_weeks, draft.visibility
    session.add(item)
    session.flush()
    _name_readers(session, by, item, draft)
    search.index_item(session, item)


def _name_readers(session: Session, by: Reader, item: Item, draft: Draft) -> None:
    wanted = set(draft.readers) if draft.visibility == ItemVisibility.RESTRICTED else set()
    if draft.visibility == ItemVisibility.RESTRICTED and by.user_id != item.owner and by.role is not Role.ADMIN:
        wanted.add(by.user_id)  # nobody shuts themselves out of what they are writing
    named = set(rows.readers(session, team_id=item.team_id, item_id=item.id or 0))
    for user_id in sorted(wanted - named):
        rows.add_reader(session, team_id=item.team_id, item_id=item.id or 0, user_id=user_id)
    for user_id in sorted(named - wanted):
        rows.remove_reader(session, team_id=item.team_id, item_id=item.id or 0, user_id=user_id)
    session.flush()


def _told(draft: Draft) -> dict[str, str | None]:
    """Return the fields of a draft as history tells them."""
    return {name: _shown(name, value) for name, value in vars(draft).items()}


def _shown(name: str, value: object) -> str | None:
    if name == "due":
        return write_due(value if isinstance(value, Due) else None)
    if name == "objective" and value is not None:
        return f"OBJ-{value}"
    if isinstance(value, float):
        return f"{value:g}"
    if isinstance(value, frozenset):
        return _listed(str(one) for one in value) or None
    return str(value) if value else None


def _listed(names: Iterable[str]) -> str:
    return ",".join(sorted(names))
