"""Channels, and who is in them."""

from datetime import datetime

from sqlalchemy import Index
from sqlmodel import Field, SQLModel


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


class ChannelMember(SQLModel, table=True):
    """Somebody in a channel that members-only feedback comes from, as Slack last said."""

    __tablename__ = "channel_member"
    __table_args__ = (Index("ix_channel_member_user", "team_id", "user_id"),)

    team_id: str = Field(primary_key=True)
    channel_id: str = Field(primary_key=True)
    user_id: str = Field(primary_key=True)
    at: datetime
    """When Slack said so."""
