"""Accounts: the customers."""

from datetime import date

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from storage.models.columns import BigId


class Account(SQLModel, table=True):
    """A customer."""

    __table_args__ = (UniqueConstraint("team_id", "name_key"),)

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    team_id: str
    name: str
    name_key: str
    """The name in lower case without spaces at its ends, for finding it again."""
    arr: int | None = None
    """Annual recurring revenue in whole dollars."""
    renewal: date | None = None
    owner: str | None = None
    """Slack user id."""
