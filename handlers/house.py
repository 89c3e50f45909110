"""The house: what every listener works with."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from slack_sdk.web.async_client import AsyncWebClient

from bot.llm import Model
from bot.services.channels import MappedReactions
from handlers.clock import Clock
from storage.database import Database


@dataclass(frozen=True)
class Identity:
    """Who we are in Slack."""

    team_id: str
    user_id: str
    bot_id: str
    url: str
    """The workspace's address, with a slash at its end."""


@dataclass(frozen=True)
class House:
    """What every listener works with."""

    database: Database
    client: AsyncWebClient
    clock: Clock
    identity: Identity
    admins: frozenset[str] = frozenset()
    model: Model | None = None
    scopes: frozenset[str] = frozenset()
    """What the manifest asks Slack for."""

    def now(self) -> datetime:
        """Return the time that people have."""
        return self.clock.now()

    @cached_property
    def reactions(self) -> MappedReactions:
        """Return who knows which emoji mean something to us."""
        return MappedReactions(self.database)

    def permalink(self, channel: str, ts: str, thread_ts: str | None = None) -> str:
        """Return the address of a message."""
        address = f"{self.identity.url}archives/{channel}/p{ts.replace('.', '')}"
        return f"{address}?thread_ts={thread_ts}&cid={channel}" if thread_ts and thread_ts != ts else address
