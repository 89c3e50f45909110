"""Imports: rows that came from a file, unseen until all of them are there."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, delete, func, or_, select, update

from storage.inserting import on_conflict
from storage.models import Account, Feedback, ImportBatch, Item, Person

Imported = Item | Feedback


def arrived(table: type[Imported], *, team_id: str) -> ColumnElement[bool]:
    """Return the condition that a row is no part of an import that is still under way, or was cut off."""
    under_way = select(ImportBatch.id).where(ImportBatch.team_id == team_id, col(ImportBatch.done).is_(False))
    return or_(col(table.import_id).is_(None), col(table.import_id).not_in(under_way))


def teams_across_teams(session: Session) -> list[str]:
    """List the workspaces that this database knows people of."""
    return list(session.exec(select(Person.team_id).distinct().order_by(Person.team_id)))


def begin(session: Session, *, team_id: str, kind: str, source: str, now: datetime) -> int:
    """Begin an import and return its key."""
    batch = ImportBatch(team_id=team_id, kind=kind, source=source, started_at=now)
    session.add(batch)
    session.flush()
    return batch.id or 0


def find_open(session: Session, *, team_id: str, batch_id: int, lock: bool = True) -> ImportBatch | None:
    """Return an import that is not through; `lock` keeps others from changing it meanwhile."""
    query = select(ImportBatch).where(
        ImportBatch.team_id == team_id, ImportBatch.id == batch_id, col(ImportBatch.done_at).is_(None)
    )
    return session.exec(query.with_for_update() if lock else query).first()


def unfinished(session: Session, *, team_id: str) -> list[ImportBatch]:
    """List imports that are not through: cut off before their rows were shown, or before these could be found."""
    query = select(ImportBatch).where(ImportBatch.team_id == team_id, col(ImportBatch.done_at).is_(None))
    return list(session.exec(query.order_by(col(ImportBatch.id))))


def stage(session: Session, *, team_id: str, table: type[Imported], rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows of an import under way; one whose `imported_as` is taken is left out."""
    values = [{**row, "team_id": team_id} for row in rows]
    statement = on_conflict(session, table).on_conflict_do_nothing(index_elements=["team_id", "imported_as"])
    session.connection().execute(statement, values)


def count(session: Session, *, team_id: str, table: type[Imported], batch_id: int) -> int:
    """Count the rows that an import brought."""
    query = select(func.count()).where(table.team_id == team_id, table.import_id == batch_id)
    return int(session.exec(query).one())


def show(session: Session, *, team_id: str, batch_id: int) -> bool:
    """Let everybody see what an import brought; say whether it was unseen until now."""
    return _close(session, team_id=team_id, batch_id=batch_id, done=True)


def drop(session: Session, *, team_id: str, batch_id: int, limit: int, now: datetime) -> int:
    """Delete up to so many unseen rows of an import that was cut off, and return how many; in the end, give it up."""
    still = select(ImportBatch.id).where(
        ImportBatch.team_id == team_id, ImportBatch.id == batch_id, col(ImportBatch.done).is_(False)
    )
    for table in (Feedback, Item):
        some = select(table.id).where(table.team_id == team_id, col(table.import_id).in_(still)).limit(limit)
        gone = session.connection().execute(delete(table).where(col(table.team_id) == team_id, col(table.id).in_(some)))
        if gone.rowcount:
            return int(gone.rowcount)
    # Its row stays, so that no other import gets its key while a process still writes under it.
    _close(session, team_id=team_id, batch_id=batch_id, done_at=now)
    return 0


def _close(session: Session, *, team_id: str, batch_id: int, **values: Any) -> bool:
    statement = update(ImportBatch).where(
        col(ImportBatch.team_id) == team_id,
        col(ImportBatch.id) == batch_id,
        col(ImportBatch.done).is_(False),
        col(ImportBatch.done_at).is_(None),
    )
    return bool(session.connection().execute(statement.values(**values)).rowcount)


def rows_of(session: Session, *, team_id: str, table: type[Any], batch_id: int, after: int, limit: int) -> list[Any]:
    """List what an import brought, in the order in which it came, from behind a key."""
    # Not by the rows' own team: SQLite would take an index that begins with it, and sort all rows for each some.
    ours = select(ImportBatch.id).where(ImportBatch.team_id == team_id, ImportBatch.id == batch_id)
    query = select(table).where(table.import_id.in_(ours), table.id > after)
    return list(session.exec(query.order_by(table.id).limit(limit)))


def standing(session: Session, *, team_id: str, table: type[Any], ids: Iterable[int]) -> set[int]:
    """Return the keys of those rows that were not withdrawn, and keep others from withdrawing them meanwhile."""
    query = select(table.id).where(table.team_id == team_id, table.id.in_(list(ids)))
    if table is Feedback:
        query = query.where(col(Feedback.withdrawn).is_(False))
    return set(session.exec(query.order_by(table.id).with_for_update()))


def find_imported(
    session: Session, *, team_id: str, table: type[Any], keys: Iterable[str], lock: bool = False
) -> dict[str, Any]:
    """Return the visible rows that earlier imports brought, by what they are called where they came from."""
    query = select(table).where(
        table.team_id == team_id, col(table.imported_as).in_(list(keys)), arrived(table, team_id=team_id)
    )
    query = query.order_by(table.id)  # two transactions lock in the same order
    return {one.imported_as: one for one in session.exec(query.with_for_update() if lock else query)}


def find_numbered(
    session: Session, *, team_id: str, table: type[Any], numbers: Iterable[int], lock: bool = False
) -> dict[int, Any]:
    """Return the visible rows with these numbers."""
    query = select(table).where(
        table.team_id == team_id, col(table.number).in_(list(numbers)), arrived(table, team_id=team_id)
    )
    query = query.order_by(table.id)
    return {one.number: one for one in session.exec(query.with_for_update() if lock else query)}


def items_by_name(session: Session, *, team_id: str) -> list[tuple[int, int, str, str | None]]:
    """List all visible items as (key, number, title, what they are called where they came from)."""
    query = select(Item.id, Item.number, Item.title, Item.imported_as).where(
        Item.team_id == team_id, arrived(Item, team_id=team_id)
    )
    return [(row[0] or 0, row[1], row[2], row[3]) for row in session.exec(query.order_by(col(Item.number).desc()))]


def item_ref(session: Session, *, team_id: str, item_id: int) -> str | None:
    """Return the id that people use for an item."""
    found = session.exec(select(Item).where(Item.team_id == team_id, Item.id == item_id)).first()
    return found.ref if found else None


def account_keys(session: Session, *, team_id: str, ids: Iterable[int]) -> dict[int, str]:
    """Return the keys of accounts' names by the accounts' keys."""
    query = select(Account.id, Account.name_key).where(Account.team_id == team_id, col(Account.id).in_(list(ids)))
    return {row[0] or 0: row[1] for row in session.exec(query)}


def find_accounts(session: Session, *, team_id: str, keys: Iterable[str]) -> dict[str, Account]:
    """Return accounts by the key of their name."""
    query = select(Account).where(Account.team_id == team_id, col(Account.name_key).in_(list(keys)))
    return {one.name_key: one for one in session.exec(query)}
