"""Scheduled updates and their runs."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Column, Index, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from storage.models.columns import BigId, Json


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
    delegate: str | None = None
    """Slack user id of who may approve as well."""
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
    """How it ended, as a word and what it is about: `posted`, `skipped_by U1`; a view puts it into words."""
    posted_at: datetime | None = None
    permalink: str | None = None

    @property
    def ref(self) -> str:
        """Return the id that people use."""
        return f"UPD-{self.number}"
