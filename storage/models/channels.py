"""Channels, who is in them, and what an admin decided for them."""

from datetime import datetime

from sqlalchemy import Column, Index
from sqlmodel import Field, SQLModel

from storage.models.columns import BigId, Json


class Channel(SQLModel, table=True):
    """A conversation known from Slack."""

    team_id: str = Field(primary_key=True)
    channel_id: str = Field(primary_key=True)
    name: str = ""
    is_private: bool = True
    """A private channel or a direct message."""
    is_shared: bool = True
    """Shared with another company."""
    has_bot: bool = False
    """Whether the bot is a member."""
    checked_at: datetime

    @property
    def speaks(self) -> bool:
        """Say whether the bot may say something there that everybody sees."""
        return self.has_bot and not self.is_shared


class ChannelSetting(SQLModel, table=True):
    """What an admin decided for a channel; where there is none, the defaults hold."""

    __tablename__ = "channel_setting"

    team_id: str = Field(primary_key=True)
    channel_id: str = Field(primary_key=True)
    account_id: int | None = Field(default=None, foreign_key="account.id", sa_type=BigId)
    """The customer whose channel it is."""
    visibility: str | None = None
    """The visibility of feedback captured there; None: members where it is private, else everyone."""
    reactions: dict[str, str] | None = Field(default=None, sa_column=Column(Json, nullable=True))
    """Emoji names and what they mean there; None: the defaults."""
    listens: bool = True
    """Whether anything is captured there."""
    customer_view: bool = False
    """Whether an admin allows the customer view in this shared channel."""
    set_by: str
    set_at: datetime


class ChannelMember(SQLModel, table=True):
    """Somebody in a channel that members-only feedback comes from, as Slack last said."""

    __tablename__ = "channel_member"
    __table_args__ = (Index("ix_channel_member_user", "team_id", "user_id"),)

    team_id: str = Field(primary_key=True)
    channel_id: str = Field(primary_key=True)
    user_id: str = Field(primary_key=True)
    at: datetime
    """When Slack said so."""
