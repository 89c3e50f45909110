"""Short ids, counted per workspace."""

from sqlmodel import Field, SQLModel


class Counter(SQLModel, table=True):
    """The last number given out for a kind of noun in a workspace."""

    team_id: str = Field(primary_key=True)
    kind: str = Field(primary_key=True)
    last: int
