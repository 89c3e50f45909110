"""The nouns, shared by every layer.

Rows with a number are known to people by a short id that is counted per workspace: `RM-12` item, `FB-104` feedback,
`OBJ-3` objective, `UPD-7` update.
"""

from storage.models.accounts import Account
from storage.models.causes import Cause
from storage.models.channels import Channel, ChannelMember, ChannelSetting
from storage.models.feedback import Feedback, FeedbackFile, FeedbackVisibility, Supporter, Weight
from storage.models.follows import Follow
from storage.models.history import Change
from storage.models.imports import IMPORTER, ImportBatch
from storage.models.intake import IntakeRow
from storage.models.jobs import JobRow
from storage.models.numbers import Counter
from storage.models.objectives import KeyResult, Objective
from storage.models.outbox import ChannelGate, OutboxRow
from storage.models.people import GroupMember, GroupRole, Person, Reader, Role, Standing
from storage.models.roadmap import Item, ItemReader, ItemVisibility, Lane, Status
from storage.models.search import SearchText, SearchWord
from storage.models.summaries import ThreadSummaryRow
from storage.models.updates import Run, RunStatus, Schedule
from storage.models.votes import Vote

__all__ = [
    "IMPORTER",
    "Account",
    "Cause",
    "Change",
    "Channel",
    "ChannelGate",
    "ChannelMember",
    "ChannelSetting",
    "Counter",
    "Feedback",
    "FeedbackFile",
    "FeedbackVisibility",
    "Follow",
    "GroupMember",
    "GroupRole",
    "ImportBatch",
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
    "Vote",
    "Weight",
]
