"""People: who they are in Slack, what they may do, and who is asking."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Index
from sqlmodel import Field, SQLModel


class Role(StrEnum):
    """What a person may do; each includes those before it."""

    VIEWER = "viewer"
    CONTRIBUTOR = "contributor"
    PM = "pm"
    ADMIN = "admin"

    def includes(self, other: "Role") -> bool:
        """Say whether this role may do what `other` may."""
        order = list(Role)
        return order.index(self) >= order.index(other)


class Standing(StrEnum):
    """What a person is in Slack."""

    ADMIN = "admin"
    MEMBER = "member"
    GUEST = "guest"
    STRANGER = "stranger"
    """Somebody of another company, in a channel shared with it."""


@dataclass(frozen=True)
class Reader:
    """Who is asking, and where: what they may see follows from it."""

    team_id: str
    user_id: str
    role: Role = Role.CONTRIBUTOR
    channels: frozenset[str] = frozenset()
    """Channels that this reader is known to be a member of, the one they ask from among them."""

    @property
    def sees_money(self) -> bool:
        """Say whether account names and revenue may be shown: never where everybody in a channel reads along."""
        return bool(self.user_id) and self.role.includes(Role.CONTRIBUTOR)

    @property
    def knows_customers(self) -> bool:
        """Say whether colleagues' words may name customers: to colleagues, and in a channel without guests."""
        return self.role.includes(Role.CONTRIBUTOR)

    @property
    def sees_quotes(self) -> bool:
        """Say whether people's words may be shown: what a whole channel has read cannot be taken back."""
        return bool(self.user_id)


class GroupRole(SQLModel, table=True):
    """The role that a Slack user group gives to its members."""

    __tablename__ = "group_role"

    team_id: str = Field(primary_key=True)
    group_id: str = Field(primary_key=True)
    handle: str = ""
    role: str
    checked_at: datetime
    """When Slack last said who is in it."""


class GroupMember(SQLModel, table=True):
    """Somebody in a user group that gives a role."""

    __tablename__ = "group_member"
    __table_args__ = (Index("ix_group_member_user", "team_id", "user_id"),)

    team_id: str = Field(primary_key=True)
    group_id: str = Field(primary_key=True)
    user_id: str = Field(primary_key=True)


class Person(SQLModel, table=True):
    """Somebody known from Slack."""

    team_id: str = Field(primary_key=True)
    user_id: str = Field(primary_key=True)
    name: str
    tz: str = "UTC"
    standing: str = Standing.MEMBER
    role: str | None = None
    """A role given in `/roadmap setup`; otherwise the standing decides."""
    checked_at: datetime
    """When Slack was last asked."""
    looked_at: datetime | None = None
    """When this person last read the overview."""
