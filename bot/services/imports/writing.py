"""The transactions of an import."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot import jobs
from bot.errors import NotSavedError
from bot.services import feedback_cards, search
from bot.services.due import due_of, write_due
from bot.services.imports.cells import Draft
from bot.services.imports.comparing import TABLES, account_names, differences, existing
from bot.services.lanes import STATUS_IN
from storage import accounts, history, numbers, objectives
from storage import imports as rows
from storage import search as texts
from storage.accounts import name_key
from storage.database import Read, Session, Write
from storage.models import IMPORTER, Feedback, FeedbackVisibility, ImportBatch, Item, ItemVisibility, Lane

_PREFIX = {"roadmap": "RM", "feedback": "FB"}
_FIELD_OF = {"objective_id": "objective", "item_id": "item"}


class CutShortError(NotSavedError):
    """Another import ran at the same time, so nothing of this one is shown. Please run it again."""


@Write
def begin(session: Session, *, team_id: str, kind: str, source: str, now: datetime) -> int:
    """Begin an import and return its key."""
    return rows.begin(session, team_id=team_id, kind=kind, source=source, now=now)


@Read
def unfinished(session: Session, *, team_id: str) -> list[ImportBatch]:
    """List imports that were cut off."""
    return rows.unfinished(session, team_id=team_id)


@Write
def drop(session: Session, *, team_id: str, batch_id: int, limit: int, now: datetime) -> int:
    """Clear away some of what an import left that was never shown; return how much it was."""
    return rows.drop(session, team_id=team_id, batch_id=batch_id, limit=limit, now=now)


@Write
def stage(
    session: Session, *, team_id: str, kind: str, drafts: Sequence[Draft], batch_id: int, visibility: str | None,
    now: datetime,
) -> None:  # fmt: skip
    """Bring new rows in, unseen. Raises CutShortError when another import has cleared this one away."""
    if rows.find_open(session, team_id=team_id, batch_id=batch_id) is None:
        raise CutShortError()
    given = numbers.take_numbers(session, team_id=team_id, kind=_PREFIX[kind], count=len(drafts))
    named = accounts.keys_of(session, team_id=team_id, names={one.account for one in drafts if one.account})
    base = _item_base(visibility, now) if kind == "roadmap" else _note_base(visibility, now)
    told: list[dict[str, Any]] = []
    for number, draft in zip(given, drafts, strict=True):
        fixed = {"team_id": team_id, "number": number, "imported_as": draft.key, "import_id": batch_id}
        if kind == "roadmap":
            told.append(_item(draft, {**base, **fixed}))
        else:
            told.append(_note(draft, {**base, **fixed, "account_id": named.get(name_key(draft.account))}))
    rows.stage(session, team_id=team_id, table=TABLES[kind], rows=told)


@Write
def show(
    session: Session, *, team_id: str, kind: str, batch_id: int, expected: int, changed: Sequence[Draft], now: datetime
) -> None:
    """Let everybody see what came in, and what changed with it, all at once.

    Raises CutShortError when some of what came in is not there.
    """
    if rows.count(session, team_id=team_id, table=TABLES[kind], batch_id=batch_id) != expected:
        raise CutShortError()
    if rows.show(session, team_id=team_id, batch_id=batch_id):
        # For when this process ends before it has done so itself.
        jobs.defer(
            session, team_id=team_id, key=f"finish_import:{batch_id}", task="finish_import", args={"batch": batch_id}
        )
    _change(session, team_id=team_id, kind=kind, drafts=changed, batch_id=batch_id, now=now)


@dataclass(frozen=True)
class Arrival:
    """A row that an import brought, with what is still to be written of it."""

    key: int
    ref: str
    told: str
    """What history says of it."""
    title: str
    body: str
    """The words by which it is found, stemmed."""


@Read
def arrivals(session: Session, *, team_id: str, batch_id: int, after: int, limit: int) -> list[Arrival]:
    """Read some of what an import brought, from behind a key; stemming takes longer than `index` may."""
    batch = rows.find_open(session, team_id=team_id, batch_id=batch_id, lock=False)
    if batch is None or batch.kind not in TABLES:
        return []
    table = TABLES[batch.kind]
    some = rows.rows_of(session, team_id=team_id, table=table, batch_id=batch_id, after=after, limit=limit)
    ids = {row.account_id for row in some if isinstance(row, Feedback) and row.account_id is not None}
    told = search.documents(some, accounts=accounts.names(session, team_id=team_id, ids=ids))
    return [
        Arrival(row.id or 0, ref, row.title if isinstance(row, Item) else row.visibility, title, body)
        for row, (ref, title, body) in zip(some, told, strict=True)
    ]


@Write
def index(session: Session, *, team_id: str, batch_id: int, arrivals: Sequence[Arrival], now: datetime) -> None:
    """Let rows be found by words, but for those whose words were taken back meanwhile, and begin their history."""
    batch = rows.find_open(session, team_id=team_id, batch_id=batch_id)
    if batch is None:
        return
    told = history.told(session, team_id=team_id, refs=[one.ref for one in arrivals], field="imported")
    new = [one for one in arrivals if one.ref not in told]
    standing = rows.standing(session, team_id=team_id, table=TABLES[batch.kind], ids=[one.key for one in new])
    # Where a row was edited meanwhile, it is in the index by its new words, and these stay.
    documents = [(one.ref, one.title, one.body) for one in new if one.key in standing]
    texts.index_new(session, team_id=team_id, documents=documents)
    history.add_many(
        session, team_id=team_id, said={one.ref: one.told for one in new}, at=now, by=IMPORTER, field="imported",
        reason=batch.source, cause=f"import:{batch_id}",
    )  # fmt: skip


@Write
def close(session: Session, *, team_id: str, batch_id: int, now: datetime) -> None:
    """Note that an import is through."""
    batch = rows.find_open(session, team_id=team_id, batch_id=batch_id)
    if batch is not None:
        batch.done, batch.done_at = True, now
        session.add(batch)


@Write
def change(session: Session, *, team_id: str, kind: str, drafts: Sequence[Draft], batch_id: int, now: datetime) -> None:
    """Change rows to what the file says, each with its history."""
    _change(session, team_id=team_id, kind=kind, drafts=drafts, batch_id=batch_id, now=now)


def _change(
    session: Session, *, team_id: str, kind: str, drafts: Sequence[Draft], batch_id: int, now: datetime
) -> None:
    known = existing(session, team_id=team_id, kind=kind, drafts=drafts, lock=True)
    names = account_names(session, team_id, known.values())
    for draft in drafts:
        row = known.get(draft.key)
        told = differences(row, draft, names) if row is not None else {}
        if told and isinstance(row, Item):
            _change_item(session, row, told, f"import:{batch_id}", now)
        elif told and isinstance(row, Feedback):
            _change_note(session, row, draft, told, f"import:{batch_id}", now)


@Write
def keep_accounts(session: Session, *, team_id: str, drafts: Sequence[Draft]) -> None:
    """Keep accounts as the file says, new ones too."""
    for draft in drafts:
        account = accounts.add_or_get(session, team_id=team_id, name=draft.account)
        for column, value in draft.values.items():
            setattr(account, column, value)
        session.add(account)


def _item_base(visibility: str | None, now: datetime) -> dict[str, Any]:
    item = Item(
        team_id="", number=0, title="", visibility=visibility or ItemVisibility.EVERYONE, created_at=now,
        created_by=IMPORTER, updated_at=now,
    )  # fmt: skip
    return item.model_dump(exclude={"id"})


def _item(draft: Draft, base: dict[str, Any]) -> dict[str, Any]:
    lane = Lane(draft.values.get("lane", Lane.LATER))
    return {**base, "lane": lane, "status": STATUS_IN[lane], **draft.values}


def _note_base(visibility: str | None, now: datetime) -> dict[str, Any]:
    note = Feedback(
        team_id="", number=0, quote="", original="", visibility=visibility or FeedbackVisibility.PRODUCT,
        captured_by=IMPORTER, captured_at=now, touched=True,
    )  # fmt: skip
    return note.model_dump(exclude={"id"})


def _note(draft: Draft, base: dict[str, Any]) -> dict[str, Any]:
    values = {**base, **draft.values}
    if values["visibility"] == FeedbackVisibility.MEMBERS:  # of a channel that is not here
        values["visibility"] = FeedbackVisibility.PRODUCT
    return values


def _change_item(session: Session, item: Item, told: dict[str, tuple[Any, Any]], cause: str, now: datetime) -> None:
    was_due = write_due(due_of(item))
    for column, (before, after) in told.items():
        setattr(item, column, after)
        if column not in ("due", "due_grain"):
            here, there = (_shown(session, item.team_id, column, value) for value in (before, after))
            _note_change(session, item, _FIELD_OF.get(column, column), here, there, cause, now)
    if was_due != (due := write_due(due_of(item))):
        _note_change(session, item, "due", was_due, due, cause, now)
    if "lane" in told and "status" not in told and item.status != (status := STATUS_IN[Lane(item.lane)]):
        _note_change(session, item, "status", item.status, status, cause, now)
        item.status = status
    item.updated_at = now
    session.add(item)
    search.index_item(session, item)
    feedback_cards.refresh_of(session, item, cause=cause)


def _change_note(
    session: Session, note: Feedback, draft: Draft, told: dict[str, tuple[Any, Any]], cause: str, now: datetime
) -> None:
    for column, (before, after) in told.items():
        if column == "account_id":
            note.account_id = _account_id(session, note.team_id, after)
        else:
            setattr(note, column, after)
        if column in ("visibility", "item_id"):
            here, there = (_shown(session, note.team_id, column, value) for value in (before, after))
            _note_change(session, note, _FIELD_OF.get(column, column), here, there, cause, now)
    if "quote" in told:
        note.original = draft.values["original"]
    if told.keys() - {"visibility", "item_id"}:
        _note_change(session, note, "edited", None, None, cause, now)  # never the words: they may be taken back
    session.add(note)
    search.index_feedback(session, note)
    feedback_cards.refresh(session, note, cause=cause)


def _shown(session: Session, team_id: str, column: str, value: Any) -> str | None:
    """Return a value as history keeps it."""
    if value is None or value == "":
        return None
    if column == "objective_id":
        return next((one.ref for one in objectives.search(session, team_id=team_id, ids=[value])), None)
    if column == "item_id":
        return rows.item_ref(session, team_id=team_id, item_id=value)
    return str(value)


def _account_id(session: Session, team_id: str, name: str) -> int | None:
    return accounts.add_or_get(session, team_id=team_id, name=name).id


def _note_change(
    session: Session, row: Item | Feedback, field: str, before: str | None, after: str | None, cause: str,
    now: datetime, *, reason: str | None = None,
) -> None:  # fmt: skip
    history.add(
        session, team_id=row.team_id, ref=row.ref, at=now, by=IMPORTER, field=field, before=before, after=after,
        reason=reason, cause=cause,
    )  # fmt: skip
