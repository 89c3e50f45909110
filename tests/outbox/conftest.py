"""An outbox whose messages are words, and the small Slack that it speaks to."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import pytest
from sqlmodel import Session, col

from bot import outbox
from bot.outbox.sender import Outbox
from storage.database import Database
from storage.models import OutboxRow
from tests.building import TEAM, rows_of
from tests.outbox.small_slack import SmallSlack
from tests.waiting import until


@dataclass(frozen=True)
class Words:
    """A message of plain words."""

    text: str
    blocks: list[dict[str, Any]] = field(default_factory=list)


@dataclass
class Post:
    """An outbox under test with what it said, and the endings it was told."""

    database: Database
    slack: SmallSlack
    endings: list[tuple[str, str]] = field(default_factory=list)
    """Key and status, as the receipts were called."""
    tries: list[int] = field(default_factory=list)
    """How often a message had been tried when it ended, as the receipts were told."""
    running: list[Outbox] = field(default_factory=list)
    words: Callable[[OutboxRow], Awaitable[Words | None]] | None = None

    async def start(self, owner: str = "a", database: Database | None = None, **timing: float) -> Outbox:
        """Start an outbox that looks for a doubtful post after a moment."""
        outbox_ = Outbox(
            database or self.database,
            self.slack.client(),
            owner=owner,
            renderers={"word": self.words or _word},
            receipts={"word": self._receipt},
            **{"settle_seconds": 0.01, **timing},
        )
        await outbox_.start()
        self.running.append(outbox_)
        return outbox_

    async def say(
        self, key: str, channel: str = "C1", *, words: str | None = None, thread_ts: str | None = None
    ) -> None:
        """Put a message into the outbox."""
        say = partial(outbox.say, team_id=TEAM, kind="word", channel=channel, thread_ts=thread_ts)
        await self.database.write(lambda session: say(session, key=key, nouns={"words": words or key}))

    async def row(self, key: str) -> OutboxRow:
        """Return the row of a key."""
        (row,) = await rows_of(self.database, OutboxRow, col(OutboxRow.key) == key)
        assert isinstance(row, OutboxRow)
        return row

    async def ends(self, key: str, status: str) -> OutboxRow:
        """Wait until the row of a key has that status, and return it."""

        async def ended() -> bool:
            return (await self.row(key)).status == status

        await until(ended, f"{key} is {status}")
        return await self.row(key)

    def _receipt(self, session: Session, row: OutboxRow) -> None:
        self.endings.append((row.key, row.status))
        self.tries.append(row.tries)


async def _word(row: OutboxRow) -> Words | None:
    return Words(str(row.nouns["words"]))


@pytest.fixture
async def slack() -> AsyncIterator[SmallSlack]:
    """Yield a small Slack on a free port."""
    async with SmallSlack() as small:
        yield small


@pytest.fixture
async def post(database: Database, slack: SmallSlack) -> AsyncIterator[Post]:
    """Yield an outbox under test; stop all that were started."""
    under_test = Post(database, slack)
    yield under_test
    for one in under_test.running:
        await one.stop()
