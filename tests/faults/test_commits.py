"""The bot may be killed before and after any of its commits: each of them is the last one once, by its name."""

import asyncio
import time
from collections import Counter
from dataclasses import asdict
from pathlib import Path
from random import Random

import pytest

from bot.sandbox import Sandbox
from tests.faults.armed import Orders
from tests.faults.bots import STOP_SECONDS, Bot, Bots, settings_of
from tests.faults.clerks import Clerks
from tests.faults.commits import BY_CHANCE, ELSEWHERE, commits_of_a_bot
from tests.faults.conftest import FIRST_SEED, LONG, Line
from tests.faults.errands import ERRANDS
from tests.faults.ledger import Findings, Ledger, settle
from tests.faults.people import People
from tests.faults.story import plan_one_more, plan_posts

SAMPLE = 2
"""Kills in `make test`; `make faults` does all on SQLite and on PostgreSQL over Socket Mode."""
SAMPLE_OVER_HTTP = 30
CHECKED_AFTER = 8
"""Kills, so that a finding names few of them."""
ROUNDS_SEEN = 2 if LONG else 1
"""In which each commit is seen; the second with what has come of the first."""
ROUNDS = 5
"""Within which the fatal commit must come; then the bot is told to stop."""
DOORS = [("sqlite", "socket"), ("sqlite", "http"), ("postgresql", "socket")]
pytestmark = pytest.mark.faults


@pytest.fixture
def ack_timeout() -> float:
    """Return how many seconds Slack waits for an ack: as many as it does, for no ack is lost here but by a kill."""
    return 3.0


@pytest.mark.timeout(3600 if LONG else 120)
@pytest.mark.parametrize(("engine", "door"), DOORS if LONG else DOORS[1:2])
async def test_any_commit_may_be_the_last(
    engine: str, door: str, sandbox: Sandbox, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    url = f"sqlite:///{tmp_path / 'linchpin.db'}"
    if engine == "postgresql":
        url = request.getfixturevalue("postgres_url")
    line, began, chance = Line(f"commits/{door}", engine, FIRST_SEED), time.monotonic(), Random(FIRST_SEED)
    run = _Run(sandbox, url, tmp_path, chance)
    await run.plan()
    settings = settings_of(sandbox, url, tmp_path, http=door == "http")
    try:
        async with Bots(tmp_path, settings, visit=run.people.acks.visit if door == "http" else None) as bots:
            seen = await run.see_all_commits(bots)
            assert commits_of_a_bot(on_sqlite=run.ledger.is_sqlite) - {*seen} == set(), (
                "an errand must come to it, or `commits.py` must say why not"
            )
            assert {*seen} & {*ELSEWHERE} == set(), "it does come about"
            orders = _deaths(seen, chance, few=SAMPLE if not LONG else SAMPLE_OVER_HTTP if door == "http" else None)
            for first in range(0, len(orders), CHECKED_AFTER):
                for one in orders[first : first + CHECKED_AFTER]:
                    await run.die(bots, one)
                found = await run.check(bots)
                line.fill_in(bots, found)
                died = map(str, orders[first : first + CHECKED_AFTER])
                assert not found.wrong, "\n".join([f"seed {FIRST_SEED}", *died, *found.wrong])
                assert await bots.stop() == [0]
            assert bots.ended == len(orders)
    finally:
        await run.people.leave()
        run.ledger.close()
        line.seconds = round(time.monotonic() - began, 1)
        request.node.user_properties.append(("faults", asdict(line)))


class _Run:
    """One database, one Slack, and all the deaths of the bot between them."""

    def __init__(self, sandbox: Sandbox, url: str, folder: Path, chance: Random) -> None:
        self._sandbox = sandbox
        self._url = url
        self._folder = folder
        self._chance = chance
        self._due = 0
        self.people = People(sandbox, chance)
        self.clerks = Clerks(sandbox)
        self.ledger = Ledger(url)

    async def plan(self) -> None:
        """Let a post be due in each channel."""
        self._due = await plan_posts(self._url, 1)

    async def see_all_commits(self, bots: Bots) -> Counter[str]:
        """Let one bot do everything there is to do, and return how often it committed what."""
        told = self._folder / "commits"
        await bots.start(Orders(tell=str(told)))
        for _ in range(ROUNDS_SEEN):
            await self._live()
            await self.clerks.succeed(ERRANDS)
            await settle(self._sandbox, self.people, self.ledger, self._due)
        assert await bots.stop() == [0]
        return Counter(told.read_text().splitlines())

    async def die(self, bots: Bots, orders: Orders) -> None:
        """Let a bot live until it comes to that commit."""
        for _ in range(orders.nth):
            self._due += 1
            await plan_one_more(self._url, self._due)
        victim = await bots.start(orders)
        await self._live_until_gone(victim)
        assert victim.process.returncode != 0, f"it ended well, and was to be {orders}"
        await bots.bury(victim)
        if not self.ledger.is_sqlite:
            await asyncio.to_thread(self.ledger.let_leases_run_out, victim.pid)

    async def check(self, bots: Bots) -> Findings:
        """Let a bot finish what is left, and compare."""
        await bots.start()
        await settle(self._sandbox, self.people, self.ledger, self._due)
        return self.ledger.check(self._sandbox, self.people, self._due, self.clerks.promises)

    async def _live(self) -> None:
        faults = self._sandbox.faults
        faults.rate_limit("chat.postMessage")  # tried again later, as well as what follows
        for method in ("reactions.get", "conversations.replies"):
            if not faults.waits(method):  # what the dead left over would all meet one arrival, which is then laid aside
                faults.fail(method)
        await self.people.capture(1)
        await self.people.fill_in(1)
        await self.people.join_in(1)
        await self.people.decide()
        await self.people.ask_for_summary()

    async def _live_until_gone(self, victim: Bot) -> None:
        gone = asyncio.ensure_future(victim.process.wait())
        for _ in range(ROUNDS):
            life = asyncio.ensure_future(self._live_and_run_errands())
            await asyncio.wait({gone, life}, return_when=asyncio.FIRST_COMPLETED)
            await asyncio.wait({gone}, timeout=0.0 if gone.done() else 2.0)
            life.cancel()
            await asyncio.gather(life, return_exceptions=True)
            if gone.done():
                return
        victim.stop()  # some commits come only then
        await asyncio.wait_for(gone, STOP_SECONDS)

    async def _live_and_run_errands(self) -> None:
        await asyncio.gather(self._live(), self.clerks.run(ERRANDS))


def _deaths(seen: Counter[str], chance: Random, *, few: int | None) -> list[Orders]:
    """Return orders to die before and after each kind of commit, early or late, in any order; or a few of them."""
    kinds = [(kind, after) for kind in sorted({*seen} - BY_CHANCE) for after in (False, True)]
    return [
        Orders(die=kind, after=after, nth=chance.randint(1, min(seen[kind] // 2 or 1, 3)))
        for kind, after in chance.sample(kinds, few or len(kinds))
    ]
