"""Objectives and their key results."""

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from storage.models.columns import BigId


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
