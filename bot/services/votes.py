"""Votes for items: one a person, and one an account, whoever casts it."""

from dataclasses import dataclass
from datetime import datetime

from bot.errors import InvalidInputError, NotAllowedError
from bot.services import access, accounts, roadmap
from storage import accounts as account_rows
from storage import causes
from storage import votes as rows
from storage.database import Read, Session, Write
from storage.models import Account, Item, Reader, Role, Vote, Weight

ADDED = "+"
"""Before the name of an account that is to be added."""


@dataclass(frozen=True)
class Cast:
    """A vote, and what stands behind its item with it."""

    line: roadmap.Line
    account: str | None
    """On whose behalf; None for a person's own vote."""
    weight: str | None
    """None where there is no vote, or none any more."""
    before: str | None
    """The weight of the earlier vote of the same voter; None where there was none."""


@Write
def cast(
    session: Session, *, by: Reader, number: int, customer: str, weight: str | None, cause: str, now: datetime
) -> Cast:
    """Vote for an item, or change the weight of an earlier vote; on behalf of an account where one is named.

    Without a weight an earlier vote keeps its own. Raises UnknownAccountError for a name that nobody has used, unless
    it begins with a plus sign: then the account is added.
    """
    access.require(by, Role.CONTRIBUTOR, "vote")
    heavy = _weight(weight)
    item = roadmap.get(session, by, number)
    account = _account(session, by, customer, may_add=True)
    voter = rows.voter_of(by.user_id, account.id if account else None)
    earlier = rows.find(session, team_id=by.team_id, item_id=item.id or 0, voter=voter)
    before = earlier.weight if earlier else None
    if not causes.claim(session, team_id=by.team_id, cause=cause, now=now):
        return _seen(session, by, item, account, weight=before, before=before)
    if earlier is None or (heavy is not None and heavy != before):
        heavy = heavy or Weight.NICE
        vote = Vote(
            team_id=by.team_id, item_id=item.id or 0, voter=voter, account_id=account.id if account else None,
            weight=heavy, by=earlier.by if earlier else by.user_id, at=now,
        )  # fmt: skip
        rows.cast(session, vote=vote)
    return _seen(session, by, item, account, weight=heavy or before, before=before)


@Read
def check_customer(session: Session, *, by: Reader, customer: str) -> None:
    """Raise UnknownAccountError unless one can vote on behalf of an account of that name."""
    if not _is_new(customer.strip()):
        accounts.get(session, team_id=by.team_id, name=customer)


@Write
def take_back(session: Session, *, by: Reader, number: int, customer: str, cause: str, now: datetime) -> Cast:
    """Take a vote back: one's own, or one that one cast for an account; product managers may take back any."""
    access.require(by, Role.CONTRIBUTOR, "vote")
    item = roadmap.get(session, by, number)
    account = _account(session, by, customer, may_add=False)
    voter = rows.voter_of(by.user_id, account.id if account else None)
    earlier = rows.find(session, team_id=by.team_id, item_id=item.id or 0, voter=voter)
    if earlier is not None and earlier.by != by.user_id and not by.role.includes(Role.PM):
        raise NotAllowedError(f"Only <@{earlier.by}>, who cast that vote, or a product manager can take it back.")
    before = earlier.weight if earlier else None
    if not causes.claim(session, team_id=by.team_id, cause=cause, now=now):
        return _seen(session, by, item, account, weight=before, before=before)
    if earlier is not None:
        rows.remove(session, team_id=by.team_id, item_id=item.id or 0, voter=voter)
    return _seen(session, by, item, account, weight=None, before=before)


def _seen(
    session: Session, by: Reader, item: Item, account: Account | None, *, weight: str | None, before: str | None
) -> Cast:
    line = roadmap.lines_of(session, by, [item])[0]
    return Cast(line, account.name if account else None, weight, before)


def _account(session: Session, by: Reader, customer: str, *, may_add: bool) -> Account | None:
    name = customer.strip()
    if not name:
        return None
    if may_add and _is_new(name):
        return account_rows.add_or_get(session, team_id=by.team_id, name=name.lstrip(ADDED))
    return accounts.get(session, team_id=by.team_id, name=name)


def _is_new(name: str) -> bool:
    """Say whether a name is to be added: `+Acme`."""
    return name.startswith(ADDED) and 0 < len(name.strip(f"{ADDED} ")) <= accounts.NAME_LENGTH


def _weight(typed: str | None) -> Weight | None:
    if typed is None:
        return None
    if typed.strip().lower() not in list(Weight):
        raise InvalidInputError(f"I can't weigh “{typed}”. Choose `weight:nice`, `weight:important`, `weight:blocker`.")
    return Weight(typed.strip().lower())
