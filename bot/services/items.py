"""Changing what is written of an item: each field with its line of history, and nobody's words over another's."""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import datetime

from bot.errors import BotError
from bot.services import access, news, roadmap, search
from bot.services.due import Due, due_of, write_due
from storage import causes, history
from storage import objectives as objective_rows
from storage import roadmap as rows
from storage.database import Read, Session, Write
from storage.models import Change, Item, ItemVisibility, Objective, Reader, Role

SUMMARY_LENGTH = 3000
"""What Slack takes in one field of a form."""


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


class ChangedMeanwhileError(BotError):
    """Somebody else has changed this item while you were writing."""

    def __init__(self, form: Form, changes: tuple[Change, ...]) -> None:
        super().__init__()
        self.form = form
        """The item as it is now."""
        self.changes = changes
        """What changed meanwhile, newest first."""


@Read
def form(session: Session, *, reader: Reader, number: int | None) -> Form:
    """Return what the form of an item holds; of a new one, where there is no number."""
    access.require(reader, Role.PM, "edit items" if number is not None else "add items")
    if number is None:
        return Form(Draft("", owner=reader.user_id), _objectives(session, reader))
    return _form(session, reader, roadmap.get(session, reader, number))


@Write
def add(session: Session, *, by: Reader, draft: Draft, cause: str, now: datetime) -> Item:
    """Put a new item on the roadmap, in "later", with all that its form holds."""
    access.require(by, Role.PM, "add items")
    _check(draft)
    if not causes.claim(session, team_id=by.team_id, cause=cause, now=now):
        return roadmap.earlier(session, by, cause)
    item = roadmap.enter(session, by, draft.title, cause=cause, now=now, owner=draft.owner)
    _write(session, by, item, draft)
    return item


@Write
def edit(session: Session, *, by: Reader, number: int, draft: Draft, seen: datetime, cause: str, now: datetime) -> Item:
    """Change an item to what its form holds; `seen` is the item's `updated_at` when the form was filled from it.

    Raises ChangedMeanwhileError where somebody else has changed it since.
    """
    access.require(by, Role.PM, "edit items")
    _check(draft)
    item = roadmap.get(session, by, number, lock=True)
    if causes.find_result(session, team_id=by.team_id, cause=cause) is not None:
        return item
    if item.updated_at != seen:
        changes = history.search(session, team_id=by.team_id, refs=[item.ref], since=seen, limit=5)
        raise ChangedMeanwhileError(_form(session, by, item), tuple(changes))
    if not causes.claim(session, team_id=by.team_id, cause=cause, now=now):
        return item
    causes.mark_result(session, team_id=by.team_id, cause=cause, result=item.ref)
    before = _form(session, by, item).draft
    _write(session, by, item, draft)
    changed = _note_all(session, by, item, before, _form(session, by, item).draft, cause, now)
    if changed:
        item.updated_at = now
        session.add(item)
        roadmap.refresh_cards(session, item, cause=cause)
    if "due" in changed:
        news.tell(session, item, by=by.user_id, cause=cause, now=now)
    return item


def in_form(summary: str) -> str:
    """Return a summary as its form shows it: an imported one may be longer than a form has room for."""
    text = summary.strip()
    return text if len(text) <= SUMMARY_LENGTH else f"{text[: SUMMARY_LENGTH - 1].strip()}…"


def _check(draft: Draft) -> None:
    if not draft.title.strip():
        raise roadmap.TitleNeededError()


def _form(session: Session, reader: Reader, item: Item) -> Form:
    every = _objectives(session, reader)
    aim = next((one.number for one in every if one.id == item.objective_id), None)
    named = rows.readers(session, team_id=item.team_id, item_id=item.id or 0)
    draft = Draft(
        item.title, item.summary, item.area, item.owner, aim, due_of(item), item.effort_weeks, item.visibility,
        frozenset(named),
    )  # fmt: skip
    return Form(draft, every, item)


def _objectives(session: Session, reader: Reader) -> tuple[Objective, ...]:
    return tuple(objective_rows.search(session, team_id=reader.team_id))


def _write(session: Session, by: Reader, item: Item, draft: Draft) -> None:
    aim = roadmap.aim_of(session, by, draft.objective)
    item.title, item.area = roadmap.title_of(draft.title), draft.area.strip()
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


def _note_all(
    session: Session, by: Reader, item: Item, before: Draft, after: Draft, cause: str, now: datetime
) -> list[str]:
    """Write a line of history for each field that is different now, and return their names."""
    names = [one.name for one in fields(Draft) if getattr(before, one.name) != getattr(after, one.name)]
    for name in names:
        was, is_ = (_shown(name, getattr(one, name)) for one in (before, after))
        history.add(
            session, team_id=by.team_id, ref=item.ref, at=now, by=by.user_id, field=name, before=was, after=is_,
            cause=cause,
        )  # fmt: skip
    return names


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
