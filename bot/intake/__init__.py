"""The intake: nothing that Slack was told we have is lost.

What arrives is stored in one group commit with everything else that waits, and only then acked. It is then dispatched,
in order within its lane, until it is done; what fails is tried again with growing pauses, and then laid aside for a
person to look at. Whoever clicked waits for it: a click is tried for half a minute only, and then its sender is told.
What a crash leaves behind is found by its lease and dispatched again, so every listener may run twice: writes carry
their cause.
"""

import asyncio
import contextlib
import logging
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from bot.errors import BotError, NotSavedError, surviving
from bot.intake.keeping import BATCH, Arrival, IntakeFullError, Keeping
from storage import intake as stored
from storage import leases
from storage.database import Database, Session, machine_now
from storage.leases import Lease
from storage.models import IntakeRow

__all__ = ["Arrival", "Dispatch", "DispatchFailedError", "GivenUp", "Held", "Intake", "IntakeFullError"]

log = logging.getLogger(__name__)

LEASE_SECONDS = 30.0
PAUSES = (2.0, 4.0, 8.0, 16.0)
"""Seconds before each further try; after the last of them whoever waits is told, and it is laid aside."""
MORE_PAUSES = (60.0, 240.0, 900.0, 3600.0)
"""Further ones for events, which nobody waits for, so that an hour without Slack is outlived."""
LATE_SECONDS = 60.0
"""When whoever waits is told as well: a database that was away could not even note that it failed."""
SWEEP_SECONDS = 1.0


class DispatchFailedError(BotError):
    """Something went wrong on our side. Please try again in a minute."""


@dataclass(frozen=True)
class Held:
    """A stored arrival that this process holds."""

    lease: Lease
    team_id: str
    kind: str
    lane: str
    payload: str
    is_too_late: bool = False
    """Whether whoever waits has waited too long, and is only to be told."""

    @property
    def is_awaited(self) -> bool:
        """Say whether somebody waits for it, who may have decided otherwise in an hour."""
        return self.kind != "event"


Dispatch = Callable[[Held], Awaitable[None]]
"""Runs the listeners; raises when one of them did not finish."""
GivenUp = Callable[[Held, BaseException], Awaitable[None]]
"""Hears that what somebody waits for is laid aside, and why."""


class Intake:
    """Stores arrivals and sees them through."""

    def __init__(
        self,
        database: Database,
        dispatch: Dispatch,
        *,
        owner: str,
        given_up: GivenUp | None = None,
        pauses: Sequence[float] = PAUSES,
        more_pauses: Sequence[float] = MORE_PAUSES,
        lease_seconds: float = LEASE_SECONDS,
        sweep_seconds: float = SWEEP_SECONDS,
    ) -> None:
        self._database = database
        self._dispatch = dispatch
        self._owner = owner
        self._given_up = given_up
        self._pauses = pauses
        self._more_pauses = more_pauses
        self._lease_seconds = lease_seconds
        self._sweep_seconds = sweep_seconds
        self._keeping = Keeping(database, owner=owner, lease_seconds=lease_seconds)
        self._unnoted: set[int] = set()
        self._lanes: dict[str, asyncio.Queue[Held]] = {}
        self._in_lanes: dict[int, Lease] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._stopping = asyncio.Event()

    async def start(self) -> None:
        """Take up what an earlier process left, and begin to work."""
        if self._database.is_sqlite:
            release = partial(leases.release_across_teams, table=IntakeRow, owner=self._owner, own=False)
            await self._database.write(release)
        self._spawn(self._keeping.commit())
        self._spawn(self._sweep())

    async def store(self, arrival: Arrival) -> Held | None:
        """Keep an arrival for good and hold it; None when it is known already.

        Raises NotSavedError when it could not be kept: then it must not be acked.
        """
        row_id = await self._keeping.store(arrival)
        if row_id is None:
            return None
        return Held(Lease(row_id, tries=1), arrival.team_id, arrival.kind, arrival.lane, arrival.payload)

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
        self._keeping.finish(held.lease)

    @property
    def alive(self) -> bool:
        """Say whether what arrives is stored, and what is left behind taken up."""
        running = {task.get_name() for task in self._tasks if not task.done()}
        return {"commit", "_sweep"} <= running

    async def stop(self, seconds: float = 8.0) -> None:
        """Finish what is under way, give back the rest, and stop."""
        self._stopping.set()
        # A claim cut off in flight would still take rows, after everything has been given back.
        under_way = {task for task in self._tasks if task.get_name() == "_sweep" or task.get_name().startswith("lane")}
        if under_way:
            await asyncio.wait(under_way, timeout=seconds)
        await self._keeping.settle()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        with contextlib.suppress(NotSavedError):
            await self._database.write(partial(self._release, disowned=frozenset(self._keeping.disowned)))

    def _spawn(self, work: Any, name: str | None = None) -> None:
        task = asyncio.get_running_loop().create_task(work, name=name or work.__name__)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

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
        if held.is_too_late:
            await self._give_back(held, NotSavedError(), None)
            return
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
        pauses = self._pauses if held.is_awaited else (*self._pauses, *self._more_pauses)
        await self._give_back(held, error, pauses[failures] if failures < len(pauses) else None)

    async def _give_back(self, held: Held, error: BaseException, pause: float | None) -> None:
        """Have it tried again after a pause; without one, lay it aside and tell whoever waits."""

        def write(session: Session) -> bool:
            again_at = None if pause is None else machine_now(session) + pause
            return leases.mark_failed_across_teams(
                session, IntakeRow, owner=self._owner, lease=held.lease, error=repr(error), again_at=again_at
            )

        if held.is_awaited:
            self._unnoted.add(held.lease.id)
        with surviving(log, "giving back an arrival"):  # else the lease runs out by itself
            is_ours = await self._database.write(write)
            self._unnoted.discard(held.lease.id)
            # Told only then: what its sender hears was not saved must not be tried again by anybody.
            if is_ours and pause is None and held.is_awaited and self._given_up is not None:
                await self._given_up(held, error)

    async def _sweep(self) -> None:
        """Take up what nobody holds: after a crash, or when its pause is over."""
        renewed = time.monotonic()
        while not self._stopping.is_set():
            with surviving(log, "taking up what nobody holds"):
                if self._in_lanes and time.monotonic() - renewed > self._lease_seconds / 3:
                    await self._hold_on()
                    renewed = time.monotonic()
                disowned = frozenset(self._keeping.disowned)
                rows = await self._database.write(partial(self._claim, disowned=disowned))
                self._keeping.disowned -= disowned
                for row in rows:
                    self._take_up(row)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self._sweep_seconds):
                    await self._stopping.wait()

    def _take_up(self, row: Any) -> None:
        claimed_at = row.not_before - self._lease_seconds
        too_late = row.id in self._unnoted and claimed_at - row.received_at > LATE_SECONDS
        self._unnoted.discard(row.id)
        lease = Lease(row.id, row.tries, row.failures)
        self.hand_over(Held(lease, row.team_id, row.kind, row.lane, row.payload or "{}", too_late))

    async def _hold_on(self) -> None:
        """Renew what waits in its lane, a batch at a time: what arrives then must not wait for thousands."""
        waiting = list(self._in_lanes.values())
        for at in range(0, len(waiting), BATCH):
            await self._database.write(partial(self._renew, held=waiting[at : at + BATCH]), first=True)

    def _renew(self, session: Session, *, held: list[Lease]) -> None:
        until = machine_now(session) + self._lease_seconds
        leases.renew_across_teams(session, IntakeRow, owner=self._owner, leases=held, until=until)

    def _claim(self, session: Session, *, disowned: frozenset[str]) -> list[Any]:
        self._disown(session, disowned)
        now = machine_now(session)
        return leases.claim_across_teams(
            session, IntakeRow, owner=self._owner, now=now, seconds=self._lease_seconds, limit=BATCH
        )

    def _release(self, session: Session, *, disowned: frozenset[str]) -> None:
        self._disown(session, disowned)
        leases.release_across_teams(session, IntakeRow, owner=self._owner, own=True)

    def _disown(self, session: Session, keys: frozenset[str]) -> None:
        """Leave nothing for anybody to take up of what its sender was told is not saved."""
        if keys:
            stored.disown_across_teams(session, owner=self._owner, keys=keys)
