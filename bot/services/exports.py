"""Exports: everything that somebody may read, as tables that can be imported again."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot import jobs, outbox
from bot.services import reasons
from bot.services.due import due_of, write_due
from storage import accounts as account_rows
from storage import causes, exports, people
from storage import feedback as feedback_rows
from storage import roadmap as items
from storage.database import Read, Session, Write
from storage.models import (
    Account,
    Change,
    Feedback,
    Follow,
    Item,
    KeyResult,
    Objective,
    Reader,
    Role,
    Supporter,
    Vote,
)

ALL = 2**31 - 1

Row = dict[str, Any]


@dataclass(frozen=True)
class Sheet:
    """A table of an export."""

    name: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Export:
    """What one reader takes away."""

    sheets: tuple[Sheet, ...]
    left_out: int = 0
    """Pieces of feedback that this reader may not read; a guest is not told."""

    def count(self, name: str) -> int:
        """Return how many rows a sheet has; 0 for one that is not there."""
        return sum(len(one.rows) for one in self.sheets if one.name == name)


@Write
def request(session: Session, *, by: Reader, cause: str, now: datetime) -> None:
    """Have an export written, and sent to whoever asks."""
    if causes.claim(session, team_id=by.team_id, cause=cause, now=now):
        args = {"user_id": by.user_id, "cause": cause}
        jobs.defer(session, team_id=by.team_id, key=f"export:{cause}", task="export", args=args)


@Write
def refuse(session: Session, *, team_id: str, user_id: str, cause: str) -> None:
    """Tell whoever asked that Slack takes no file from us."""
    key, nouns = f"no-export:{cause}", {"by": user_id}
    outbox.say(session, team_id=team_id, key=key, kind="export_refused", nouns=nouns, channel=user_id)


@Read
def gather(session: Session, *, team_id: str, reader: Reader | None) -> Export:
    """Return what a reader may read; None is who runs the server, and gets everything."""
    known = _Known(session, team_id, reader)
    sheets = [
        _sheet("roadmap", known, known.listed),
        _sheet("feedback", known, known.notes),
        _sheet("objectives", known, known.aims.values()),
        _sheet("key_results", known, known.every(KeyResult)),
        _sheet("votes", known, (one for one in known.every(Vote) if one.item_id in known.items)),
        _sheet("follows", known, (one for one in known.every(Follow) if one.item_id in known.items)),
        _sheet("supporters", known, (one for one in known.every(Supporter) if one.feedback_id in known.said)),
        _sheet("history", known, (one for one in known.every(Change) if known.may_read(one))),
    ]
    if known.sees_money:
        sheets.insert(2, _sheet("accounts", known, known.accounts.values()))
    return Export(tuple(sheets), known.left_out)


class _Known:
    """What the rows of an export are made of."""

    def __init__(self, session: Session, team_id: str, reader: Reader | None) -> None:
        self._session = session
        self.team_id = team_id
        self._reader = reader
        self.sees_money = reader is None or reader.sees_money
        self.listed: Sequence[Item] = self.every(Item)
        self.notes: Sequence[Feedback] = self.every(Feedback)
        everything = len(self.notes)
        if reader is not None:
            self.listed = items.search(session, team_id=team_id, reader=reader)
            self.notes = feedback_rows.search(session, team_id=team_id, reader=reader, limit=ALL)
        knows = reader is None or reader.knows_customers
        self.unsaid = {} if knows else account_rows.names_by_key(session, team_id=team_id)
        # a guest does not learn how much there is
        self.left_out = everything - len(self.notes) if self.sees_money else 0
        self.items = {one.id: one.ref for one in self.listed}
        self.said = {one.id: one.ref for one in self.notes}
        self.refs = {*self.items.values(), *self.said.values()}
        self.aims = {one.id: one for one in self.every(Objective)}
        self.accounts = {one.id: one for one in self.every(Account)}
        self.names = {one.user_id: one.name for one in people.search(session, team_id=team_id)}

    def may_read(self, change: Change) -> bool:
        """Say whether a line of history is for this reader: customers' names and an item's readers are not for all."""
        if self._reader is None:
            return True
        if change.field == "readers" and not self._reader.role.includes(Role.PM):
            return False
        return change.ref in self.refs and (change.field != "also said" or self.sees_money)

    def value(self, change: Change, value: str | None) -> str | None:
        """Return what a line of history tells of a value; nothing where it names an item not for this reader."""
        hidden = self._reader is not None and change.field == "item" and value not in self.refs
        return None if hidden else value

    def every(self, table: type[Any]) -> list[Any]:
        return exports.every(self._session, team_id=self.team_id, table=table)

    def account(self, account_id: int | None) -> str:
        found = self.accounts.get(account_id) if self.sees_money else None
        return found.name if found else ""

    def aim(self, objective_id: int | None) -> str:
        found = self.aims.get(objective_id)
        return found.ref if found else ""

    def name(self, user_id: str | None) -> str:
        return self.names.get(user_id or "", "")


def _sheet(name: str, known: _Known, rows: Iterable[Any]) -> Sheet:
    makers = _MAKERS[name]
    made = tuple({column: make(known, row) for column, make in makers.items()} for row in rows)
    return Sheet(name, tuple(makers), made)


def _own(*columns: str) -> dict[str, Callable[[_Known, Any], Any]]:
    def of(column: str) -> Callable[[_Known, Any], Any]:
        return lambda known, row: getattr(row, column)

    return {column: of(column) for column in columns}


def _mention(user_id: str | None) -> str:
    return f"<@{user_id}>" if user_id and user_id[0] in "UW" else user_id or ""


_MAKERS: dict[str, dict[str, Callable[[_Known, Any], Any]]] = {
    "roadmap": {
        "linchpin_id": lambda known, one: f"{known.team_id}:{one.ref}",
        **_own("ref", "title", "summary", "lane", "status", "area"),
        "owner": lambda known, one: _mention(one.owner),
        "owner_name": lambda known, one: known.name(one.owner),
        "objective": lambda known, one: known.aim(one.objective_id),
        "due": lambda known, one: write_due(due_of(one)),
        "effort": lambda known, one: one.effort_weeks,
        **_own("visibility", "confirmed_at", "created_at", "updated_at", "imported_as"),
    },
    "feedback": {
        "linchpin_id": lambda known, one: f"{known.team_id}:{one.ref}",
        **_own("ref", "quote", "problem", "kind", "weight", "theme"),
        "account": lambda known, one: known.account(one.account_id),
        "said_by": lambda known, one: _mention(one.said_by),
        "said_by_name": lambda known, one: known.name(one.said_by),
        "captured_by": lambda known, one: _mention(one.captured_by),
        "date": lambda known, one: one.captured_at,
        "link": lambda known, one: one.permalink,
        "item": lambda known, one: known.items.get(one.item_id),
        **_own("visibility", "channel", "imported_as"),
    },
    "accounts": {
        **_own("name", "arr", "renewal"),
        "owner": lambda known, one: _mention(one.owner),
        "owner_name": lambda known, one: known.name(one.owner),
    },
    "objectives": _own("ref", "title", "weight"),
    "key_results": {
        "objective": lambda known, one: known.aim(one.objective_id),
        **_own("title", "start", "target", "current", "unit"),
    },
    "votes": {
        "item": lambda known, one: known.items.get(one.item_id),
        "voter": lambda known, one: "" if one.account_id is not None else _mention(one.voter),
        "account": lambda known, one: known.account(one.account_id),
        **_own("weight"),
        "by": lambda known, one: _mention(one.by),
        **_own("at"),
    },
    "follows": {
        "item": lambda known, one: known.items.get(one.item_id),
        "user": lambda known, one: _mention(one.user_id),
        **_own("at"),
    },
    "supporters": {
        "feedback": lambda known, one: known.said.get(one.feedback_id),
        "user": lambda known, one: _mention(one.user_id),
        **_own("at"),
    },
    "history": {
        **_own("ref", "at"),
        "by": lambda known, one: _mention(one.by),
        "by_name": lambda known, one: known.name(one.by),
        **_own("field"),
        "before": lambda known, one: known.value(one, one.before),
        "after": lambda known, one: known.value(one, one.after),
        "reason": lambda known, one: reasons.without_customers(one.reason, known.unsaid) if one.reason else None,
    },
}
