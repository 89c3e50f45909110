"""What came from Slack."""

from sqlalchemy import Index, Text, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from storage.models.columns import BigId


class IntakeRow(SQLModel, table=True):
    """Something that came from Slack and was stored before it was acked."""

    __tablename__ = "intake"
    __table_args__ = (
        UniqueConstraint("key"),
        Index(
            "ix_intake_open",
            "not_before",
            "id",
            sqlite_where=text("status = 'open'"),
        ),
        Index("ix_intake_received", "received_at"),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    team_id: str
    key: str
    kind: str
    """`event`, `command`, `action`, `shortcut` or `submission`."""
    lane: str
    """What must stay in order with each other: a channel, or a person."""
    payload: str | None = Field(default=None, sa_type=Text)
    """The body as JSON; wiped when it is done."""
    status: str = "open"
    """`open`, `done` or `dead`."""
    received_at: float
    not_before: float = 0.0
    """Machine time from which it may be claimed; a lease is a `not_before` in the future."""
    owner: str | None = None
    """The process that has claimed it."""
    tries: int = 0
    """How often it was claimed; a lease is fenced by it."""
    failures: int = 0
    """How often a listener failed on it; a claim that a crash cut short is none."""
    error: str | None = None
