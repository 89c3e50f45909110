"""Who follows which item."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from storage.models.columns import BigId


class Follow(SQLModel, table=True):
    """Somebody who hears when an item moves."""

    team_id: str = Field(primary_key=True)
    item_id: int = Field(primary_key=True, foreign_key="item.id", sa_type=BigId)
    user_id: str = Field(primary_key=True)
    at: datetime
