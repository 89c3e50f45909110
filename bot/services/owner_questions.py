"""Questions that people pass on to the owner of an item: each once, by day, and not too many."""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from bot import outbox
from bot.errors import InvalidInputError
from bot.services import access, roadmap
from bot.services.news import told_at
from storage import causes, people
from storage.database import Session, Write
from storage.models import Item, Reader, Role, Standing

MOST_A_DAY = 3
"""Questions that reach one owner on a day of theirs."""


class NobodyToAskError(InvalidInputError):
    """Nobody here owns that item, so there is nobody to ask. Try the channel where its team talks."""


class OwnItemError(InvalidInputError):
    """You own that item, so you are the one whom people ask."""


class AskedEnoughError(InvalidInputError):
    """The owner has had enough questions through me for a day. Write to them yourself, or ask again tomorrow."""


@dataclass(frozen=True)
class PassedOn:
    """What became of a question."""

    item: Item
    doubted: bool
    """Whether its asker holds that what they read is wrong."""
    is_new: bool
    """Whether its asker has not passed it on before."""
    waits: bool
    """Whether it reaches the owner in their next morning."""


@Write
def pass_on(
    session: Session, *, by: Reader, number: int, question: str, now: datetime, doubted: bool = False
) -> PassedOn:
    """Pass a question on to an item's owner; the question and its asker are the cause, so it goes out once.

    `doubted` says that its asker holds what the roadmap answered for wrong.
    Raises NobodyToAskError, OwnItemError or AskedEnoughError where it does not go out.
    """
    access.require(by, Role.CONTRIBUTOR, "ask the owner of an item")
    item = roadmap.get(session, by, number)
    owner = people.find(session, team_id=by.team_id, user_id=item.owner) if item.owner else None
    if owner is None or owner.standing == Standing.STRANGER:
        raise NobodyToAskError()
    if owner.user_id == by.user_id:
        told = f"You own {item.ref}, so you can put it right: `/roadmap update {item.ref}` and your words."
        raise OwnItemError(told if doubted else None)
    at = told_at(now, owner.tz)
    asked = sha256(" ".join(question.lower().split()).encode()).hexdigest()[:16]
    cause = f"{'doubted' if doubted else 'asked'}:{item.ref}:{by.user_id}:{asked}"
    is_new = causes.claim(session, team_id=by.team_id, cause=cause, now=now)
    nouns = {"number": item.number, "asker": by.user_id, "question": question, "doubted": doubted}
    if is_new and not _say(session, item, owner.user_id, nouns, at=at, now=now):
        raise AskedEnoughError()
    return PassedOn(item, doubted, is_new, waits=at > now)


def _say(session: Session, item: Item, owner: str, nouns: dict[str, Any], *, at: datetime, now: datetime) -> bool:
    # The keys are the count, as in the news: two replicas cannot take the same one.
    return any(
        outbox.say(
            session, team_id=item.team_id, key=f"asked:{owner}:{at:%Y-%m-%d}:{count}", kind="owner_question",
            nouns=nouns, channel=owner, morning=at if at > now else None,
        )
        for count in range(MOST_A_DAY)
    )  # fmt: skip
