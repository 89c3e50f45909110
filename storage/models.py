"""The nouns, shared by every layer.

Rows with a number are known to people by a short id that is counted per workspace: `RM-12` item, `FB-104` feedback,
`OBJ-3` objective, `UPD-7` update.
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, BigInteger, Column, Float, Index, Integer, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

BigId = BigInteger().with_variant(Integer, "sqlite")
Json = JSON().with_variant(JSONB, "postgresql")


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
        """Say whether account names and revenue may be shown to this reader."""
        return self.role.includes(Role.CONTRIBUTOR)


class Counter(SQLModel, table=True):
    """The last number given out for a kind of noun in a workspace."""

    team_id: str = Field(primary_key=True)
    kind: str = Field(primary_key=True)
    last: int


class Cause(SQLModel, table=True):
    """The event or click behind a write; running a cause twice changes nothing."""

    team_id: str = Field(primary_key=True)
    cause: str = Field(primary_key=True)
    result: str | None = None
    """What the first run made, usually an id such as `RM-12`."""
    at: datetime


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
    members_at: datetime | None = None
    """When Slack was last asked who is in it."""

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


class Objective(SQLModel, table=True):
    """What the company wants to reach; items hang on it."""

    __table_args__ = (UniqueConstraint("team_id", "number"),)

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    team_id: str
    number: int
    title: str
    weight: int = 1
    """1 to 10."""

    @property
    def ref(self) -> str:
        """Return the id that people use."""
        return f"OBJ-{self.number}"


class KeyResult(SQLModel, table=True):
    """How an objective is measured."""

    __table_args__ = (Index("ix_key_result_objective", "team_id", "objective_id"),)

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    team_id: str
    objective_id: int = Field(foreign_key="objective.id", sa_type=BigId)
    title: str
    start: float
    target: float
    current: float
    unit: str = ""

    @property
    def progress(self) -> float:
        """Return how much of the way from start to target is done, 0 to 1."""
        if self.target == self.start:
            return 1.0
        return max(0.0, min(1.0, (self.current - self.start) / (self.target - self.start)))


class Item(SQLModel, table=True):
    """A line of the roadmap."""

    __table_args__ = (
        UniqueConstraint("team_id", "number"),
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


class Change(SQLModel, table=True):
    """One line of history: what changed, who did it and why. Append-only; the database refuses updates."""

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


class Feedback(SQLModel, table=True):
    """Something a person said that the product should learn from."""

    __table_args__ = (
        UniqueConstraint("team_id", "number"),
        UniqueConstraint("team_id", "channel", "message_ts"),
        Index("ix_feedback_item", "team_id", "item_id"),
        Index("ix_feedback_captured", "team_id", "captured_at"),
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
    touched: bool = False
    """Whether a person has completed or edited it; an untouched one goes when its reaction does."""

    @property
    def ref(self) -> str:
        """Return the id that people use."""
        return f"FB-{self.number}"


class Supporter(SQLModel, table=True):
    """Somebody who stands behind a piece of feedback: one vote a person."""

    team_id: str = Field(primary_key=True)
    feedback_id: int = Field(primary_key=True, foreign_key="feedback.id", sa_type=BigId)
    user_id: str = Field(primary_key=True)
    at: datetime


class SearchText(SQLModel, table=True):
    """What can be found: the stemmed words of a noun. The full-text index is built over it by the migrations."""

    __tablename__ = "search_text"
    __table_args__ = (UniqueConstraint("team_id", "ref"),)

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    team_id: str
    ref: str
    title: str = Field(default="", sa_type=Text)
    body: str = Field(default="", sa_type=Text)


class SearchWord(SQLModel, table=True):
    """A word that occurs somewhere in a workspace, for forgiving typos."""

    __tablename__ = "search_word"

    team_id: str = Field(primary_key=True)
    word: str = Field(primary_key=True)


class ThreadSummaryRow(SQLModel, table=True):
    """The latest summary of a thread."""

    __tablename__ = "thread_summary"
    __table_args__ = (UniqueConstraint("team_id", "channel", "thread_ts"),)

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    team_id: str
    channel: str
    thread_ts: str
    body: dict[str, Any] = Field(sa_column=Column(Json, nullable=False))
    """The lines with their citations, as `bot.services.summaries` writes them."""
    model: str | None = None
    prompt_version: str | None = None
    asked_by: str
    at: datetime


class Schedule(SQLModel, table=True):
    """A scheduled update: when, where, what, and who approves it."""

    __table_args__ = (UniqueConstraint("team_id", "name"),)

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    team_id: str
    name: str
    every: str
    """As typed: `thu`, `day`, `weekday`, …"""
    at: str
    """Local wall-clock time, `09:00`."""
    tz: str
    channel: str
    view: str = "now+next"
    approver: str | None = None
    """Slack user id; None posts without approval."""
    preview_hours: int = 24
    if_empty: str = "skip"
    late_hours: int = 2
    paused: bool = False
    paused_why: str | None = None
    created_by: str
    created_at: datetime
    planned_until: datetime
    """Slots up to this instant have their run."""


class RunStatus(StrEnum):
    """Where a run stands."""

    DRAFTED = "drafted"
    APPROVED = "approved"
    SKIPPED = "skipped"
    EXPIRED = "expired"
    POSTING = "posting"
    POSTED = "posted"
    FAILED = "failed"


class Run(SQLModel, table=True):
    """One occurrence of a schedule. There is one per slot, whatever crashes and however many replicas plan it."""

    __table_args__ = (
        UniqueConstraint("team_id", "number"),
        UniqueConstraint("schedule_id", "slot"),
        Index("ix_run_status", "status", "slot"),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    team_id: str
    number: int
    schedule_id: int = Field(foreign_key="schedule.id", sa_type=BigId)
    slot: datetime
    status: str = RunStatus.DRAFTED
    intro: str = Field(default="", sa_type=Text)
    """Words the approver added above the facts."""
    approved_by: str | None = None
    approved_at: datetime | None = None
    frozen: dict[str, Any] | None = Field(default=None, sa_column=Column(Json, nullable=True))
    """The facts as they were approved; what is posted is rendered from these."""
    outcome: str = ""
    """One sentence on how it ended."""
    posted_at: datetime | None = None
    permalink: str | None = None

    @property
    def ref(self) -> str:
        """Return the id that people use."""
        return f"UPD-{self.number}"


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
            postgresql_where=text("status = 'open'"),
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
    error: str | None = None


class OutboxRow(SQLModel, table=True):
    """Something to be said in Slack, as nouns; it is rendered when it is sent."""

    __tablename__ = "outbox"
    __table_args__ = (
        UniqueConstraint("team_id", "key"),
        Index("ix_outbox_ts", "team_id", "ts"),
        Index(
            "ix_outbox_open",
            "team_id",
            "channel",
            "id",
            sqlite_where=text("status IN ('new', 'sending')"),
            postgresql_where=text("status IN ('new', 'sending')"),
        ),
        Index(
            "ux_outbox_sender",
            "team_id",
            "channel",
            unique=True,
            sqlite_where=text("status = 'sending'"),
            postgresql_where=text("status = 'sending'"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    team_id: str
    key: str
    """Names the message for good; a second row with the same key is never written."""
    op: str
    """`post`, `update` (of the post that `target` names), `ephemeral` or `react`."""
    kind: str
    """Which renderer makes it."""
    nouns: dict[str, Any] = Field(sa_column=Column(Json, nullable=False))
    """The renderer's arguments: ids and small values."""
    channel: str
    """Channel id, or the user id for a direct message."""
    thread_ts: str | None = None
    user: str | None = None
    """The reader of an ephemeral message."""
    target: str | None = None
    """The key of the post to update or react to."""
    status: str = "new"
    """`new`, `sending`, `sent`, `held` (outcome unknown), `dead`."""
    not_before: float = 0.0
    lease_until: float = 0.0
    owner: str | None = None
    tries: int = 0
    error: str | None = None
    ts: str | None = None
    """Slack's id of the message, once sent."""
    sent_channel: str | None = None
    """Where it went; for a direct message the conversation that Slack opened."""
    created_at: float
    done_at: float | None = None


class ChannelGate(SQLModel, table=True):
    """When a channel may be posted to again: Slack takes about one message a second."""

    __tablename__ = "channel_gate"

    team_id: str = Field(primary_key=True)
    channel: str = Field(primary_key=True)
    free_at: float = Field(sa_type=Float)


class JobRow(SQLModel, table=True):
    """Slow work: a model call, an import, a sync."""

    __tablename__ = "job"
    __table_args__ = (
        UniqueConstraint("team_id", "key"),
        Index(
            "ix_job_open",
            "not_before",
            "id",
            sqlite_where=text("status = 'open'"),
            postgresql_where=text("status = 'open'"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    team_id: str
    key: str
    task: str
    args: dict[str, Any] = Field(sa_column=Column(Json, nullable=False))
    status: str = "open"
    not_before: float = 0.0
    owner: str | None = None
    tries: int = 0
    error: str | None = None
    created_at: float
