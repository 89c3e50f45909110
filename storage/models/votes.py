"""Votes for items: one a person, and one an account."""

from datetime import datetime

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from storage.models.columns import BigId
from storage.models.feedback import Weight


class Vote(SQLModel, table=True):
    """A vote for an item, a person's own or on behalf of an account."""

    __table_args__ = (Index("ix_vote_account", "team_id", "account_id"),)

    team_id: str = Field(primary_key=True)
    item_id: int = Field(primary_key=True, foreign_key="item.id", sa_type=BigId)
    voter: str = Field(primary_key=True)
    """Who counts: a Slack user id, or `account:7`."""
    account_id: int | None = Field(default=None, foreign_key="account.id", sa_type=BigId)
    weight: str = Weight.NICE
    by: str
    """Slack user id of who cast it."""
    at: datetime
