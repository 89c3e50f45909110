"""Feedback and who stands behind it."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Index, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from storage.models.columns import BigId


class FeedbackVisibility(StrEnum):
    """Who may read a piece of feedback."""

    MEMBERS = "members"
    """Members of the channel it comes from; where that cannot be checked, its capturer and its author."""
    PRODUCT = "product"
    EVERYONE = "everyone"


class Weight(StrEnum):
    """How much a piece of feedback weighs for who gave it, lightest first."""

    NICE = "nice"
    IMPORTANT = "important"
    BLOCKER = "blocker"


class Feedback(SQLModel, table=True):
    """Something a person said that the product should learn from."""

    __table_args__ = (
        UniqueConstraint("team_id", "number"),
        UniqueConstraint("team_id", "channel", "message_ts"),
        Index("ix_feedback_account", "team_id", "account_id"),
        Index(
            # Holds all that `demand` asks about: with 100,000 rows the overview takes a quarter of the time.
            "ix_feedback_item",
            *("team_id", "item_id", "withdrawn", "visibility", "account_id", "captured_by", "said_by", "channel"),
            "import_id",
        ),
        Index("ix_feedback_captured", "team_id", "captured_at"),
        UniqueConstraint("team_id", "imported_as"),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    team_id: str
    number: int
    quote: str = Field(sa_type=Text)
    original: str = Field(sa_type=Text)
    """The words as they were said, before anybody edited the quote."""
    problem: str = ""
    kind: str = "request"
    """`request` or `problem`."""
    weight: str = Weight.NICE
    theme: str = ""
    account_id: int | None = Field(default=None, foreign_key="account.id", sa_type=BigId)
    said_by: str | None = None
    """Slack user id of who said it."""
    captured_by: str
    """Slack user id of who logged it."""
    claimed_by: str | None = None
    """Slack user id of the product manager who looks after its triage."""
    channel: str | None = None
    message_ts: str | None = None
    thread_ts: str | None = None
    permalink: str | None = None
    thread_quote: str = Field(default="", sa_type=Text)
    """The rest of the thread, where the capturer asked to include it."""
    visibility: str = FeedbackVisibility.MEMBERS
    item_id: int | None = Field(default=None, foreign_key="item.id", sa_type=BigId)
    withdrawn: bool = False
    captured_at: datetime
    imported_as: str | None = None
    """Where it came from and its id there, such as `canny:4711`; imported again, it is updated."""
    import_id: int | None = Field(default=None, foreign_key="import_batch.id", sa_type=BigId)
    """The import that brought it; nobody sees it before that is done."""
    touched: bool = False
    """Whether a person has completed or edited it; an untouched one goes when its reaction does."""

    @property
    def ref(self) -> str:
        """Return the id that people use."""
        return f"FB-{self.number}"


class FeedbackFile(SQLModel, table=True):
    """A picture or file that came with a piece of feedback, kept as a link: Slack decides who may open it."""

    __tablename__ = "feedback_file"

    team_id: str = Field(primary_key=True)
    feedback_id: int = Field(primary_key=True, foreign_key="feedback.id", sa_type=BigId)
    position: int = Field(primary_key=True)
    name: str
    mimetype: str = ""
    permalink: str


class Supporter(SQLModel, table=True):
    """Somebody who stands behind a piece of feedback: one vote a person."""

    team_id: str = Field(primary_key=True)
    feedback_id: int = Field(primary_key=True, foreign_key="feedback.id", sa_type=BigId)
    user_id: str = Field(primary_key=True)
    at: datetime
