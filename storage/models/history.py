"""What changed, who did it and why."""

from datetime import datetime

from sqlalchemy import Index, Text
from sqlmodel import Field, SQLModel

from storage.models.columns import BigId


class Change(SQLModel, table=True):
    """One line of history: what changed, who did it and why. The database refuses to change or delete it.

    Only `also said`, words that somebody may take back, can be deleted.
    """

    __table_args__ = (
        Index("ix_change_noun", "team_id", "ref", "id"),
        Index("ix_change_at", "team_id", "at"),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    team_id: str
    ref: str
    """What changed, such as `RM-12` or `FB-3`."""
    at: datetime
    by: str
    """Slack user id."""
    field: str
    before: str | None = None
    after: str | None = None
    reason: str | None = Field(default=None, sa_type=Text)
    cause: str
