"""Slow work that waits."""

from typing import Any

from sqlalchemy import Column, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from storage.models.columns import BigId, Json


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
    """How often it was claimed; a lease is fenced by it."""
    failures: int = 0
    """How often its task failed; a claim that a crash cut short is none."""
    error: str | None = None
    created_at: float
