"""Slow work behind one port: model calls, imports, syncs, upkeep.

A service defers a job in its own transaction (`defer`); a runner does it, possibly twice, so a task must bear that.
Tasks are plain async functions of their arguments, registered by name. To add one, write it next to its topic in
`handlers/` and name it in that topic's `register`.
"""

import asyncio
import contextlib
import logging
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from bot.errors import BotError, NotSavedError, surviving
from storage import jobs as stored
from storage import leases
from storage.database import Database, Session, machine_now, ring
from storage.leases import Lease
from storage.models import JobRow

log = logging.getLogger(__name__)

LEASE_SECONDS = 30.0
"""A crashed worker's job waits this long on PostgreSQL; whoever works on one renews it."""
LONGEST_SECONDS = 330.0
"""A model may take minutes; what takes longer hangs, and is ended and tried again like what failed."""
PAUSES = (2.0, 4.0, 8.0, 16.0)
"""Seconds before each further try; after the last of them whoever waits is told, and the job is laid aside."""
MORE_PAUSES = (60.0, 240.0, 900.0, 3600.0)
"""Further ones where nobody waits: what Slack was silent about, or an older replica does not know, is done later."""
AT_ONCE = 4

Task = Callable[[str, dict[str, Any]], Awaitable[None]]
"""Does a job for a workspace: `task(team_id, args)`."""
GivenUp = Callable[[str, dict[str, Any], Exception], Awaitable[None]]
"""Hears that a job is laid aside, and why: `given_up(team_id, args, error)`."""


class BusyError(BotError):
    """Slack wants me to wait. I'll try again by myself."""

    def __init__(self, seconds: float) -> None:
        super().__init__()
        self.seconds = seconds
        """How long to wait at least before the next try."""


@dataclass(frozen=True)
class Awaited:
    """A task that somebody waits for: who hears of it when it failed for good."""

    task: Task
    given_up: GivenUp

    async def __call__(self, team_id: str, args: dict[str, Any]) -> None:
        """Do the task."""
        await self.task(team_id, args)


def defer(session: Session, *, team_id: str, key: str, task: str, args: Mapping[str, Any]) -> bool:
    """Have a task done soon after this transaction is committed; say whether the key was new."""
    ring(session, "jobs")
    return stored.add(session, team_id=team_id, key=key, task=task, args=dict(args), now=machine_now(session))


class Jobs:
    """The embedded runner: a few jobs at a time, in this process."""

    def __init__(
        self,
        database: Database,
        tasks: Mapping[str, Task],
        *,
        owner: str,
        pauses: Sequence[float] = PAUSES,
        more_pauses: Sequence[float] = MORE_PAUSES,
        lease_seconds: float = LEASE_SECONDS,
        longest_seconds: float = LONGEST_SECONDS,
    ) -> None:
        self._database = database
        self._tasks = tasks
        self._owner = owner
        self._pauses = pauses
        self._more_pauses = more_pauses
        self._lease_seconds = lease_seconds
        self._longest_seconds = longest_seconds
        self._work = asyncio.Event()
        self._running: dict[asyncio.Task[None], Lease] = {}
        self._loop: asyncio.Task[None] | None = None
        self._stopping = False

    async def start(self) -> None:
        """Take up what an earlier process left, and begin to work."""
        if self._database.is_sqlite:
            await self._database.write(partial(leases.release_across_teams, table=JobRow, owner=self._owner, own=False))
        self._database.on_bell("jobs", self._work.set)
        self._loop = asyncio.get_running_loop().create_task(self._run_all(), name="jobs")

    async def stop(self, seconds: float = 4.0) -> None:
        """Wait a little for what runs, give the rest back, and stop."""
        self._stopping = True
        self._work.set()
        if self._loop is not None:
            # A claim cut off in flight would still take jobs, after everything has been given back.
            await asyncio.wait({self._loop}, timeout=seconds)
            self._loop.cancel()
            await asyncio.gather(self._loop, return_exceptions=True)
        if self._running:
            await asyncio.wait(self._running, timeout=seconds)
            for task in list(self._running):
                task.cancel()
            await asyncio.gather(*self._running, return_exceptions=True)
        with contextlib.suppress(NotSavedError):
            await self._database.write(partial(leases.release_across_teams, table=JobRow, owner=self._owner, own=True))

    @property
    def alive(self) -> bool:
        """Say whether jobs are taken up."""
        return self._loop is not None and not self._loop.done()

    async def _run_all(self) -> None:
        renewed = time.monotonic()
        while not self._stopping:
            self._work.clear()
            if self._running and time.monotonic() - renewed > self._lease_seconds / 3:
                with surviving(log, "holding on to jobs"):
                    await self._database.write(partial(self._renew, held=list(self._running.values())))
                renewed = time.monotonic()
            if room := AT_ONCE - len(self._running):
                with surviving(log, "taking up jobs"):
                    for row in await self._database.write(partial(self._claim, limit=room)):
                        lease = Lease(int(row.id), int(row.tries), int(row.failures))
                        task = asyncio.get_running_loop().create_task(self._run(row, lease), name=f"job {row.key}")
                        self._running[task] = lease
                        task.add_done_callback(self._ended)
            if self._stopping:
                return
            with contextlib.suppress(TimeoutError):
                # wait_for loses a stop that comes with the bell (Python 3.11)
                async with asyncio.timeout(min(1.0, self._lease_seconds / 6)):
                    await self._work.wait()

    def _ended(self, task: "asyncio.Task[None]") -> None:
        self._running.pop(task, None)
        self._work.set()

    def _claim(self, session: Session, *, limit: int) -> list[Any]:
        now = machine_now(session)
        return leases.claim_across_teams(
            session, JobRow, owner=self._owner, now=now, seconds=self._lease_seconds, limit=limit
        )

    def _renew(self, session: Session, *, held: list[Lease]) -> None:
        until = machine_now(session) + self._lease_seconds
        leases.renew_across_teams(session, JobRow, owner=self._owner, leases=held, until=until)

    async def _run(self, row: Any, lease: Lease) -> None:
        try:
            async with asyncio.timeout(self._longest_seconds):  # else four that hang would hold up all others
                await self._tasks[row.task](row.team_id, dict(row.args))
        except (Exception, asyncio.CancelledError) as error:  # whatever a task raises, the job is tried again
            ours = asyncio.current_task()
            if ours is not None and ours.cancelling():
                raise
            log.warning("job %s failed (time %d): %r", row.key, lease.failures + 1, error)
            pause = self._pause(row.task, lease.failures)
            if pause is None:
                await self._give_up(row, error)
            await self._give_back(lease, error, pause)
        else:
            mark = partial(leases.mark_done_across_teams, table=JobRow, owner=self._owner, leases=[lease])
            with surviving(log, "marking a job done"):  # then it runs again
                await self._database.write_bare(mark)

    def _pause(self, task: str, failures: int) -> float | None:
        """Return the seconds before the next try; None when there is none."""
        awaited = isinstance(self._tasks.get(task), Awaited)
        pauses = (*self._pauses, *(() if awaited else self._more_pauses))
        return pauses[failures] if failures < len(pauses) else None

    async def _give_up(self, row: Any, error: BaseException) -> None:
        """Tell whoever waits for a job, before it is laid aside: told twice is better than never."""
        task = self._tasks.get(row.task)
        if isinstance(task, Awaited):
            with surviving(log, f"telling that {row.key} failed"):
                known = error if isinstance(error, Exception) else BotError()
                await task.given_up(row.team_id, dict(row.args), known)

    async def _give_back(self, lease: Lease, error: BaseException, pause: float | None) -> None:
        asked = error.seconds if isinstance(error, BusyError) else 0.0

        def write(session: Session) -> None:
            again_at = None if pause is None else machine_now(session) + max(pause, asked)
            leases.mark_failed_across_teams(
                session, JobRow, owner=self._owner, lease=lease, error=repr(error), again_at=again_at
            )

        with surviving(log, "giving back a job"):  # then the lease runs out by itself
            await self._database.write(write)
