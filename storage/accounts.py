"""Accounts: the customers."""

from collections.abc import Iterable

from sqlmodel import Session, col, select

from storage.inserting import insert_new
from storage.models import Account


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
    rows = session.exec(select(Account).where(Account.team_id == team_id, col(Account.id).in_(list(ids))))
    return {one.id: one.name for one in rows if one.id is not None}
