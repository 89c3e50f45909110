"""Bringing checked rows in: new ones unseen, in short transactions, then all at once.

A few changed rows change in that same moment; many follow, each whole, since a transaction that changes thousands would
keep a live bot waiting. Cut off before its rows are shown, an import leaves nothing that anybody sees, and the next one
clears it away. Cut off later, what is missing is made up for by the next one, or by the job that was deferred with the
showing.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import datetime
from functools import partial
from typing import Any

from bot.errors import DatabaseBusyError
from bot.services.imports import writing
from bot.services.imports.cells import Draft
from bot.services.imports.comparing import CHANGED, NEW, SAME, Plan, compare
from storage.database import Database
from storage.scratch import Scratch

SECONDS = 0.03
"""How long one transaction is meant to take: people's clicks wait for it."""
PAUSE_AT_MOST = 0.5
"""Seconds; a pause is as long as the transaction before it, so that others get half of the time."""
LARGEST, SMALLEST = 500, 50
"""Rows of one transaction; with fewer, what every transaction costs would outweigh them."""
AT_ONCE = 100
"""Changed rows that change together, with what is new."""
BUSY_TRIES = 10

Told = Callable[[int], None]
"""Told how many rows have got further."""


async def plan(database: Database, *, team_id: str, kind: str, source: str, drafts: Scratch[Draft]) -> Plan:
    """Compare what was read with what is here; nothing is written there."""
    place = 0
    while some := drafts.read("", after=place, limit=LARGEST):
        fates = await compare(database, team_id=team_id, kind=kind, drafts=[draft for _, draft in some])
        for fate, keys in fates.items():
            drafts.decide(keys, fate)
        place = some[-1][0]
    return Plan(kind, source, drafts, *map(drafts.count, (NEW, CHANGED, SAME)))


async def apply(
    database: Database, *, team_id: str, plan: Plan, visibility: str | None, now: datetime, told: Told
) -> None:
    """Do what was planned. Raises CutShortError when another import runs meanwhile."""
    if not plan.new and not plan.changed:
        return
    pace, kind, drafts = _Pace(told), plan.kind, plan.drafts
    batch_id = await writing.begin(database, team_id=team_id, kind=kind, source=plan.source, now=now)
    if kind == "accounts":
        for fate in (NEW, CHANGED):
            await pace.through(drafts, fate, partial(writing.keep_accounts, database, team_id=team_id))
        await writing.close(database, team_id=team_id, batch_id=batch_id, now=now)
        return
    here: dict[str, Any] = {"team_id": team_id, "kind": kind, "batch_id": batch_id, "now": now}
    await pace.through(drafts, NEW, partial(writing.stage, database, **here, visibility=visibility))
    few = [draft for _, draft in drafts.read(CHANGED, limit=AT_ONCE)] if plan.changed <= AT_ONCE else []
    await _patient(partial(writing.show, database, **here, expected=plan.new, changed=few))
    told(len(few))
    if not few:
        await pace.through(drafts, CHANGED, partial(writing.change, database, **here))
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
    while some := await writing.arrivals(database, **here, after=after, limit=pace.size):
        await pace.timed(partial(writing.index, database, **here, arrivals=some, now=now))
        after = some[-1].key
        told(len(some))
    await _patient(partial(writing.close, database, **here, now=now))


class _Pace:
    """As many rows at once as fit into a short transaction, with a pause after each in which others write."""

    def __init__(self, told: Told = lambda count: None) -> None:
        self._told = told
        self._rested = 0.0
        self.size = 100

    async def through(self, drafts: Scratch[Draft], fate: str, work: Callable[..., Awaitable[object]]) -> None:
        """Work through the drafts of a fate, some at a time."""
        place = 0
        while some := drafts.read(fate, after=place, limit=self.size):
            await self.timed(partial(work, drafts=[draft for _, draft in some]))
            place = some[-1][0]
            self._told(len(some))

    async def timed(self, work: Callable[[], Awaitable[Any]]) -> Any:
        """Run one transaction, not before others had their time, and let the next be as long as it should be."""
        await asyncio.sleep(max(0.0, self._rested - time.perf_counter()))
        began = time.perf_counter()
        result = await _patient(work)
        ended = time.perf_counter()
        took = ended - began
        self.size = max(SMALLEST, min(LARGEST, round(self.size * min(2.0, SECONDS / max(took, 0.001)))))
        self._rested = ended + min(took, PAUSE_AT_MOST)
        return result


async def _patient(work: Callable[[], Awaitable[Any]]) -> Any:
    """Run a transaction, again where others kept the database busy: nothing of it was kept then."""
    for _ in range(BUSY_TRIES):
        try:
            return await work()
        except DatabaseBusyError:
            await asyncio.sleep(0.5)
    return await work()
