"""The books of a run: what was promised, and what has come of it."""

import asyncio
import json
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, pairwise
from typing import Any

from sqlalchemy import Engine, NullPool, create_engine, text
from sqlmodel import Session, col, select

from bot.outbox import mark_of
from bot.sandbox import Sandbox
from bot.sandbox.workspace import Message
from storage.models import Change, Feedback, IntakeRow, Item, JobRow, OutboxRow, Run, RunStatus, Schedule, Supporter
from tests.faults.clerks import PLANS, Promise
from tests.faults.people import People, Place
from tests.reading import blocks_text

PATIENCE = 90.0
"""Seconds in which all must be settled: a lease, and the posts that waited for it, besides one for each due."""
AT_ONCE_SECONDS = 0.5
"""Replicas that say something within this time say it at once: which transaction ends first is left to chance."""
SETTLE_SECONDS = 6.0
"""Longer than the bot waits before it looks for a post of unknown outcome."""
_UNDER_WAY = (RunStatus.APPROVED, RunStatus.POSTING)


@dataclass
class Findings:
    """What was counted; every word in `wrong` is a defect."""

    acked: int = 0
    due: int = 0
    lost: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    other: list[str] = field(default_factory=list)

    @property
    def wrong(self) -> list[str]:
        """List all that is wrong."""
        return [*self.lost, *self.missing, *self.doubled, *self.other]


class Ledger:
    """Reads the bot's database from outside, while the bot runs."""

    def __init__(self, database_url: str) -> None:
        self.is_sqlite = database_url.startswith("sqlite")
        self._url = database_url
        self._engine = _beside(database_url)

    def close(self) -> None:
        """Let go of the database."""
        self._engine.dispose()

    def held_by_the_dead(self, *pids: int) -> int:
        """Count the rows that processes hold which are gone."""
        with Session(self._engine) as session:
            rows = session.exec(select(IntakeRow.owner).where(IntakeRow.status == "open", IntakeRow.not_before > 0))
            soon = time.time() + SETTLE_SECONDS
            sending = select(OutboxRow.owner).where(OutboxRow.status == "sending", OutboxRow.lease_until > soon)
            owners = [*rows, *session.exec(sending)]
        return sum(any(f":{pid}:" in str(owner) for pid in pids) for owner in owners)

    def let_leases_run_out(self, pid: int) -> None:
        """End what a killed process holds on PostgreSQL, as half a minute would."""
        soon = f"extract(epoch FROM clock_timestamp()) + {SETTLE_SECONDS}"
        with self._engine.begin() as connection:
            for table in ("intake", "job"):
                connection.execute(
                    text(f"UPDATE {table} SET not_before = 0 WHERE status = 'open' AND owner LIKE :owner"),  # noqa: S608 (written here)
                    {"owner": f"%:{pid}:%"},
                )
            connection.execute(
                text(f"UPDATE outbox SET lease_until = {soon} WHERE status = 'sending' AND owner LIKE :owner"),  # noqa: S608 (written here)
                {"owner": f"%:{pid}:%"},
            )

    def age(self, seconds: float) -> int:
        """Let what was stored have come that much earlier, while no bot runs; return how many waited."""
        with Session(_engine(self._url)) as session:
            waiting = session.exec(select(IntakeRow).where(IntakeRow.status == "open")).all()
            for row in waiting:
                payload = json.loads(row.payload or "{}")
                payload["event_time"] -= int(seconds)
                payload["event"]["event_ts"] = f"{float(payload['event']['event_ts']) - seconds:.6f}"
                row.payload, row.received_at = json.dumps(payload), row.received_at - seconds
            session.commit()
            return len(waiting)

    def waits(self, runs_due: int) -> str:
        """Say what is still to be done; nothing when all is settled."""
        with Session(self._engine) as session:
            open_ones = {
                "arrivals": len(session.exec(select(IntakeRow.id).where(IntakeRow.status == "open")).all()),
                "posts": len(session.exec(select(OutboxRow.id).where(_unsent())).all()),
                "jobs": len(session.exec(select(JobRow.id).where(JobRow.status == "open")).all()),
                "runs": runs_due - len(session.exec(_planned().where(Run.status == RunStatus.POSTED)).all()),
                "approved runs": len(session.exec(select(Run.id).where(col(Run.status).in_(_UNDER_WAY))).all()),
            }
        return ", ".join(f"{count} {name}" for name, count in open_ones.items() if count)

    def check(self, sandbox: Sandbox, people: People, runs_due: int, promises: Sequence[Promise] = ()) -> Findings:
        """Compare what was promised with what is there."""
        acks = people.acks
        acked = len(acks.support) + len(acks.forms) + len(acks.items) + len(acks.moves) + len(promises)
        found = Findings(acked=acked, due=runs_due)
        with Session(self._engine, expire_on_commit=False) as session:
            books = _Books(session)
            kept = {one: session.connection().execute(text(one.query), one.about).scalar_one() for one in promises}
        found.lost += [f"lost: {one.what}: {one.query} {one.about}" for one in promises if kept[one] == 0]
        found.doubled += [f"doubled: {kept[one]} times: {one.what}" for one in promises if kept[one] > 1]
        found.lost += [*books.lost(people), *books.lost_decisions(people)]
        found.missing += books.missing(sandbox)
        found.doubled += books.doubled(sandbox, people)
        found.other += [*books.laid_aside(), *books.too_close(sandbox), *books.out_of_order(sandbox)]
        found.other += books.saved_after_all(people)
        found.other += books.stale_cards(sandbox, people)
        found.other += [f"never acknowledged: {one['event']['type']}" for one in sandbox.undelivered_events]
        found.other += _unheard(people)
        return found


async def settle(sandbox: Sandbox, people: People, ledger: Ledger, runs_due: int) -> None:
    """Wait until everything that was begun has ended."""
    try:
        async with asyncio.timeout(PATIENCE + runs_due):
            await people.done()
            await sandbox.delivered()
            while True:  # another process makes it so: there is no event to wait for
                if not ledger.waits(runs_due):
                    return
                await asyncio.sleep(0.1)
    except TimeoutError:
        waits = ledger.waits(runs_due) or "events that are not acknowledged, or clicks"
        raise AssertionError(f"After {PATIENCE + runs_due:g} s still to do: {waits}") from None


class _Books:
    """All rows of a settled run."""

    def __init__(self, session: Session) -> None:
        self.feedback = {(one.channel, one.message_ts): one for one in session.exec(select(Feedback))}
        self.numbers = Counter((one.channel, one.message_ts) for one in session.exec(select(Feedback)))
        self.supporters: dict[int, set[str]] = defaultdict(set)
        for one in session.exec(select(Supporter)):
            self.supporters[one.feedback_id].add(one.user_id)
        self.outbox = list(session.exec(select(OutboxRow).order_by(col(OutboxRow.id))))
        self.runs = {one.number: one for one in session.exec(select(Run))}
        self.titles = Counter(session.exec(select(Item.title)))
        self.reasons = Counter(session.exec(select(Change.reason).where(Change.field == "lane")))
        self.dead = [one.error for one in session.exec(select(IntakeRow).where(IntakeRow.status == "dead"))]

    def lost(self, people: People) -> Iterator[str]:
        for place, who in sorted(people.acks.support):
            feedback = self.feedback.get(place)
            if feedback is None or who not in self.supporters[feedback.id or 0]:
                yield f"lost: {who} reacted to {place}"
        for place in sorted(people.acks.forms):
            who, problem = people.forms[place]
            feedback = self.feedback.get(place)
            if feedback is None or feedback.problem != problem or feedback.captured_by != who:
                yield f"lost: the form of {who} about {place}"

    def lost_decisions(self, people: People) -> Iterator[str]:
        yield from (f"lost: the item {title}" for title in sorted(people.acks.items) if not self.titles[title])
        yield from (f"lost: the move for {reason}" for reason in sorted(people.acks.moves) if not self.reasons[reason])

    def saved_after_all(self, people: People) -> Iterator[str]:
        there = {*self.titles, *self.reasons}
        yield from (f"said to be not saved, and saved: {words}" for words in sorted(people.not_saved & there))

    def missing(self, sandbox: Sandbox) -> Iterator[str]:
        seen = _marks(sandbox)
        for row in self.outbox:
            if row.op == "post" and row.status != "waiting" and not seen[mark_of(row)]:
                yield f"missing: {row.key} ({row.status}: {row.error})"
        stands = self._updates(seen)
        posted = (one for one in self.runs.values() if one.status == RunStatus.POSTED)
        yield from (f"missing: {one.ref} counts as posted" for one in posted if not stands[one.number])

    def doubled(self, sandbox: Sandbox, people: People) -> Iterator[str]:
        keys = {mark_of(row): row.key for row in self.outbox}
        for mark, count in _marks(sandbox).items():
            if count > 1 or mark not in keys:
                yield f"doubled: {keys.get(mark, mark)} stands there {count} times"
        stands = self._updates(_marks(sandbox))
        yield from (f"doubled: UPD-{number} stands there {n} times" for number, n in stands.items() if n > 1)
        unmarked = (one for one in _said(sandbox) if one.metadata is None)
        yield from (f"not from the outbox: {one.text}" for one in unmarked if not _tells_of_an_error(sandbox, one))
        for place in [*people.support, *people.forms]:
            said = sandbox.workspace.messages[place[0]][place[1]]
            cards = [one for one in sandbox.workspace.replies(said) if one.bot_id is not None]
            if len(cards) > 1:
                yield f"doubled: {len(cards)} cards below {place}"
        # not where clerks are: they click, and what answers a click may come twice
        theirs = {channel for channel, _ in [*people.support, *people.forms]}
        about_feedback = [one for one in sandbox.workspace.ephemerals if "FB-" in one.text and one.channel in theirs]
        whispers = Counter((one.channel, one.only_for, one.text) for one in about_feedback)
        yield from (f"doubled: {count} times only for one: {said}" for said, count in whispers.items() if count > 1)
        decided = [*self.titles.items(), *self.reasons.items()]
        yield from (f"doubled: {n} times: {words}" for words, n in decided if words and n > 1)
        yield from (f"doubled: {place} was captured {n} times" for place, n in self.numbers.items() if n > 1)

    def _updates(self, marks: Counter[str]) -> Counter[int]:
        """Count by their numbers the updates that stand somewhere, whatever rows posted them."""
        rows = [row for row in self.outbox if row.kind == "update_post" and row.op == "post"]
        return Counter(row.nouns["number"] for row in rows for _ in range(marks[mark_of(row)]))

    def laid_aside(self) -> Iterator[str]:
        yield from (f"laid aside: {error}" for error in self.dead)
        yield from (f"{row.status}: {row.key}: {row.error}" for row in self.outbox if row.status in ("held", "dead"))

    def too_close(self, sandbox: Sandbox) -> Iterator[str]:
        posts = [one for one in _said(sandbox) if one.metadata is not None]
        for channel in {one.channel for one in posts}:
            times = sorted(float(one.ts) for one in posts if one.channel == channel)
            for earlier, later in pairwise(times):
                if later - earlier < 1.0:
                    yield f"too close: two posts in {channel} within {later - earlier:.2f} s"

    def out_of_order(self, sandbox: Sandbox) -> Iterator[str]:
        """Compare the runs of each channel by slot, and all posts of each channel by the order they were said in."""
        rows = {mark_of(row): row for row in self.outbox if row.op == "post"}
        there: dict[str, list[OutboxRow]] = defaultdict(list)
        for one in sorted(_said(sandbox), key=lambda one: float(one.ts)):
            if one.metadata is not None and (row := rows.get(_mark(one))) is not None:
                there[one.channel].append(row)
        for channel, sent in there.items():
            slots = [self.runs[row.nouns["number"]].slot for row in sent if row.kind == "update_post"]
            if slots != sorted(slots):
                yield f"out of order: the updates in {channel}"
            for row, newest in zip(sent[1:], accumulate((row.created_at for row in sent), max), strict=False):
                if row.created_at < newest - AT_ONCE_SECONDS:
                    yield f"out of order: {row.key} came late in {channel}"

    def stale_cards(self, sandbox: Sandbox, people: People) -> Iterator[str]:
        for place in [*people.support, *people.forms]:
            if (feedback := self.feedback.get(place)) is None:
                continue
            for card in _cards(sandbox, place):
                now = f"Me too · {len(self.supporters[feedback.id or 0])}"
                if now not in blocks_text(card.blocks or [], sandbox.workspace):
                    yield f"stale: the card of {feedback.ref} does not say {now}"
            if "inbox_tray" not in sandbox.workspace.messages[place[0]][place[1]].reactions:
                yield f"missing: the receipt of {feedback.ref}"


def _cards(sandbox: Sandbox, place: Place) -> list[Message]:
    said = sandbox.workspace.messages[place[0]][place[1]]
    return [one for one in sandbox.workspace.replies(said) if one.bot_id is not None]


def _marks(sandbox: Sandbox) -> Counter[str]:
    """Count the messages that stand anywhere by their mark."""
    return Counter(_mark(one) for one in _said(sandbox) if one.metadata is not None)


def _mark(said: Message) -> str:
    return str((said.metadata or {})["event_payload"]["key"])


def _unheard(people: People) -> Iterator[str]:
    """List what people did and the bot never took in: nobody gives up before the end of a run."""
    done = {(place, who) for place, whos in people.support.items() for who in whos}
    yield from (f"never acknowledged: {who} reacted to {place}" for place, who in sorted(done - people.acks.support))
    yield from (f"never acknowledged: the form about {place}" for place in sorted({*people.forms} - people.acks.forms))


def _said(sandbox: Sandbox) -> Iterator[Message]:
    """List what the bot has said, but for files: they come from a job, which may be done twice."""
    every = (one for place in sandbox.workspace.messages.values() for one in place.values())
    return (one for one in every if one.bot_id is not None and not one.files)


def _tells_of_an_error(sandbox: Sandbox, said: Message) -> bool:
    """Say whether a message is one that somebody gets alone, straight away, when what they did went wrong."""
    return sandbox.workspace.channels[said.channel].is_im


def _unsent() -> Any:
    return col(OutboxRow.status).in_(["new", "sending"])


def _planned() -> Any:
    """Select the runs of the schedules that the story made: the clerks' own need not be posted."""
    return select(Run.id).join(Schedule).where(~col(Schedule.name).startswith(PLANS))


def _beside(url: str) -> Engine:
    """Open the database next to the bot: SQLite for reading only, since its file belongs to one process."""
    if url.startswith("sqlite:///"):
        return create_engine(f"sqlite:///file:{url.removeprefix('sqlite:///')}?mode=ro&uri=true")
    return _engine(url)


def _engine(url: str) -> Engine:
    return create_engine(url.replace("postgresql://", "postgresql+psycopg://"), poolclass=NullPool)
