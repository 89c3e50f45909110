"""Feedback, its supporters, and the demand that it adds up to."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, String, cast
from sqlmodel import Session, and_, case, col, delete, func, or_, select

from storage import accounts, votes
from storage.imports import arrived
from storage.inserting import insert_new
from storage.models import Feedback, FeedbackFile, FeedbackVisibility, Reader, Role, Supporter
from storage.numbers import LARGEST, insert_numbered


@dataclass(frozen=True)
class Demand:
    """What stands behind an item, as far as one reader may count it."""

    accounts: int = 0
    """Distinct accounts."""
    arr: int = 0
    """Their annual recurring revenue in whole dollars, each account counted once."""
    notes: int = 0
    private: int = 0
    """Notes that this reader may not see; not counted above."""
    votes: int = 0
    """Of people, one each, and of accounts, one each."""


def add_or_get(session: Session, *, feedback: Feedback) -> tuple[Feedback, bool]:
    """Add feedback, or return what its message was captured as before; the flag says whether it is new."""
    values = feedback.model_dump(exclude={"id", "number"})
    if feedback.message_ts is not None:
        earlier = find_by_message(
            session, team_id=feedback.team_id, channel=feedback.channel or "", message_ts=feedback.message_ts
        )
        if earlier is not None:
            return earlier, False
    number = insert_numbered(session, Feedback, values, kind="FB", unique=("team_id", "channel", "message_ts"))
    query = select(Feedback).where(Feedback.team_id == feedback.team_id)
    if number is not None:
        return session.exec(query.where(Feedback.number == number)).one(), True
    here = (Feedback.channel == feedback.channel, Feedback.message_ts == feedback.message_ts)
    return session.exec(query.where(*here)).one(), False


def find_by_message(
    session: Session, *, team_id: str, channel: str, message_ts: str, lock: bool = False
) -> Feedback | None:
    """Return what a message was captured as."""
    query = select(Feedback).where(
        Feedback.team_id == team_id, Feedback.channel == channel, Feedback.message_ts == message_ts
    )
    return session.exec(query.with_for_update() if lock else query).first()


def numbers_with_thread(session: Session, *, team_id: str, channel: str, thread_ts: str) -> list[int]:
    """List the numbers of the feedback that keeps the words of a thread."""
    query = (
        select(Feedback.number)
        .where(Feedback.team_id == team_id, Feedback.channel == channel, Feedback.thread_quote != "")
        .where(or_(Feedback.message_ts == thread_ts, Feedback.thread_ts == thread_ts))
    )
    return list(session.exec(query.order_by(col(Feedback.number))))


def withdrawn_messages(session: Session, *, team_id: str, channel: str, among: Iterable[str]) -> set[str]:
    """Return which of these messages of a channel, by their ts, were captured and then withdrawn."""
    query = select(Feedback.message_ts).where(
        Feedback.team_id == team_id,
        Feedback.channel == channel,
        col(Feedback.message_ts).in_(list(among)),
        col(Feedback.withdrawn),
    )
    return {ts for ts in session.exec(query) if ts is not None}


def find(
    session: Session, *, team_id: str, number: int, reader: Reader | None = None, lock: bool = False
) -> Feedback | None:
    """Return the feedback with that number, if `reader` may read it (None: whatever its visibility)."""
    if number > LARGEST:
        return None
    query = select(Feedback).where(Feedback.team_id == team_id, Feedback.number == number)
    if reader is not None:
        query = query.where(readable(reader))
    return session.exec(query.with_for_update() if lock else query).first()


def search(
    session: Session,
    *,
    team_id: str,
    reader: Reader,
    item_ids: Iterable[int] | None = None,
    numbers: Iterable[int] | None = None,
    account_ids: Iterable[int] | None = None,
    limit: int = 200,
) -> list[Feedback]:
    """List feedback that this reader may read, newest first: all, or of some items, numbers or accounts."""
    query = select(Feedback).where(Feedback.team_id == team_id, col(Feedback.withdrawn).is_(False), readable(reader))
    if item_ids is not None:
        query = query.where(col(Feedback.item_id).in_(list(item_ids)))
    if numbers is not None:
        query = query.where(col(Feedback.number).in_([number for number in numbers if number <= LARGEST]))
    if account_ids is not None:
        query = query.where(col(Feedback.account_id).in_(list(account_ids)))
    if numbers is not None:
        # Asked to sort, SQLite walks all feedback by date instead of looking the numbers up: 44 ms for 200 of 100,000.
        found = sorted(session.exec(query), key=lambda one: (one.captured_at, one.id or 0), reverse=True)
        return found[:limit]
    return list(session.exec(query.order_by(col(Feedback.captured_at).desc(), col(Feedback.id).desc()).limit(limit)))


def items_of_accounts(session: Session, *, team_id: str, reader: Reader, account_ids: Iterable[int]) -> set[int]:
    """Return the keys of the items that accounts asked for, in feedback that this reader may read."""
    query = select(Feedback.item_id).where(
        Feedback.team_id == team_id,
        col(Feedback.account_id).in_(list(account_ids)),
        col(Feedback.withdrawn).is_(False),
        col(Feedback.item_id).is_not(None),
        readable(reader),
    )
    return {item_id for item_id in session.exec(query.distinct()) if item_id is not None}


def themes_of_items(session: Session, *, team_id: str, reader: Reader) -> list[tuple[int, str]]:
    """List the keys of items, each with a theme of its feedback that this reader may read."""
    query = select(Feedback.item_id, Feedback.theme).where(
        Feedback.team_id == team_id,
        Feedback.theme != "",
        col(Feedback.withdrawn).is_(False),
        col(Feedback.item_id).is_not(None),
        readable(reader),
    )
    return [(item_id, theme) for item_id, theme in session.exec(query.distinct()) if item_id is not None]


def of_person(session: Session, *, team_id: str, reader: Reader, limit: int = 200) -> list[Feedback]:
    """List what this reader captured, said, or stands behind, as far as they may still read it, newest first."""
    backed = select(Supporter.feedback_id).where(Supporter.team_id == team_id, Supporter.user_id == reader.user_id)
    own = or_(Feedback.captured_by == reader.user_id, Feedback.said_by == reader.user_id, col(Feedback.id).in_(backed))
    query = select(Feedback).where(
        Feedback.team_id == team_id, col(Feedback.withdrawn).is_(False), own, readable(reader)
    )
    return list(session.exec(query.order_by(col(Feedback.captured_at).desc(), col(Feedback.id).desc()).limit(limit)))


def waiting(session: Session, *, team_id: str, reader: Reader) -> tuple[int, Feedback | None]:
    """Return how much feedback that this reader may read waits for triage, and the oldest of it."""
    query = select(Feedback, func.count().over()).where(
        Feedback.team_id == team_id,
        col(Feedback.withdrawn).is_(False),
        col(Feedback.item_id).is_(None),
        readable(reader),
    )
    first = session.exec(query.order_by(col(Feedback.captured_at), col(Feedback.id)).limit(1)).first()
    return (int(first[1]), first[0]) if first is not None else (0, None)


def count_captured(session: Session, *, team_id: str, reader: Reader | None, since: datetime, until: datetime) -> int:
    """Count the feedback captured between two instants: what `reader` may read, or all of it (None)."""
    query = select(func.count()).where(
        Feedback.team_id == team_id,
        Feedback.captured_at > since,
        Feedback.captured_at <= until,
        col(Feedback.withdrawn).is_(False),
        arrived(Feedback, team_id=team_id) if reader is None else readable(reader),
    )
    return int(session.exec(query).one())


def demand(session: Session, *, team_id: str, reader: Reader, item_ids: Iterable[int]) -> dict[int, Demand]:
    """Return the demand behind each item, as far as this reader may count it."""
    ids = list(item_ids)
    mine = readable(reader)
    rows = session.connection().execute(
        select(
            col(Feedback.item_id),
            func.count().filter(mine),
            func.count(),
            _each(session, case((mine, col(Feedback.account_id)))),
        )
        .where(Feedback.team_id == team_id, col(Feedback.item_id).in_(ids), col(Feedback.withdrawn).is_(False))
        .where(arrived(Feedback, team_id=team_id))
        .group_by(col(Feedback.item_id))
    )
    notes = {item_id: (read, every - read, keys.split(",") if keys else []) for item_id, read, every, keys in rows}
    voted = votes.accounts(session, team_id=team_id, item_ids=ids)
    known = set[str]().union(*(keys for _, _, keys in notes.values()), *voted.values())
    revenue = accounts.revenue(session, team_id=team_id, ids=[int(key) for key in known])
    counted = votes.count(session, team_id=team_id, item_ids=ids)
    found = {}
    for one in ids:
        read, private, keys = notes.get(one, (0, 0, []))
        # an account counts once, whether it asked, voted, or both
        behind = [revenue[key] for key in {*keys, *voted.get(one, ())} if key in revenue]
        found[one] = Demand(len(behind), sum(behind), read, private, counted.get(one, 0))
    return found


def add_supporter(session: Session, *, team_id: str, feedback_id: int, user_id: str, at: datetime) -> bool:
    """Count somebody in; say whether they are new."""
    values = {"team_id": team_id, "feedback_id": feedback_id, "user_id": user_id, "at": at}
    return insert_new(session, Supporter, values, unique=("team_id", "feedback_id", "user_id"))


def remove_supporter(session: Session, *, team_id: str, feedback_id: int, user_id: str) -> None:
    """Count somebody out."""
    session.exec(
        delete(Supporter).where(
            col(Supporter.team_id) == team_id,
            col(Supporter.feedback_id) == feedback_id,
            col(Supporter.user_id) == user_id,
        )
    )


def supporters(session: Session, *, team_id: str, feedback_id: int) -> list[str]:
    """List who stands behind a piece of feedback, first come first."""
    query = select(Supporter.user_id).where(Supporter.team_id == team_id, Supporter.feedback_id == feedback_id)
    return list(session.exec(query.order_by(col(Supporter.at), Supporter.user_id)))


def keep_files(session: Session, *, team_id: str, feedback_id: int, files: Sequence[FeedbackFile]) -> None:
    """Keep the links to what came with a piece of feedback, in place of those that were known."""
    here = (col(FeedbackFile.team_id) == team_id, col(FeedbackFile.feedback_id) == feedback_id)
    session.exec(delete(FeedbackFile).where(*here))
    for position, file in enumerate(files):
        told = file.model_dump(include={"name", "mimetype", "permalink"})
        session.add(FeedbackFile(team_id=team_id, feedback_id=feedback_id, position=position, **told))


def files(session: Session, *, team_id: str, feedback_ids: Iterable[int]) -> dict[int, list[FeedbackFile]]:
    """Return the links to what came with pieces of feedback, in their order, by feedback."""
    query = select(FeedbackFile).where(
        FeedbackFile.team_id == team_id, col(FeedbackFile.feedback_id).in_(list(feedback_ids))
    )
    found: dict[int, list[FeedbackFile]] = {}
    for one in session.exec(query.order_by(col(FeedbackFile.feedback_id), col(FeedbackFile.position))):
        found.setdefault(one.feedback_id, []).append(one)
    return found


def readable(reader: Reader) -> ColumnElement[bool]:
    """Return the condition under which this reader may read a row of feedback."""
    seen = [FeedbackVisibility.EVERYONE]
    if reader.role.includes(Role.PM):
        seen.append(FeedbackVisibility.PRODUCT)
    own = or_(Feedback.captured_by == reader.user_id, Feedback.said_by == reader.user_id)
    member = and_(Feedback.visibility != FeedbackVisibility.PRODUCT, col(Feedback.channel).in_(sorted(reader.channels)))
    allowed = or_(col(Feedback.visibility).in_(seen), own, member)
    here = arrived(Feedback, team_id=reader.team_id)
    if reader.role.includes(Role.CONTRIBUTOR):
        return and_(here, allowed)
    return and_(here, or_(own, member))


def _each(session: Session, column: ColumnElement[int | None]) -> ColumnElement[str | None]:
    """Return an aggregate: each value once, with commas between; a sum over a join takes three times as long."""
    if session.get_bind().dialect.name == "sqlite":
        return func.group_concat(column.distinct())
    return func.string_agg(cast(column, String).distinct(), ",")


def captures_of_item(session: Session, *, team_id: str, item_id: int) -> list[tuple[int, str]]:
    """List the number and the capturer of all feedback that is linked to an item, whoever may read it."""
    query = select(Feedback.number, Feedback.captured_by).where(
        Feedback.team_id == team_id, Feedback.item_id == item_id
    )
    return [(number, who) for number, who in session.exec(query.order_by(col(Feedback.number)))]
