"""Items of the roadmap."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from storage.models.columns import BigId


class Lane(StrEnum):
    """Where an item stands on the roadmap, nearest first."""

    NOW = "now"
    NEXT = "next"
    LATER = "later"
    SHIPPED = "shipped"


class Status(StrEnum):
    """How an item is doing."""

    ON_TRACK = "on-track"
    AT_RISK = "at-risk"
    OFF_TRACK = "off-track"
    PLANNED = "planned"
    IDEA = "idea"
    SHIPPED = "shipped"


class ItemVisibility(StrEnum):
    """Who may see an item."""

    EVERYONE = "everyone"
    PRODUCT = "product"
    RESTRICTED = "restricted"
    """Only the people named in `ItemReader`, its owner and admins."""


class Item(SQLModel, table=True):
    """A line of the roadmap."""

    __table_args__ = (
        UniqueConstraint("team_id", "number"),
        UniqueConstraint("team_id", "imported_as"),
        Index("ix_item_lane", "team_id", "lane"),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    team_id: str
    number: int
    title: str
    summary: str = ""
    area: str = ""
    lane: str = Lane.LATER
    status: str = Status.IDEA
    owner: str | None = None
    """Slack user id."""
    objective_id: int | None = Field(default=None, foreign_key="objective.id", sa_type=BigId)
    due: date | None = None
    """The last day of the period that `due_grain` names."""
    due_grain: str = "day"
    """`day`, `month` or `quarter`."""
    effort_weeks: float | None = None
    confirmed_at: datetime | None = None
    """When somebody last said that the status is true."""
    confirmed_by: str | None = None
    visibility: str = ItemVisibility.EVERYONE
    imported_as: str | None = None
    """Where it came from and its id there, such as `jira:PAY-12`; imported again, it is updated."""
    import_id: int | None = Field(default=None, foreign_key="import_batch.id", sa_type=BigId)
    """The import that brought it; nobody sees it before that is done."""
    created_at: datetime
    created_by: str
    updated_at: datetime

    @property
    def ref(self) -> str:
        """Return the id that people use."""
        return f"RM-{self.number}"


class ItemReader(SQLModel, table=True):
    """Somebody named as a reader of a restricted item."""

    team_id: str = Field(primary_key=True)
    item_id: int = Field(primary_key=True, foreign_key="item.id", sa_type=BigId)
    user_id: str = Field(primary_key=True)
