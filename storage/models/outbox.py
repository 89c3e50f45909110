"""What is to be said in Slack."""

from typing import Any

from sqlalchemy import Column, Float, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from storage.models.columns import BigId, Json


class OutboxRow(SQLModel, table=True):
    """Something to be said in Slack, as nouns; it is rendered when it is sent."""

    __tablename__ = "outbox"
    __table_args__ = (
        UniqueConstraint("team_id", "key"),
        Index("ix_outbox_ts", "team_id", "ts"),
        Index(
            "ix_outbox_open",
            "team_id",
            "channel",
            "id",
            sqlite_where=text("status IN ('new', 'sending')"),
        ),
        Index(
            "ix_outbox_waiting",
            "not_before",
            sqlite_where=text("status = 'waiting'"),
        ),
        Index(
            "ux_outbox_sender",
            "team_id",
            "channel",
            unique=True,
            sqlite_where=text("status = 'sending'"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    team_id: str
    key: str
    """Names the message for good; a second row with the same key is never written."""
    op: str
    """`post`, `update` (of the post that `target` names), `ephemeral`, `react` or `unreact`."""
    kind: str
    """Which renderer makes it."""
    nouns: dict[str, Any] = Field(sa_column=Column(Json, nullable=False))
    """The renderer's arguments: ids and small values."""
    channel: str
    """Channel id, or the user id for a direct message."""
    thread_ts: str | None = None
    user: str | None = None
    """The reader of an ephemeral message."""
    target: str | None = None
    """The key of the post to update or react to."""
    status: str = "new"
    """`waiting` (for the morning), `new`, `sending`, `sent`, `held` (outcome unknown), `dead`."""
    not_before: float = 0.0
    """Machine time; of a row that is `waiting`, the time that people have."""
    lease_until: float = 0.0
    owner: str | None = None
    tries: int = 0
    error: str | None = None
    ts: str | None = None
    """Slack's id of the message, once sent."""
    sent_channel: str | None = None
    """Where it went; for a direct message the conversation that Slack opened."""
    created_at: float
    """Machine time since when it may be said: when it was written or, if it waited for the morning, woken."""
    done_at: float | None = None


class ChannelGate(SQLModel, table=True):
    """When a channel may be posted to again: Slack takes about one message a second."""

    __tablename__ = "channel_gate"

    team_id: str = Field(primary_key=True)
    channel: str = Field(primary_key=True)
    free_at: float = Field(sa_type=Float)
