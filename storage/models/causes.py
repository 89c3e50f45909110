"""The events and clicks behind writes."""

from datetime import datetime

from sqlmodel import Field, SQLModel


class Cause(SQLModel, table=True):
    """The event or click behind a write; running a cause twice changes nothing."""

    team_id: str = Field(primary_key=True)
    cause: str = Field(primary_key=True)
    result: str | None = None
    """What the first run made, usually an id such as `RM-12`."""
    at: datetime
