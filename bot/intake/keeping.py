"""Keeping what arrives: one group commit for all that waits, and for what is done by then."""

import asyncio
import logging
from collections import deque
from dataclasses import dataclass, field
from functools import partial

from bot.errors import NotSavedError
from storage import intake as stored
from storage import leases
from storage.database import Connection, CutOffError, Database, machine_now
from storage.leases import Lease
from storage.models import IntakeRow

log = logging.getLogger(__name__)

BATCH = 256
WAITING_AT_MOST = 2000
INSERT_SECONDS = 2.0
GATHER_SECONDS = 0.003
"""How long a commit waits at most for as many arrivals as came of late: what it costs is then shared by all."""
DONE_SECONDS = 0.02
"""How long what is done waits for an arrival, whose commit then serves both."""


class IntakeFullError(NotSavedError):
    """Linchpin is very busy, so that was not saved. Please try again in a minute."""


@dataclass(frozen=True)
class Arrival:
    """Something from Slack that must not be lost."""

    team_id: str
    key: str
    """The same for every delivery of the same thing."""
    kind: str
    """`event`, `command`, `action`, `shortcut` or `submission`."""
    lane: str
    """What must stay in order with each other: a channel, or a person."""
    payload: str
    """The body as JSON."""


@dataclass
class _Waiting:
    arrivals: list[tuple[Arrival, "asyncio.Future[int | None]"]] = field(default_factory=list)
    done: list[Lease] = field(default_factory=list)


class Keeping:
    """Stores arrivals, claimed by `owner`, and marks done what has been seen through."""

    def __init__(self, database: Database, *, owner: str, lease_seconds: float) -> None:
        self._database = database
        self._owner = owner
        self._lease_seconds = lease_seconds
        self._waiting = _Waiting()
        self._unsettled: deque[tuple[float, asyncio.Future[int | None]]] = deque()
        self._alarm: asyncio.TimerHandle | None = None
        self._work = asyncio.Event()
        self._expected = 1
        self._gathering: asyncio.TimerHandle | None = None
        self._committing = asyncio.Lock()
        self.disowned: set[str] = set()
        """Keys whose sender was told "not saved", of rows that may be there all the same: they must not take effect."""

    async def store(self, arrival: Arrival) -> int | None:
        """Keep an arrival for good, and return its row's id; None when it is known already.

        Raises NotSavedError when it could not be kept: then it must not be acked.
        """
        if len(self._waiting.arrivals) >= WAITING_AT_MOST:
            raise IntakeFullError()
        future: asyncio.Future[int | None] = asyncio.get_running_loop().create_future()
        self._waiting.arrivals.append((arrival, future))
        self._gather()
        self._watch(future)
        return await future

    def finish(self, lease: Lease) -> None:
        """Mark an arrival done, in the next group commit or in one of its own a moment later."""
        if not self._waiting.done:
            asyncio.get_running_loop().call_later(DONE_SECONDS, self._work.set)
        self._waiting.done.append(lease)

    async def settle(self) -> None:
        """Write all that waits, and wait for the commit that is under way."""
        await self._settle()
        while self._waiting.arrivals or self._waiting.done:
            await self._settle()

    def _watch(self, future: "asyncio.Future[int | None]") -> None:
        """See to it that nobody waits longer than INSERT_SECONDS, with one alarm for all: one each cost too much."""
        loop = future.get_loop()
        while self._unsettled and self._unsettled[0][1].done():
            self._unsettled.popleft()
        self._unsettled.append((loop.time() + INSERT_SECONDS, future))
        if self._alarm is None:
            self._alarm = loop.call_at(self._unsettled[0][0], self._give_up, loop)

    def _give_up(self, loop: asyncio.AbstractEventLoop) -> None:
        now = loop.time()
        while self._unsettled and (self._unsettled[0][1].done() or self._unsettled[0][0] <= now):
            _, future = self._unsettled.popleft()
            if not future.done():
                future.set_exception(NotSavedError())
        self._alarm = loop.call_at(self._unsettled[0][0], self._give_up, loop) if self._unsettled else None

    def _gather(self) -> None:
        """Begin a commit once as many wait as are expected, or a moment later; who comes alone does not wait."""
        if len(self._waiting.arrivals) >= self._expected:
            self._work.set()
        elif self._gathering is None:
            self._gathering = asyncio.get_running_loop().call_later(GATHER_SECONDS, self._work.set)

    async def commit(self) -> None:
        """Write what waits, for ever."""
        while True:
            await self._work.wait()
            self._work.clear()
            if self._gathering is not None:
                self._gathering.cancel()
                self._gathering = None
            await self._settle()
            if self._waiting.arrivals or self._waiting.done:
                self._gather()

    async def _settle(self) -> None:
        """Write what waits in one commit, or the first of it."""
        async with self._committing:
            batch, self._waiting.arrivals = self._waiting.arrivals[:BATCH], self._waiting.arrivals[BATCH:]
            done, self._waiting.done = self._waiting.done[:BATCH], self._waiting.done[BATCH:]
            if not (batch or done):
                return
            # Whoever gave up waiting was told "not saved": what they sent must not take effect later.
            await self._settle_batch([one for one in batch if not one[1].done()], done)
            # Who is answered now is soon back, with those who came meanwhile.
            self._expected = min(BATCH, max(1, len(batch) + len(self._waiting.arrivals)))

    async def _settle_batch(self, batch: "list[tuple[Arrival, asyncio.Future[int | None]]]", done: list[Lease]) -> None:
        try:
            arrivals = [arrival for arrival, _ in batch]
            new = await self._database.write_bare(partial(self._write, arrivals=arrivals, done=done))
        except Exception as error:  # noqa: BLE001 (handed to whoever waits; what arrives next must still be stored)
            log.warning("%d arrivals could not be stored: %r", len(batch), error)
            refusal = error if isinstance(error, NotSavedError) else NotSavedError()
            if isinstance(error, CutOffError):
                # Of what may be there Slack repeats the events; nothing else is to take effect.
                self.disowned.update(arrival.key for arrival in arrivals if arrival.kind != "event")
                refusal = NotSavedError()
            for _, future in batch:
                if not future.done():
                    future.set_exception(refusal)
            if done:
                log.warning("%d arrivals are done but could not be marked so; they will run again", len(done))
            return
        for arrival, future in batch:
            row_id = new.pop(arrival.key, None)
            if not future.done():
                future.set_result(row_id)
            elif row_id is not None and arrival.kind != "event":
                # Its sender was told "not saved" a moment ago. Events are repeated by Slack; nothing else is.
                self.disowned.add(arrival.key)

    def _write(self, connection: Connection, *, arrivals: list[Arrival], done: list[Lease]) -> dict[str, int]:
        leases.mark_done_across_teams(connection, IntakeRow, owner=self._owner, leases=done)
        if not arrivals:
            return {}
        now = machine_now(connection)
        rows = [
            {
                "team_id": one.team_id,
                "key": one.key,
                "kind": one.kind,
                "lane": one.lane,
                "payload": one.payload,
                "status": "open",
                "received_at": now,
                "not_before": now + self._lease_seconds,
                "owner": self._owner,
                "tries": 1,
                "failures": 0,
            }
            for one in arrivals
        ]
        return stored.add_across_teams(connection, rows=rows)
