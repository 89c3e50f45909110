"""What was on its way to Slack when the bot was killed is there once, and nobody is told twice."""

from collections.abc import AsyncIterator
from pathlib import Path
from random import Random

import pytest

from bot.outbox.sender import REQUEST_SECONDS, SETTLE_SECONDS
from bot.sandbox import Sandbox
from bot.sandbox.workspace import Change
from tests.faults.bots import Bots, settings_of
from tests.faults.conftest import LONG
from tests.faults.ledger import Ledger, settle
from tests.faults.people import CHANNELS, People
from tests.faults.story import plan_posts
from tests.seen import until

LATER = 2.0
"""Seconds after another bot would have looked, had it taken over what is on its way."""
SECOND_LOOK = REQUEST_SECONDS + SETTLE_SECONDS - 1.0
"""Seconds in which whoever sent a post has not looked for it yet."""
pytestmark = [pytest.mark.faults, pytest.mark.skipif(not LONG, reason="`make faults` does it")]


@pytest.fixture
def url(tmp_path: Path) -> str:
    """Return SQLite's URL: there the next process takes over at once, without waiting for a lease."""
    return f"sqlite:///{tmp_path / 'linchpin.db'}"


@pytest.fixture
async def bots(sandbox: Sandbox, url: str, tmp_path: Path) -> AsyncIterator[Bots]:
    """Yield the bot, not started yet."""
    async with Bots(tmp_path, settings_of(sandbox, url, tmp_path)) as bots:
        yield bots


async def test_a_post_that_slack_shows_only_after_the_kill_is_not_posted_again(
    sandbox: Sandbox, bots: Bots, url: str
) -> None:
    due, ledger, people = await plan_posts(url, 1), Ledger(url), People(sandbox, Random(1))
    sandbox.faults.delay("chat.postMessage", SETTLE_SECONDS, times=len(CHANNELS) - 1)  # the next one starts sooner
    first = await bots.start()
    await until(sandbox.workspace, lambda: _posts(sandbox) or None, "one post is there, the others on their way")
    first.kill()
    await bots.bury(first)
    assert _posts(sandbox) < len(CHANNELS), "nothing was on its way any more"
    await bots.start()
    await settle(sandbox, people, ledger, due)
    assert ledger.check(sandbox, people, due).wrong == []
    ledger.close()


async def test_a_bot_that_starts_leaves_alone_what_another_one_has_on_its_way(
    sandbox: Sandbox, postgres_url: str, tmp_path: Path
) -> None:
    async with Bots(tmp_path, settings_of(sandbox, postgres_url, tmp_path)) as bots:
        while_it_starts = (await bots.start()).seconds_to_ready
        assert await bots.stop() == [0]
        due, ledger, people = await plan_posts(postgres_url, 1), Ledger(postgres_url), People(sandbox, Random(1))
        shown_after = min(while_it_starts + SETTLE_SECONDS + LATER, SECOND_LOOK)
        sandbox.faults.delay("chat.postMessage", shown_after, times=len(CHANNELS))
        await bots.start()
        await bots.start()
        await settle(sandbox, people, ledger, due)
        assert ledger.check(sandbox, people, due).wrong == []
        ledger.close()


async def test_a_whisper_that_was_heard_is_not_repeated_after_a_kill(sandbox: Sandbox, bots: Bots, url: str) -> None:
    due, ledger, people = await plan_posts(url, 0), Ledger(url), People(sandbox, Random(1))
    first = await bots.start()

    def kill_when_heard(change: Change) -> None:
        if change.what == "ephemeral":
            first.kill()

    sandbox.workspace.subscribe(kill_when_heard)
    await people.capture(1)
    await bots.bury(first)
    assert len(sandbox.workspace.ephemerals) == 1
    await bots.start()
    await settle(sandbox, people, ledger, due)
    assert ledger.check(sandbox, people, due).wrong == []
    ledger.close()


def _posts(sandbox: Sandbox) -> int:
    every = (one for place in sandbox.workspace.messages.values() for one in place.values())
    return sum(one.bot_id is not None for one in every)
