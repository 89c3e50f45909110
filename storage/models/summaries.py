"""Summaries of threads."""

from datetime import datetime
from typing import Any

from sqlalchemy import Column, UniqueConstraint
from sqlmodel import Field, SQLModel

from storage.models.columns import BigId, Json


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
