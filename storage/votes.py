"""Votes for items: one a person, and one an account."""

from collections.abc import Iterable

from sqlmodel import Session, col, delete, func, select

from storage.inserting import on_conflict
from storage.models import Vote


def voter_of(user_id: str, account_id: int | None) -> str:
    """Return who counts: the person, or the account on whose behalf they vote."""
    return user_id if account_id is None else f"account:{account_id}"


def cast(session: Session, *, vote: Vote) -> None:
    """Count a vote, in place of the earlier one of the same voter."""
    told = {"weight": vote.weight, "by": vote.by, "at": vote.at}
    insert = on_conflict(session, Vote).values(**vote.model_dump())
    keep = insert.on_conflict_do_update(index_elements=["team_id", "item_id", "voter"], set_=told)
    session.connection().execute(keep)


def find(session: Session, *, team_id: str, item_id: int, voter: str) -> Vote | None:
    """Return the vote of a voter for an item."""
    query = select(Vote).where(Vote.team_id == team_id, Vote.item_id == item_id, Vote.voter == voter)
    return session.exec(query.execution_options(populate_existing=True)).first()


def remove(session: Session, *, team_id: str, item_id: int, voter: str) -> None:
    """Take a vote back."""
    session.exec(
        delete(Vote).where(col(Vote.team_id) == team_id, col(Vote.item_id) == item_id, col(Vote.voter) == voter)
    )


def count(session: Session, *, team_id: str, item_ids: Iterable[int]) -> dict[int, int]:
    """Return how many votes each item has, of those that have any."""
    query = select(Vote.item_id, func.count()).where(Vote.team_id == team_id, col(Vote.item_id).in_(list(item_ids)))
    return {item_id: int(votes) for item_id, votes in session.exec(query.group_by(col(Vote.item_id)))}


def accounts(session: Session, *, team_id: str, item_ids: Iterable[int]) -> dict[int, set[str]]:
    """Return the keys, as text, of the accounts that have voted for each item, of those that have any."""
    found: dict[int, set[str]] = {}
    query = select(Vote.item_id, Vote.account_id).where(
        Vote.team_id == team_id, col(Vote.item_id).in_(list(item_ids)), col(Vote.account_id).is_not(None)
    )
    for item_id, account_id in session.exec(query):
        found.setdefault(item_id, set()).add(str(account_id))
    return found


def items_of_accounts(session: Session, *, team_id: str, account_ids: Iterable[int]) -> set[int]:
    """Return the keys of the items that accounts have voted for."""
    query = select(Vote.item_id).where(Vote.team_id == team_id, col(Vote.account_id).in_(list(account_ids)))
    return set(session.exec(query))


def of_item(session: Session, *, team_id: str, item_id: int) -> list[Vote]:
    """List the votes for an item, first come first."""
    query = select(Vote).where(Vote.team_id == team_id, Vote.item_id == item_id)
    return list(session.exec(query.order_by(col(Vote.at), Vote.voter)))


def cast_by(session: Session, *, team_id: str, user_id: str) -> list[Vote]:
    """List the votes that somebody cast, their own and on behalf of accounts, newest first."""
    query = select(Vote).where(Vote.team_id == team_id, Vote.by == user_id)
    return list(session.exec(query.order_by(col(Vote.at).desc(), Vote.voter)))
