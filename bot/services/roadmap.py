"""The roadmap: what is planned, what stands behind it, and how it changes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.errors import InvalidInputError, NotFoundError
from bot.services import access, accounts, feedback_cards, news, reasons, search
from bot.services.filters import Filters, items_with_evidence, notes_that_pass
from bot.services.lanes import FITTING, LIVE, STATUS_IN, lane_of
from bot.services.refs import number_of
from storage import causes, history, objectives, people
from storage import feedback as feedback_rows
from storage import roadmap as rows
from storage.database import Read, Session, Write
from storage.feedback import Demand
from storage.models import Change, Feedback, Item, Lane, Objective, Reader, Role

NO_FILTERS = Filters()
SEARCHED = 1000
"""Matches among which those that pass the filters are looked for."""
TOLD = ("lane", "status", "due", "created")
"""What is told of how items change; the rest stands in their history."""
CHANGES = 2000
"""Changes that are read at most, the newest."""


class UnknownItemError(NotFoundError):
    """I can't find that item. `/roadmap find` looks for it by words."""


class ReasonNeededError(InvalidInputError):
    """A move needs a reason, so that everybody can follow it. Add `reason:"why"`."""


@dataclass(frozen=True)
class Line:
    """An item as one line of the roadmap."""

    item: Item
    demand: Demand
    objective: Objective | None


@dataclass(frozen=True)
class Changed:
    """A change of an item, with the title that the item has today."""

    change: Change
    title: str


@dataclass(frozen=True)
class Overview:
    """The roadmap as one reader may see it."""

    lines: tuple[Line, ...]
    """By lane, nearest first; in a lane as the filters sort it, then by number."""
    changes: tuple[Changed, ...]
    """Since this reader last looked, newest first."""
    since: datetime | None
    """When this reader last looked."""
    as_of: datetime
    filters: Filters = NO_FILTERS

    def lane(self, lane: str) -> tuple[Line, ...]:
        """Return the lines of one lane."""
        return tuple(line for line in self.lines if line.item.lane == lane)


@dataclass(frozen=True)
class Card:
    """An item with what is known around it."""

    line: Line
    notes: tuple[Feedback, ...]
    """Its newest feedback that this reader may read."""
    changes: tuple[Change, ...]
    accounts: dict[int, str]
    """Names of the accounts of the notes; empty for a reader who may not see them."""
    said: Change | None = None
    """What was said last of how it is doing, with who and when."""
    files: Mapping[int, int] = field(default_factory=dict)
    """How many files came with a note, by its key."""


@Read
def overview(
    session: Session, *, reader: Reader, now: datetime, lanes: Sequence[str] = LIVE, filters: Filters = NO_FILTERS
) -> Overview:
    """Return the lanes of the roadmap, filtered, and what changed since this reader last looked."""
    items = rows.search(session, team_id=reader.team_id, reader=reader, lanes=lanes)
    lines = narrowed(session, reader, items, filters)
    person = people.find(session, team_id=reader.team_id, user_id=reader.user_id)
    since = person.looked_at if person else None
    changes = changed(session, reader=reader, since=since, until=now) if since else ()
    order = [str(lane) for lane in Lane]
    ranked = sorted(lines, key=lambda one: (order.index(one.item.lane), *_rank(one, filters.sort), one.item.number))
    return Overview(tuple(ranked), changes, since, now, filters)


@Read
def find(session: Session, *, reader: Reader, text: str, filters: Filters = NO_FILTERS) -> search.Found:
    """Return the items and feedback that hold any of the words and pass the filters, best first."""
    if not filters.typed:
        return search.find.within(session, reader=reader, text=text)
    found = search.find.within(session, reader=reader, text=text, limit=SEARCHED)
    passing = {line.item.ref for line in narrowed(session, reader, found.items, filters)}
    passing |= {note.ref for note in notes_that_pass(session, reader, filters, found.feedback)}
    return replace(found, hits=tuple(hit for hit in found.hits if hit.noun.ref in passing))


@Write
def mark_looked(session: Session, *, reader: Reader, now: datetime) -> None:
    """Note that this reader has read the overview."""
    people.mark_looked(session, team_id=reader.team_id, user_id=reader.user_id, at=now)


@Read
def show(session: Session, *, reader: Reader, number: int) -> Card:
    """Return an item's card. Raises UnknownItemError, also for an item this reader may not see."""
    item = get(session, reader, number)
    line = lines_of(session, reader, [item])[0]
    notes = feedback_rows.search(session, team_id=reader.team_id, reader=reader, item_ids=[item.id or 0], limit=5)
    changes = history.search(session, team_id=reader.team_id, refs=[item.ref], limit=5)
    files = feedback_rows.files(session, team_id=reader.team_id, feedback_ids=[note.id or 0 for note in notes])
    names, counted = accounts.names_for(session, reader, notes), {key: len(links) for key, links in files.items()}
    changes, spoken = (reasons.of_changes(session, reader, one) for one in (changes, _last_said(session, item)))
    return Card(line, tuple(notes), tuple(changes), names, spoken[0] if spoken else None, counted)


@Write
def move(
    session: Session, *, by: Reader, number: int, lane: str, reason: str, cause: str, now: datetime
) -> tuple[Item, str | None]:
    """Move an item to another lane, for a reason; return it with the lane it left (None when it was there already)."""
    access.require(by, Role.PM, "move items")
    target = lane_of(lane)
    if not reason.strip():
        raise ReasonNeededError()
    if not causes.claim(session, team_id=by.team_id, cause=cause, now=now):
        item = earlier(session, by, cause)
        return item, _lane_left(session, item, cause)
    item = get(session, by, number, lock=True)
    causes.mark_result(session, team_id=by.team_id, cause=cause, result=item.ref)
    left = item.lane
    if left == target:
        return item, None
    _note(session, by, item, "lane", left, target, cause, now, reason=reason.strip())
    if item.status not in FITTING[target]:
        _note(session, by, item, "status", item.status, STATUS_IN[target], cause, now)
        item.status = STATUS_IN[target]
    item.lane, item.updated_at, item.confirmed_at, item.confirmed_by = target, now, now, by.user_id
    session.add(item)
    feedback_cards.refresh_of(session, item, cause=cause)
    news.tell(session, item, by=by.user_id, cause=cause, now=now)
    if Lane.SHIPPED in (left, target):
        feedback_cards.mark_shipped(session, item, shipped=target == Lane.SHIPPED, cause=cause)
    return item, left


def lines_of(session: Session, reader: Reader, items: Sequence[Item]) -> list[Line]:
    """Return items as lines, with the demand that this reader may count and their objectives."""
    demand = feedback_rows.demand(
        session, team_id=reader.team_id, reader=reader, item_ids=[one.id or 0 for one in items]
    )
    wanted = {one.objective_id for one in items if one.objective_id is not None}
    aims = {one.id: one for one in objectives.search(session, team_id=reader.team_id, ids=wanted)}
    return [Line(one, demand.get(one.id or 0, Demand()), aims.get(one.objective_id)) for one in items]


def narrowed(session: Session, reader: Reader, items: Sequence[Item], filters: Filters) -> list[Line]:
    """Return the items that pass the filters, as lines. Raises UnknownAccountError, NotAllowedError."""
    wanted = items_with_evidence(session, reader, filters)
    lines = lines_of(session, reader, [one for one in items if wanted is None or one.id in wanted])
    return [
        line for line in lines if filters.allows(line.item, objective=line.objective.number if line.objective else None)
    ]


def changed(session: Session, *, reader: Reader, since: datetime, until: datetime) -> tuple[Changed, ...]:
    """Return the changes of lanes, statuses and dates between two instants, of items this reader may see."""
    found = history.search(session, team_id=reader.team_id, since=since, until=until, fields=TOLD, limit=CHANGES)
    numbers = {number_of(one.ref) for one in found if one.ref.startswith("RM-")}
    titles = {
        one.ref: one.title for one in rows.search(session, team_id=reader.team_id, reader=reader, numbers=numbers)
    }
    seen = reasons.of_changes(session, reader, [one for one in found if one.ref in titles])
    return tuple(Changed(one, titles[one.ref]) for one in seen)


def get(session: Session, reader: Reader, number: int, *, lock: bool = False) -> Item:
    """Return the item with that number; raise UnknownItemError, also for an item this reader may not see."""
    item = rows.find(session, team_id=reader.team_id, number=number, reader=reader, lock=lock)
    if item is None:
        raise UnknownItemError(f"I can't find RM-{number}. `/roadmap find` looks for it by words.")
    return item


def earlier(session: Session, reader: Reader, cause: str) -> Item:
    """Return the item that an earlier run of a cause made or changed."""
    ref = causes.find_result(session, team_id=reader.team_id, cause=cause)
    if ref is None:
        raise UnknownItemError()
    return get(session, reader, number_of(ref))


def _rank(line: Line, sort: str) -> tuple[float, ...]:
    return {
        "arr": (-line.demand.arr,),
        "votes": (-line.demand.votes, -line.demand.arr),
        "age": (line.item.created_at.timestamp(),),
    }[sort]


def _last_said(session: Session, item: Item) -> list[Change]:
    """Return the last words on how an item is doing; none where its status has changed without words since."""
    told = history.search(session, team_id=item.team_id, refs=[item.ref], fields=("status", "confirmed"), limit=50)
    spoken = [one for one in told if one.field == "status" or one.reason]
    return [one for one in spoken[:1] if one.reason]


def _lane_left(session: Session, item: Item, cause: str) -> str | None:
    found = history.search(session, team_id=item.team_id, refs=[item.ref], fields=("lane",), limit=20)
    return next((one.before for one in found if one.cause == cause), None)


def _note(
    session: Session,
    by: Reader,
    item: Item,
    field: str,
    before: str | None,
    after: str | None,
    cause: str,
    now: datetime,
    *,
    reason: str | None = None,
) -> None:
    history.add(
        session, team_id=by.team_id, ref=item.ref, at=now, by=by.user_id, field=field, before=before, after=after,
        reason=reason, cause=cause,
    )  # fmt: skip
