"""How an item is doing: what its owner says of it, and whether that is still true."""

from dataclasses import dataclass
from datetime import datetime

from bot.errors import InvalidInputError, NotAllowedError
from bot.services import news, roadmap
from bot.services.update_facts import UNCONFIRMED
from storage import causes, history
from storage.database import Read, Session, Write
from storage.models import Item, Lane, Reader, Role, Status

TEXT_LENGTH = 900
SPOKEN = (Status.ON_TRACK, Status.AT_RISK, Status.OFF_TRACK)
"""What an owner may say of an item that is under way."""


class TextNeededError(InvalidInputError):
    """Say how it goes, in a sentence: `/roadmap update RM-12 at-risk The tax review is not booked`."""


@dataclass(frozen=True)
class Draft:
    """What somebody is about to say of an item."""

    item: Item
    status: str
    """What its status will be."""
    text: str


def is_believed(item: Item, now: datetime) -> bool:
    """Say whether an item's status was confirmed lately enough to be told as a fact."""
    if item.lane == Lane.SHIPPED:
        return True
    return item.confirmed_at is not None and now - item.confirmed_at <= UNCONFIRMED


@Read
def draft(session: Session, *, by: Reader, number: int, status: str | None, text: str) -> Draft:
    """Return what would be published. Raises NotAllowedError, TextNeededError and InvalidInputError."""
    item = _spoken_for(session, by, number)
    return _checked(item, status, text)


@Write
def publish(
    session: Session, *, by: Reader, number: int, status: str | None, text: str, cause: str, now: datetime
) -> Draft:
    """Say how an item is doing, once for a cause: its status, its history, its cards and its followers know it."""
    item = _spoken_for(session, by, number, lock=True)
    said = _checked(item, status, text)
    if not causes.claim(session, team_id=by.team_id, cause=cause, now=now):
        return said
    _note(session, by, item, said.status, said.text, cause, now)
    item.status, item.updated_at, item.confirmed_at, item.confirmed_by = said.status, now, now, by.user_id
    session.add(item)
    roadmap.refresh_cards(session, item, cause=cause)
    news.tell(session, item, by=by.user_id, cause=cause, now=now)
    return said


@Write
def confirm(session: Session, *, by: Reader, number: int, cause: str, now: datetime) -> Item:
    """Say that an item's status is still true."""
    item = _spoken_for(session, by, number, lock=True)
    if causes.claim(session, team_id=by.team_id, cause=cause, now=now):
        _note(session, by, item, item.status, None, cause, now)
        item.confirmed_at, item.confirmed_by = now, by.user_id
        session.add(item)
    return item


def _spoken_for(session: Session, by: Reader, number: int, *, lock: bool = False) -> Item:
    item = roadmap.get(session, by, number, lock=lock)
    if by.user_id != item.owner and not by.role.includes(Role.PM):
        owner = f"<@{item.owner}>, who owns {item.ref}," if item.owner else f"The owner of {item.ref}"
        raise NotAllowedError(f"{owner} or a product manager says how it is doing.")
    return item


def _checked(item: Item, status: str | None, text: str) -> Draft:
    words = text.strip()
    if not words:
        raise TextNeededError()
    if len(words) > TEXT_LENGTH:
        raise InvalidInputError(f"That is {len(words):,} characters; an update has room for {TEXT_LENGTH:,}.")
    if status is not None and status != item.status and item.lane not in (Lane.NOW, Lane.NEXT):
        raise InvalidInputError(
            f"{item.ref} is in {item.lane.capitalize()}, where nothing is {status.replace('-', ' ')}."
            f' Leave the status out, or move it first: `/roadmap move {item.ref} now reason:"why"`.'
        )
    return Draft(item, status or item.status, words)


def _note(session: Session, by: Reader, item: Item, status: str, text: str | None, cause: str, now: datetime) -> None:
    changed = status != item.status
    history.add(
        session, team_id=by.team_id, ref=item.ref, at=now, by=by.user_id, field="status" if changed else "confirmed",
        before=item.status if changed else None, after=status, reason=text, cause=cause,
    )  # fmt: skip
