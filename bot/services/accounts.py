"""Accounts by the names that people type."""

from rapidfuzz import fuzz, process

from bot.errors import InvalidInputError, NotFoundError
from storage import accounts as rows
from storage.database import Session
from storage.models import Account

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
        known = {one.name: rows.name_key(one.name) for one in rows.search(session, team_id=team_id)}
        near = process.extract(rows.name_key(name), known, scorer=fuzz.WRatio, score_cutoff=NEAR, limit=3)
        raise UnknownAccountError(name.strip(), tuple(found[2] for found in near))
    return account
