"""Bringing checked rows in: new ones unseen, in short transactions, then all at once; changed ones each whole.

Cut off before its rows are shown, an import leaves nothing that anybody sees, and the next one clears it away. Cut off
later, what is missing is made up for by the next one, or by the job that was deferred with the showing.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from bot.errors import DatabaseBusyError
from bot.services.imports import writing
from bot.services.imports.cells import Draft
from bot.services.imports.comparing import Plan, compare
from storage.database import Database

SECONDS = 0.03
"""How long one transaction is meant to take: people's clicks wait for it."""
PAUSE_AT_MOST = 2.0
"""Seconds; a pause is twice as long as the transaction before it, so that others get two thirds of the time."""
LARGEST, SMALLEST = 500, 10
"""Rows of one transaction."""
BUSY_TRIES = 10

Told = Callable[[int], None]
"""Told how many rows have got further."""


async def plan(database: Database, *, team_id: str, kind: str, source: str, drafts: Sequence[Draft]) -> Plan:
    """Compare what was read with what is here; nothing is written."""
    new: list[Draft] = []
    changed: list[Draft] = []
    for start in range(0, len(drafts), LARGEST):
        some = drafts[start : start + LARGEST]
        fresh, other = await compare(database, team_id=team_id, kind=kind, drafts=some)
        new += fresh
        changed += other
    return Plan(kind, source, tuple(new), tuple(changed), len(drafts) - len(new) - len(changed))


async def apply(
    database: Database, *, team_id: str, plan: Plan, visibility: str | None, now: datetime, told: Told
) -> None:
    """Do what was planned. Raises CutShortError when another import runs meanwhile."""
    if not plan.new and not plan.changed:
        return
    pace, kind = _Pace(told), plan.kind
    batch_id = await writing.begin(database, team_id=team_id, kind=kind, source=plan.source, now=now)
    if kind == "accounts":
        await pace.through((*plan.new, *plan.changed), partial(writing.keep_accounts, database, team_id=team_id))
        await writing.close(database, team_id=team_id, batch_id=batch_id, now=now)
        return
    here: dict[str, Any] = {"team_id": team_id, "kind": kind, "batch_id": batch_id}
    await pace.through(plan.new, partial(writing.stage, database, **here, visibility=visibility, now=now))
    await _patient(partial(writing.show, database, **here, expected=len(plan.new)))
    await pace.through(plan.changed, partial(writing.change, database, **here, now=now))
    await finish(database, team_id=team_id, batch_id=batch_id, now=now, told=told)


async def resume(database: Database, *, team_id: str, now: datetime) -> None:
    """Make good what imports that were cut off have left: clear away what was not shown, finish what was."""
    for batch in await writing.unfinished(database, team_id=team_id):
        batch_id = batch.id or 0
        if batch.done:
            await finish(database, team_id=team_id, batch_id=batch_id, now=now)
        else:
            pace = _Pace()
            while await pace.timed(
                partial(writing.drop, database, team_id=team_id, batch_id=batch_id, limit=pace.size, now=now)
            ):
                pass


async def finish(
    database: Database, *, team_id: str, batch_id: int, now: datetime, told: Told = lambda count: None
) -> None:
    """Let what an import brought be found by words, with its line of history; running it twice does it once."""
    pace, after = _Pace(told), 0
    here: dict[str, Any] = {"team_id": team_id, "batch_id": batch_id}
    while True:
        some: dict[str, Any] = {**here, "after": after, "limit": pace.size}
        await writing.stem_ahead(database, **some)
        done = await pace.timed(partial(writing.index, database, **some, now=now))
        if done is None:
            break
        after, count = done
        told(count)
    await _patient(partial(writing.close, database, **here, now=now))


class _Pace:
    """As many rows at once as fit into a short transaction, with a pause after each in which others write."""

    def __init__(self, told: Told = lambda count: None) -> None:
        self._told = told
        self.size = 40

    async def through(self, drafts: Sequence[Draft], work: Callable[..., Awaitable[object]]) -> None:
        """Work through drafts, some at a time."""
        done = 0
        while done < len(drafts):
            some = drafts[done : done + self.size]
            await self.timed(partial(work, drafts=some))
            done += len(some)
            self._told(len(some))

    async def timed(self, work: Callable[[], Awaitable[Any]]) -> Any:
        """Run one transaction, and let the next be as long as it should be."""
        began = time.perf_counter()
        result = await _patient(work)
        took = time.perf_counter() - began
        self.size = max(SMALLEST, min(LARGEST, round(self.size * min(2.0, SECONDS / max(took, 0.001)))))
        await asyncio.sleep(min(2 * took, PAUSE_AT_MOST))
        return result


async def _patient(work: Callable[[], Awaitable[Any]]) -> Any:
    """Run a transaction, again where others kept the database busy: nothing of it was kept then."""
    for _ in range(BUSY_TRIES):
        try:
            return await work()
        except DatabaseBusyError:
            await asyncio.sleep(0.5)
    return await work()
