"""Imports: what came from a file, and whether all of it is there."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from storage.models.columns import BigId

IMPORTER = "import"
"""Stands where a Slack user id does, for what nobody in Slack did."""


class ImportBatch(SQLModel, table=True):
    """One run of `linchpin import`. Its new rows are seen by nobody until it is done."""

    __tablename__ = "import_batch"

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    team_id: str
    kind: str
    """`roadmap`, `feedback` or `accounts`."""
    source: str
    """The file's name."""
    done: bool = False
    started_at: datetime
    done_at: datetime | None = None
