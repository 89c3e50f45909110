"""Accounts: the customers."""

from collections.abc import Collection, Iterable

from sqlmodel import Session, col, select

from storage.inserting import insert_new, on_conflict
from storage.models import Account

ASKED_ONE_BY_ONE = 1000
"""Accounts that are looked up by their keys; of more than these, reading all of them is quicker."""


def name_key(name: str) -> str:
    """Return the form of a name by which it is found again."""
    return " ".join(name.split()).casefold()


def add_or_get(session: Session, *, team_id: str, name: str) -> Account:
    """Return the account of that name, new if there is none."""
    tidy = " ".join(name.split())
    insert_new(
        session,
        Account,
        {"team_id": team_id, "name": tidy, "name_key": name_key(tidy)},
        unique=("team_id", "name_key"),
    )
    return session.exec(select(Account).where(Account.team_id == team_id, Account.name_key == name_key(tidy))).one()


def keys_of(session: Session, *, team_id: str, names: Iterable[str]) -> dict[str, int]:
    """Return the keys of many accounts by the keys of their names; what is not there yet is added."""
    tidy = {name_key(one): " ".join(one.split()) for one in names}
    known = _keys(session, team_id=team_id, names=tidy)
    # sorted: two transactions lock in the same order
    new = [{"team_id": team_id, "name": tidy[key], "name_key": key} for key in sorted(tidy.keys() - known.keys())]
    if new:
        statement = on_conflict(session, Account).on_conflict_do_nothing(index_elements=["team_id", "name_key"])
        session.connection().execute(statement, new)
        known = _keys(session, team_id=team_id, names=tidy)
    return known


def name_keys(session: Session, *, team_id: str) -> list[str]:
    """List the keys of all accounts' names."""
    return list(session.exec(select(Account.name_key).where(Account.team_id == team_id)))


def names_by_key(session: Session, *, team_id: str) -> dict[str, str]:
    """Return all accounts' names as they are written, by their keys."""
    return dict(session.exec(select(Account.name_key, Account.name).where(Account.team_id == team_id)).all())


def find(session: Session, *, team_id: str, name: str) -> Account | None:
    """Return the account of that name."""
    return session.exec(select(Account).where(Account.team_id == team_id, Account.name_key == name_key(name))).first()


def search(session: Session, *, team_id: str, ids: Iterable[int] | None = None) -> list[Account]:
    """List accounts by name, all or some."""
    query = select(Account).where(Account.team_id == team_id)
    if ids is not None:
        query = query.where(col(Account.id).in_(list(ids)))
    return list(session.exec(query.order_by(Account.name_key)))


def names(session: Session, *, team_id: str, ids: Iterable[int]) -> dict[int, str]:
    """Return accounts' names by their keys."""
    query = select(Account.id, Account.name).where(Account.team_id == team_id, col(Account.id).in_(list(ids)))
    return {row[0] or 0: row[1] for row in session.exec(query)}


def revenue(session: Session, *, team_id: str, ids: Collection[int]) -> dict[str, int]:
    """Return what accounts pay a year in whole dollars, 0 where it is not known, by their keys as text."""
    query = select(Account.id, Account.arr).where(Account.team_id == team_id)
    if len(ids) <= ASKED_ONE_BY_ONE:
        query = query.where(col(Account.id).in_(ids))
    return {str(key): arr or 0 for key, arr in session.exec(query)}


def _keys(session: Session, *, team_id: str, names: Iterable[str]) -> dict[str, int]:
    query = select(Account.name_key, Account.id).where(
        Account.team_id == team_id, col(Account.name_key).in_(list(names))
    )
    return {row[0]: row[1] or 0 for row in session.exec(query)}
