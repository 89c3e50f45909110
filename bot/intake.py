"""The intake: nothing that Slack was told we have is lost.

What arrives is stored in one group commit with everything else that waits, and only then acked. It is then dispatched,
in order within its lane, until it is done; what fails is tried again with growing pauses, and after nine tries laid
aside for a person to look at. What a crash leaves behind is found by its lease and dispatched again, so every listener
may run twice: writes carry their cause.
"""

import asyncio
import contextlib
import logging
import time
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from bot.errors import BotError, NotSavedError, surviving
from storage import intake as stored
from storage import leases
from storage.database import Connection, CutOffError, Database, Session, machine_now
from storage.leases import Lease
from storage.models import IntakeRow

log = logging.getLogger(__name__)

LEASE_SECONDS = 30.0
PAUSES = (2.0, 4.0, 8.0, 16.0, 60.0, 240.0, 900.0, 3600.0)
"""Seconds before each further try, so that an hour without Slack is outlived; after the last, it is laid aside."""
SWEEP_SECONDS = 1.0
BATCH = 256
WAITING_AT_MOST = 2000
INSERT_SECONDS = 2.0
GATHER_SECONDS = 0.003
"""How long a commit waits at most for as many arrivals as came of late: what it costs is then shared by all."""
DONE_SECONDS = 0.02
"""How long what is done waits for an arrival, whose commit then serves both."""


class IntakeFullError(NotSavedError):
    """Linchpin is very busy, so that was not saved. Please try again in a minute."""


class DispatchFailedError(BotError):
    """A listener did not finish."""


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


@dataclass(frozen=True)
class Held:
    """A stored arrival that this process holds."""

    lease: Lease
    team_id: str
    kind: str
    lane: str
    payload: str


Dispatch = Callable[[Held], Awaitable[None]]
"""Runs the listeners; raises when one of them did not finish."""


@dataclass
class _Waiting:
    arrivals: list[tuple[Arrival, "asyncio.Future[int | None]"]] = field(default_factory=list)
    done: list[Lease] = field(default_factory=list)


class Intake:
    """Stores arrivals and sees them through."""

    def __init__(
        self,
        database: Database,
        dispatch: Dispatch,
        *,
        owner: str,
        pauses: Sequence[float] = PAUSES,
        lease_seconds: float = LEASE_SECONDS,
        sweep_seconds: float = SWEEP_SECONDS,
    ) -> None:
        self._database = database
        self._dispatch = dispatch
        self._owner = owner
        self._pauses = pauses
        self._lease_seconds = lease_seconds
        self._sweep_seconds = sweep_seconds
        self._waiting = _Waiting()
        self._unsettled: deque[tuple[float, asyncio.Future[int | None]]] = deque()
        self._alarm: asyncio.TimerHandle | None = None
        self._work = asyncio.Event()
        self._expected = 1
        self._gathering: asyncio.TimerHandle | None = None
        self._committing = asyncio.Lock()
        self._disowned: set[str] = set()
        self._lanes: dict[str, asyncio.Queue[Held]] = {}
        self._in_lanes: dict[int, Lease] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._stopping = asyncio.Event()

    async def start(self) -> None:
        """Take up what an earlier process left, and begin to work."""
        if self._database.is_sqlite:
            release = partial(leases.release_across_teams, table=IntakeRow, owner=self._owner, own=False)
            await self._database.write(release)
        self._spawn(self._commit())
        self._spawn(self._sweep())

    async def store(self, arrival: Arrival) -> Held | None:
        """Keep an arrival for good and hold it; None when it is known already.

        Raises NotSavedError when it could not be kept: then it must not be acked.
        """
        if len(self._waiting.arrivals) >= WAITING_AT_MOST:
            raise IntakeFullError()
        future: asyncio.Future[int | None] = asyncio.get_running_loop().create_future()
        self._waiting.arrivals.append((arrival, future))
        self._gather()
        self._watch(future)
        row_id = await future
        if row_id is None:
            return None
        return Held(Lease(row_id, tries=1), arrival.team_id, arrival.kind, arrival.lane, arrival.payload)

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

    def hand_over(self, held: Held) -> None:
        """Dispatch a held arrival soon, after what came before it in its lane."""
        lane = f"{held.team_id}/{held.lane}"
        if lane not in self._lanes:
            self._lanes[lane] = asyncio.Queue()
            self._spawn(self._walk(lane), name=f"lane {lane}")
        self._in_lanes[held.lease.id] = held.lease
        self._lanes[lane].put_nowait(held)

    def finish(self, held: Held) -> None:
        """Mark an arrival done, in the next group commit or in one of its own a moment later."""
        if not self._waiting.done:
            asyncio.get_running_loop().call_later(DONE_SECONDS, self._work.set)
        self._waiting.done.append(held.lease)

    @property
    def alive(self) -> bool:
        """Say whether what arrives is stored, and what is left behind taken up."""
        running = {task.get_name() for task in self._tasks if not task.done()}
        return {"_commit", "_sweep"} <= running

    async def stop(self, seconds: float = 8.0) -> None:
        """Finish what is under way, give back the rest, and stop."""
        self._stopping.set()
        self._work.set()
        # A claim cut off in flight would still take rows, after everything has been given back.
        under_way = {task for task in self._tasks if task.get_name() == "_sweep" or task.get_name().startswith("lane")}
        if under_way:
            await asyncio.wait(under_way, timeout=seconds)
        await self._settle()  # also waits for the commit that is under way
        while self._waiting.arrivals or self._waiting.done:
            await self._settle()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        with contextlib.suppress(NotSavedError):
            release = partial(leases.release_across_teams, table=IntakeRow, owner=self._owner, own=True)
            await self._database.write(release)

    def _spawn(self, work: Any, name: str | None = None) -> None:
        task = asyncio.get_running_loop().create_task(work, name=name or work.__name__)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _gather(self) -> None:
        """Begin a commit once as many wait as are expected, or a moment later; who comes alone does not wait."""
        if len(self._waiting.arrivals) >= self._expected:
            self._work.set()
        elif self._gathering is None:
            self._gathering = asyncio.get_running_loop().call_later(GATHER_SECONDS, self._work.set)

    async def _commit(self) -> None:
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
                self._disowned.update(arrival.key for arrival in arrivals if arrival.kind != "event")
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
                self._waiting.done.append(Lease(row_id, tries=1))

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

    async def _walk(self, lane: str) -> None:
        queue = self._lanes[lane]
        while not queue.empty():
            held = queue.get_nowait()
            await self._see_through(held)
            self._in_lanes.pop(held.lease.id, None)
        del self._lanes[lane]

    async def _see_through(self, held: Held) -> None:
        if self._stopping.is_set():
            return  # its lease is given back in stop()
        try:
            await self._dispatch(held)
        except (Exception, asyncio.CancelledError) as error:  # whatever a listener raises
            task = asyncio.current_task()
            if task is not None and task.cancelling():
                raise
            await self._postpone(held, error)
        else:
            self.finish(held)

    async def _postpone(self, held: Held, error: BaseException) -> None:
        failures = held.lease.failures
        log.warning("%s %d failed (time %d): %s", held.kind, held.lease.id, failures + 1, error)
        pause = self._pauses[failures] if failures < len(self._pauses) else None

        def write(session: Session) -> None:
            again_at = None if pause is None else machine_now(session) + pause
            leases.mark_failed_across_teams(
                session, IntakeRow, owner=self._owner, lease=held.lease, error=repr(error), again_at=again_at
            )

        with surviving(log, "giving back an arrival"):  # then the lease runs out by itself
            await self._database.write(write)

    async def _sweep(self) -> None:
        """Take up what nobody holds: after a crash, or when its pause is over."""
        renewed = time.monotonic()
        while not self._stopping.is_set():
            with surviving(log, "taking up what nobody holds"):
                if self._in_lanes and time.monotonic() - renewed > self._lease_seconds / 3:
                    await self._hold_on()
                    renewed = time.monotonic()
                disowned = frozenset(self._disowned)
                rows = await self._database.write(partial(self._claim, disowned=disowned))
                self._disowned -= disowned
                for row in rows:
                    lease = Lease(row.id, row.tries, row.failures)
                    self.hand_over(Held(lease, row.team_id, row.kind, row.lane, row.payload or "{}"))
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self._sweep_seconds):
                    await self._stopping.wait()

    async def _hold_on(self) -> None:
        """Renew what waits in its lane, a batch at a time: what arrives then must not wait for thousands."""
        waiting = list(self._in_lanes.values())
        for at in range(0, len(waiting), BATCH):
            await self._database.write(partial(self._renew, held=waiting[at : at + BATCH]), first=True)

    def _renew(self, session: Session, *, held: list[Lease]) -> None:
        until = machine_now(session) + self._lease_seconds
        leases.renew_across_teams(session, IntakeRow, owner=self._owner, leases=held, until=until)

    def _claim(self, session: Session, *, disowned: frozenset[str]) -> list[Any]:
        if disowned:
            stored.disown_across_teams(session, owner=self._owner, keys=disowned)
        now = machine_now(session)
        return leases.claim_across_teams(
            session, IntakeRow, owner=self._owner, now=now, seconds=self._lease_seconds, limit=BATCH
        )
