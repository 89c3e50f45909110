"""The customer view: what may be said where another company reads along, once an admin allows it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.services import answers, roadmap
from bot.services.filters import Filters
from bot.services.suggestions import is_named
from storage import accounts, channels
from storage import roadmap as items
from storage.database import Read, Session
from storage.models import Account, Item, Lane, Reader, Role

AT_MOST = 3

_TELLING = re.compile(r"[$€£¥%]|\bQ[1-4]\b|\b20\d\d\b|\b\d{1,2}[./-]\d{1,2}\b", re.IGNORECASE)
"""Money and dates, which a title may hold."""


@dataclass(frozen=True)
class CustomerAnswer:
    """What customers may know: titles, and the lanes that they stand in."""

    items: tuple[tuple[str, Lane], ...]
    contact: str | None
    """Slack user id of who looks after the customer whose channel it is."""


@dataclass(frozen=True)
class CustomerRoadmap:
    """The lanes as a customer may be told of them."""

    titles: tuple[tuple[str, Lane], ...]
    """Of items, by lane."""
    left_out: int
    """Items that whoever asks may see, and that customers may not be told of."""
    as_of: datetime
    filters: Filters


@Read
def lanes(
    session: Session, *, reader: Reader, now: datetime, lanes: Sequence[str], filters: Filters
) -> CustomerRoadmap:
    """Return, of the lanes that a reader asks for, what a customer may be told."""
    seen = roadmap.overview.within(session, reader=reader, now=now, lanes=lanes, filters=filters)
    # By number: an order by demand would tell customers about each other.
    found = sorted((line.item for line in seen.lines), key=lambda one: (lanes.index(one.lane), one.number))
    keys = [one.id or 0 for one in found]
    shared = {
        one.id for one in items.search(session, team_id=reader.team_id, reader=_everybody(reader.team_id), ids=keys)
    }
    customers = accounts.search(session, team_id=reader.team_id)
    told = tuple((one.title, Lane(one.lane)) for one in found if one.id in shared and _may_be_told(one, customers))
    return CustomerRoadmap(told, len(found) - len(told), now, filters)


@Read
def answer(session: Session, *, team_id: str, channel_id: str, question: str, now: datetime) -> CustomerAnswer:
    """Answer a question with what everybody in the company may see, and of that only titles and lanes.

    An item whose title names a customer, money or a date is left out.
    """
    customers = accounts.search(session, team_id=team_id)
    theirs = _customer_at(session, team_id, channel_id, customers)
    asked = answers.without(question, theirs.name) if theirs else question
    found = answers.ask.within(session, reader=_everybody(team_id), question=asked[: answers.QUESTION_LENGTH], now=now)
    told = [one for one in found.records if isinstance(one, Item) and _may_be_told(one, customers)]
    return CustomerAnswer(
        items=tuple((one.title, Lane(one.lane)) for one in told[:AT_MOST]),
        contact=theirs.owner if theirs else None,
    )


def _everybody(team_id: str) -> Reader:
    return Reader(team_id, "", Role.VIEWER)


def _may_be_told(item: Item, customers: list[Account]) -> bool:
    title = item.title.casefold()
    return _TELLING.search(item.title) is None and not any(is_named(one.name_key, title) for one in customers)


def _customer_at(session: Session, team_id: str, channel_id: str, customers: list[Account]) -> Account | None:
    setting = channels.find_setting(session, team_id=team_id, channel_id=channel_id)
    account_id = setting.account_id if setting is not None else None
    return next((one for one in customers if one.id == account_id), None)
