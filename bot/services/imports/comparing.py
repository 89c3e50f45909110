"""Comparing what a file says with what is here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.services.imports.cells import Draft
from storage import imports as rows
from storage.accounts import name_key
from storage.database import Read, Session
from storage.models import Account, Feedback, Item
from storage.scratch import Scratch

Known = Item | Feedback | Account

TABLES: Mapping[str, type[Any]] = {"roadmap": Item, "feedback": Feedback}
NEW, CHANGED, SAME = "new", "changed", "same"


@dataclass(frozen=True)
class Plan:
    """What an import would do."""

    kind: str
    source: str
    """The file's name."""
    drafts: Scratch[Draft]
    """By fate: NEW, CHANGED or SAME."""
    new: int = 0
    changed: int = 0
    unchanged: int = 0

    @property
    def steps(self) -> int:
        """Return how often a row gets further in all: a new one comes in first, and then can be found."""
        return self.changed + self.new * (1 if self.kind == "accounts" else 2)


@Read
def compare(session: Session, *, team_id: str, kind: str, drafts: Sequence[Draft]) -> dict[str, list[str]]:
    """Return the keys of drafts by fate: new here, saying something else than what is here, or the same."""
    known = existing(session, team_id=team_id, kind=kind, drafts=drafts)
    names = account_names(session, team_id, known.values())
    fates: dict[str, list[str]] = {NEW: [], CHANGED: [], SAME: []}
    for one in drafts:
        row = known.get(one.key)
        fates[NEW if row is None else CHANGED if differences(row, one, names) else SAME].append(one.key)
    return fates


def existing(
    session: Session, *, team_id: str, kind: str, drafts: Sequence[Draft], lock: bool = False
) -> dict[str, Any]:
    """Return what is here of the drafts, by their keys; `lock` keeps others from changing or withdrawing it."""
    if kind == "accounts":
        return rows.find_accounts(session, team_id=team_id, keys=[one.key for one in drafts])
    table = TABLES[kind]
    found = rows.find_imported(session, team_id=team_id, table=table, keys=[one.key for one in drafts], lock=lock)
    numbers = {one.number: one.key for one in drafts if one.number is not None and one.key not in found}
    for number, row in rows.find_numbered(session, team_id=team_id, table=table, numbers=numbers, lock=lock).items():
        found[numbers[number]] = row
    return found


def account_names(session: Session, team_id: str, known: Any) -> dict[int, str]:
    """Return the keys of the names of the accounts that feedback is from."""
    ids = {one.account_id for one in known if isinstance(one, Feedback) and one.account_id is not None}
    return rows.account_keys(session, team_id=team_id, ids=ids)


def differences(row: Known, draft: Draft, names: Mapping[int, str]) -> dict[str, tuple[Any, Any]]:
    """Return what the file says otherwise, by column: (here, there). What it does not say stays as it is."""
    if isinstance(row, Feedback) and row.withdrawn:
        return {}  # its words were taken back, and no file brings them again
    kept = {"original", "quote", "visibility"} if isinstance(row, Feedback) and row.channel else {"original"}
    found = {
        column: (getattr(row, column), value)
        for column, value in draft.values.items()
        if column not in kept and not _same(getattr(row, column), value)
    }
    if isinstance(row, Feedback) and draft.account and names.get(row.account_id or 0) != name_key(draft.account):
        found["account_id"] = (names.get(row.account_id or 0), draft.account)
    return found


def _same(here: Any, there: Any) -> bool:
    if isinstance(here, str) and isinstance(there, str):
        return here.split() == there.split()
    return bool(here == there)
