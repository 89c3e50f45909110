"""Following items, and what is of interest to one person."""

from dataclasses import dataclass
from datetime import datetime

from bot.services import access, reasons, roadmap
from storage import accounts, causes, history
from storage import feedback as feedback_rows
from storage import follows as rows
from storage import roadmap as items
from storage import votes as vote_rows
from storage.database import Read, Session, Write
from storage.models import Change, Feedback, Item, Reader, Role, Vote


@dataclass(frozen=True)
class Mine:
    """What somebody asked for, voted for, and follows, as far as they may still see it."""

    asks: tuple[tuple[Feedback, Item | None], ...]
    """Feedback that they captured, said, or stand behind, newest first, with the item it is linked to."""
    votes: tuple[tuple[Vote, Item], ...]
    """Newest first."""
    accounts: dict[int, str]
    """Names of the accounts that they voted for."""
    follows: tuple[Item, ...]


@dataclass(frozen=True)
class Following:
    """Whether somebody follows an item."""

    item: Item
    follows: bool
    changed: bool
    """Whether that is new."""


@dataclass(frozen=True)
class News:
    """What somebody's click has changed of an item."""

    item: Item
    changes: tuple[Change, ...]


@Write
def follow(session: Session, *, by: Reader, number: int, cause: str, now: datetime) -> Following:
    """Follow an item."""
    access.require(by, Role.VIEWER, "follow items")
    item = roadmap.get(session, by, number)
    if not causes.claim(session, team_id=by.team_id, cause=cause, now=now):
        return _as_it_is(session, by, item)
    new = rows.add(session, team_id=by.team_id, item_id=item.id or 0, user_id=by.user_id, at=now)
    return Following(item, follows=True, changed=new)


@Write
def unfollow(session: Session, *, by: Reader, number: int, cause: str, now: datetime) -> Following:
    """Follow an item no longer."""
    item = roadmap.get(session, by, number)
    if not causes.claim(session, team_id=by.team_id, cause=cause, now=now):
        return _as_it_is(session, by, item)
    was = rows.remove(session, team_id=by.team_id, item_id=item.id or 0, user_id=by.user_id)
    return Following(item, follows=False, changed=was)


def _as_it_is(session: Session, by: Reader, item: Item) -> Following:
    """Return what holds now, for a click that has had its effect, and may have been undone since."""
    followed = item.id in rows.of_person(session, team_id=by.team_id, user_id=by.user_id)
    return Following(item, follows=followed, changed=False)


@Read
def mine(session: Session, *, reader: Reader) -> Mine:
    """Return what is this person's."""
    asks = feedback_rows.of_person(session, team_id=reader.team_id, reader=reader)
    votes = vote_rows.cast_by(session, team_id=reader.team_id, user_id=reader.user_id)
    followed = set(rows.of_person(session, team_id=reader.team_id, user_id=reader.user_id))
    wanted = {one.item_id for one in asks if one.item_id} | {one.item_id for one in votes} | followed
    seen = {one.id: one for one in items.search(session, team_id=reader.team_id, reader=reader, ids=wanted)}
    named = [one.account_id for one in votes if one.account_id is not None]
    names = accounts.names(session, team_id=reader.team_id, ids=named) if reader.sees_money else {}
    return Mine(
        asks=tuple((one, seen.get(one.item_id)) for one in asks),
        votes=tuple((one, seen[one.item_id]) for one in votes if one.item_id in seen),
        accounts=names,
        follows=tuple(one for one in seen.values() if one.id in followed),
    )


@Read
def told(session: Session, *, reader: Reader, number: int, cause: str) -> News | None:
    """Return what a cause has changed of an item; None where this reader may not see the item any more."""
    item = items.find(session, team_id=reader.team_id, number=number, reader=reader)
    if item is None:
        return None
    fields = ("lane", "status", "due", "confirmed")
    changes = history.search(session, team_id=reader.team_id, refs=[item.ref], fields=fields, limit=100)
    made = [one for one in reversed(changes) if one.cause == cause]
    return News(item, tuple(reasons.of_changes(session, reader, made))) if made else None
