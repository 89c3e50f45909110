"""How an item is doing: what its owner says of it, and whether that is still true."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.errors import InvalidInputError, NotAllowedError
from bot.services import feedback_cards, news, roadmap
from bot.services.update_facts import UNCONFIRMED
from storage import causes, history, people
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
    session: Session, *, by: Reader, number: int, status: str | None, text: str, preview: str, cause: str, now: datetime
) -> Draft:
    """Say how an item is doing, once for a cause: its status, its history, its cards and its followers know it.

    `preview` is the cause of the button below the preview. A form that changed the words takes its place: the button
    then publishes nothing any more. A cause that has had its effect gets what was published.
    """
    item = _spoken_for(session, by, number, lock=True)
    said = _checked(item, status, text)
    if not causes.claim(session, team_id=by.team_id, cause=cause, now=now):
        return _published(session, item, cause) or said
    causes.claim(session, team_id=by.team_id, cause=preview, now=now)
    causes.mark_result(session, team_id=by.team_id, cause=preview, result=cause)
    _note(session, by, item, said.status, said.text, cause, now)
    item.status, item.updated_at, item.confirmed_at, item.confirmed_by = said.status, now, now, by.user_id
    session.add(item)
    feedback_cards.refresh_of(session, item, cause=cause)
    news.tell(session, item, by=by.user_id, cause=cause, now=now)
    return said


@Write
def confirm(session: Session, *, by: Reader, number: int, cause: str, now: datetime) -> Item:
    """Say that an item's status is still true."""
    item = _spoken_for(session, by, number, lock=True)
    if causes.claim(session, team_id=by.team_id, cause=cause, now=now):
        if not _confirmed_today(session, by, item, now):
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


def _published(session: Session, item: Item, cause: str) -> Draft | None:
    """Return what a cause has published of an item, or what has been published in its place."""
    made_by = causes.find_result(session, team_id=item.team_id, cause=cause) or cause
    told = history.search(session, team_id=item.team_id, refs=[item.ref], fields=("status", "confirmed"))
    return next((Draft(item, one.after or "", one.reason or "") for one in told if one.cause == made_by), None)


def _confirmed_today(session: Session, by: Reader, item: Item, now: datetime) -> bool:
    """Say whether the same person has confirmed an item today already, as they have the day."""
    if item.confirmed_at is None or item.confirmed_by != by.user_id:
        return False
    person = people.find(session, team_id=by.team_id, user_id=by.user_id)
    zone = ZoneInfo(person.tz if person else "UTC")
    return item.confirmed_at.astimezone(zone).date() == now.astimezone(zone).date()


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
