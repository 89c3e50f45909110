"""What can be found, by words."""

from sqlalchemy import Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from storage.models.columns import BigId


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
