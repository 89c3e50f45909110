"""Accounts: found by the names that people type, and named to those who may see them."""

from collections.abc import Sequence

from bot.errors import InvalidInputError, NotFoundError
from storage import accounts as rows
from storage.database import Session
from storage.models import Account, Feedback, Reader

NAME_LENGTH = 80
NEAR = 60.0
"""How alike a name must be, of 100, to be offered for one that nobody knows."""


class UnknownAccountError(NotFoundError):
    """I don't know that account."""

    def __init__(self, typed: str, near: tuple[str, ...]) -> None:
        meant = f" Did you mean {' or '.join(near)}?" if near else ""
        super().__init__(f"I don't know an account called “{typed}”.{meant}")
        self.typed = typed
        self.near = near
        """Names of accounts that are spelled much like it."""


def get(session: Session, *, team_id: str, name: str) -> Account:
    """Return the account of that name. Raises UnknownAccountError with the nearest names."""
    if len(name) > NAME_LENGTH:
        raise InvalidInputError("That is too long for the name of an account.")
    account = rows.find(session, team_id=team_id, name=name)
    if account is None:
        from rapidfuzz import fuzz, process

        known = {one.name: rows.name_key(one.name) for one in rows.search(session, team_id=team_id)}
        near = process.extract(rows.name_key(name), known, scorer=fuzz.WRatio, score_cutoff=NEAR, limit=3)
        raise UnknownAccountError(name.strip(), tuple(found[2] for found in near))
    return account


def names_for(session: Session, reader: Reader, notes: Sequence[Feedback]) -> dict[int, str]:
    """Return the names of the accounts of some notes, if this reader may see account names."""
    wanted = {note.account_id for note in notes if note.account_id is not None}
    return rows.names(session, team_id=reader.team_id, ids=wanted) if reader.sees_money else {}
