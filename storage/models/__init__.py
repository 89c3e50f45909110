"""The nouns, shared by every layer.

Rows with a number are known to people by a short id that is counted per workspace: `RM-12` item, `FB-104` feedback,
`OBJ-3` objective, `UPD-7` update.
"""

from storage.models.accounts import Account
from storage.models.causes import Cause
from storage.models.channels import Channel, ChannelMember
from storage.models.feedback import Feedback, FeedbackVisibility, Supporter, Weight
from storage.models.history import Change
from storage.models.intake import IntakeRow
from storage.models.jobs import JobRow
from storage.models.numbers import Counter
from storage.models.objectives import KeyResult, Objective
from storage.models.outbox import ChannelGate, OutboxRow
from storage.models.people import Person, Reader, Role, Standing
from storage.models.roadmap import Item, ItemReader, ItemVisibility, Lane, Status
from storage.models.search import SearchText, SearchWord
from storage.models.summaries import ThreadSummaryRow
from storage.models.updates import Run, RunStatus, Schedule

__all__ = [
    "Account",
    "Cause",
    "Change",
    "Channel",
    "ChannelGate",
    "ChannelMember",
    "Counter",
    "Feedback",
    "FeedbackVisibility",
    "IntakeRow",
    "Item",
    "ItemReader",
    "ItemVisibility",
    "JobRow",
    "KeyResult",
    "Lane",
    "Objective",
    "OutboxRow",
    "Person",
    "Reader",
    "Role",
    "Run",
    "RunStatus",
    "Schedule",
    "SearchText",
    "SearchWord",
    "Standing",
    "Status",
    "Supporter",
    "ThreadSummaryRow",
    "Weight",
]
