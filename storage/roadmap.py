"""Items of the roadmap."""

from collections.abc import Iterable
from datetime import datetime

from sqlmodel import Session, col, delete, func, or_, select
from sqlmodel.sql.expression import SelectOfScalar

from storage.imports import arrived
from storage.models import ImportBatch, Item, ItemReader, ItemVisibility, Reader, Role
from storage.numbers import LARGEST, next_number


def add(session: Session, *, item: Item) -> Item:
    """Add an item with the next number."""
    item.number = next_number(session, team_id=item.team_id, kind="RM")
    session.add(item)
    session.flush()
    return item


def add_reader(session: Session, *, team_id: str, item_id: int, user_id: str) -> None:
    """Name somebody as a reader of a restricted item."""
    session.merge(ItemReader(team_id=team_id, item_id=item_id, user_id=user_id))


def remove_reader(session: Session, *, team_id: str, item_id: int, user_id: str) -> None:
    """Name somebody no longer as a reader of an item."""
    session.exec(
        delete(ItemReader).where(
            col(ItemReader.team_id) == team_id, col(ItemReader.item_id) == item_id, col(ItemReader.user_id) == user_id
        )
    )


def readers(session: Session, *, team_id: str, item_id: int) -> list[str]:
    """List who is named as a reader of an item."""
    query = select(ItemReader.user_id).where(ItemReader.team_id == team_id, ItemReader.item_id == item_id)
    return list(session.exec(query.order_by(ItemReader.user_id)))


def find(session: Session, *, team_id: str, number: int, reader: Reader, lock: bool = False) -> Item | None:
    """Return the item with that number if this reader may see it; `lock` keeps others from changing it meanwhile."""
    if number > LARGEST:
        return None
    query = _visible(select(Item).where(Item.team_id == team_id, Item.number == number), reader=reader)
    return session.exec(query.with_for_update() if lock else query).first()


def has_any(session: Session, *, team_id: str) -> bool:
    """Say whether a workspace has items at all, whoever may see them."""
    return session.exec(select(Item.id).where(Item.team_id == team_id).limit(1)).first() is not None


def search(
    session: Session,
    *,
    team_id: str,
    reader: Reader,
    lanes: Iterable[str] | None = None,
    ids: Iterable[int] | None = None,
    numbers: Iterable[int] | None = None,
) -> list[Item]:
    """List the items that this reader may see, by number: all, or those of some lanes, ids or numbers."""
    query = select(Item).where(Item.team_id == team_id)
    if lanes is not None:
        query = query.where(col(Item.lane).in_(list(lanes)))
    if ids is not None:
        query = query.where(col(Item.id).in_(list(ids)))
    if numbers is not None:
        query = query.where(col(Item.number).in_([number for number in numbers if number <= LARGEST]))
    return list(session.exec(_visible(query, reader=reader).order_by(col(Item.number))))


def imported(
    session: Session, *, team_id: str, reader: Reader, since: datetime, until: datetime
) -> list[tuple[str, int, datetime]]:
    """Return how many items that this reader may see each file brought between two instants, and when the last came.

    The newest file comes first.
    """
    seen = _visible(select(Item).where(Item.team_id == team_id), reader=reader).subquery()
    last = func.max(ImportBatch.done_at)
    query = (
        select(ImportBatch.source, func.count(), last)
        .join(seen, seen.c.import_id == ImportBatch.id)
        .where(ImportBatch.team_id == team_id, col(ImportBatch.done_at) > since, col(ImportBatch.done_at) <= until)
        .group_by(ImportBatch.source)
        .order_by(last.desc(), ImportBatch.source)
    )
    return [(source, count, at) for source, count, at in session.exec(query) if at is not None]


def _visible(query: SelectOfScalar[Item], *, reader: Reader) -> SelectOfScalar[Item]:
    query = query.where(arrived(Item, team_id=reader.team_id))
    if reader.role is Role.ADMIN:
        return query
    seen = [ItemVisibility.EVERYONE]
    if reader.role is Role.PM:
        seen.append(ItemVisibility.PRODUCT)
    named = (
        select(ItemReader.item_id)
        .where(ItemReader.team_id == Item.team_id, ItemReader.item_id == Item.id)
        .where(ItemReader.user_id == reader.user_id)
        .exists()
    )
    return query.where(or_(col(Item.visibility).in_(seen), Item.owner == reader.user_id, named))
