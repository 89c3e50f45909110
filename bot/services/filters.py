"""What people narrow the roadmap down by, what they sort it by, and whose eyes they see it with."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Self

from bot.errors import InvalidInputError, NotAllowedError
from bot.services import accounts
from bot.services.due import parse_due
from bot.services.refs import number_of, person_in
from storage import feedback, votes
from storage.database import Session
from storage.models import Feedback, Item, Reader, Status

OF_ITEMS = ("area", "status", "owner", "obj", "quarter")
OF_EVIDENCE = ("theme", "customer")
"""What feedback tells: of itself, and of the item that it is about."""
NAMES = (*OF_ITEMS, *OF_EVIDENCE, "sort", "as")
SORTS = ("arr", "votes", "age")


@dataclass(frozen=True)
class Filters:
    """What somebody wants to see of the roadmap; an empty filter lets everything through."""

    areas: frozenset[str] = frozenset()
    """In lower case."""
    statuses: frozenset[str] = frozenset()
    owners: frozenset[str] = frozenset()
    """Slack user ids."""
    objectives: frozenset[int] = frozenset()
    """By number."""
    quarters: frozenset[tuple[int, int]] = frozenset()
    """Year and quarter."""
    themes: frozenset[str] = frozenset()
    """In lower case."""
    customers: tuple[str, ...] = ()
    """Names of accounts as they were typed."""
    sort: str = "arr"
    as_customer: bool = False
    """Whether to show only what a customer may be told."""
    typed: str = ""
    """How to type it again; empty where nothing is filtered or sorted."""

    @classmethod
    def read(cls, typed: Mapping[str, str], *, me: str, now: datetime, tz: str) -> Self:
        """Read filters as `me` typed them, at a time and in an IANA zone. Raises InvalidInputError."""
        given = {name: value for name, value in typed.items() if name in NAMES}
        owners = [one.lstrip("@") for one in _parts(given.get("owner"))]
        return cls(
            areas=frozenset(one.casefold() for one in _parts(given.get("area"))),
            statuses=frozenset(_status(one) for one in _parts(given.get("status"))),
            owners=frozenset(me if one.lower() == "me" else person_in(one) for one in owners),
            objectives=frozenset(objective_in(one) for one in _parts(given.get("obj"))),
            quarters=frozenset(_quarter(one, now, tz) for one in _parts(given.get("quarter"))),
            themes=frozenset(one.casefold() for one in _parts(given.get("theme"))),
            customers=tuple(_parts(given.get("customer"))),
            sort=_sort(given.get("sort", "arr")),
            as_customer=_eyes(given.get("as")),
            typed=" ".join(f'{name}:"{value}"' for name, value in given.items()),
        )

    def allows(self, item: Item, *, objective: int | None) -> bool:
        """Say whether an item on an objective (its number) passes all filters but those for its evidence."""
        return all(
            not wanted or found in wanted
            for wanted, found in (
                (self.areas, item.area.casefold()),
                (self.statuses, item.status),
                (self.owners, item.owner),
                (self.objectives, objective),
                (self.quarters, _quarter_of(item.due)),
            )
        )

    def allows_theme(self, theme: str) -> bool:
        """Say whether feedback on a theme, or on several with commas between, passes the filter for themes."""
        return not self.themes or bool(self.themes & {one.casefold() for one in _parts(theme)})


def items_with_evidence(session: Session, reader: Reader, filters: Filters) -> set[int | None] | None:
    """Return the keys of the items whose evidence passes, as far as this reader may know; None where all do."""
    kept: list[set[int | None]] = []
    if filters.themes:
        known = feedback.themes_of_items(session, team_id=reader.team_id, reader=reader)
        kept.append({key for key, theme in known if filters.allows_theme(theme)})
    if filters.customers:
        kept.append(_wanted_by(session, reader, _accounts_of(session, reader, filters)))
    return set.intersection(*kept) if kept else None


def notes_that_pass(session: Session, reader: Reader, filters: Filters, notes: Iterable[Feedback]) -> list[Feedback]:
    """Return the feedback that passes; none where a filter is for what only items have."""
    if any((filters.areas, filters.statuses, filters.owners, filters.objectives, filters.quarters)):
        return []
    keys = _accounts_of(session, reader, filters) if filters.customers else set()
    return [one for one in notes if filters.allows_theme(one.theme) and (not keys or one.account_id in keys)]


def _accounts_of(session: Session, reader: Reader, filters: Filters) -> set[int | None]:
    if not reader.user_id:
        raise NotAllowedError("I don't name customers where everybody reads along. Type it as `/roadmap` instead.")
    if not reader.sees_money:
        raise NotAllowedError("Only members of this workspace can filter by customer.")
    return {accounts.get(session, team_id=reader.team_id, name=name).id for name in filters.customers}


def _wanted_by(session: Session, reader: Reader, account_ids: Iterable[int | None]) -> set[int | None]:
    """Return the keys of the items that accounts asked or voted for."""
    keys = [key for key in account_ids if key is not None]
    asked_for = feedback.items_of_accounts(session, team_id=reader.team_id, reader=reader, account_ids=keys)
    return {*asked_for, *votes.items_of_accounts(session, team_id=reader.team_id, account_ids=keys)}


def _parts(typed: str | None) -> Iterable[str]:
    return [one.strip() for one in (typed or "").split(",") if one.strip()]


def _status(typed: str) -> str:
    word = re.sub(r"[\s_]+", "-", typed.lower())
    if word not in list(Status):
        every = ", ".join(f"`{one}`" for one in Status)
        raise InvalidInputError(f"There is no status “{typed}”. Choose from {every}.")
    return word


def objective_in(typed: str) -> int:
    """Return the number in `obj:OBJ-3` or `obj:3`. Raises InvalidInputError."""
    if not re.fullmatch(r"(?:obj-?)?[0-9]{1,9}", typed.lower(), re.ASCII):
        raise InvalidInputError(f"I can't tell which objective “{typed}” is. Type it like `obj:OBJ-3`.")
    return number_of(typed)


def _sort(typed: str) -> str:
    word = typed.strip().lower()
    if word not in SORTS:
        raise InvalidInputError(f"I can't sort by “{typed}”. Choose `sort:arr`, `sort:votes` or `sort:age`.")
    return word


def _quarter(typed: str, now: datetime, tz: str) -> tuple[int, int]:
    due = parse_due(re.sub(r"^(q[1-4])-(?=\d)", r"\1 ", typed.strip().lower()), now, tz)
    if due is None or due.grain != "quarter":
        raise InvalidInputError(f"I can't read “{typed}” as a quarter. Type it like `quarter:Q1` or `quarter:2027-Q1`.")
    return due.date.year, (due.date.month + 2) // 3


def _quarter_of(due: date | None) -> tuple[int, int] | None:
    return (due.year, (due.month + 2) // 3) if due is not None else None


def _eyes(typed: str | None) -> bool:
    if typed is not None and typed.strip().lower() != "customer":
        raise InvalidInputError(f"I can't show it as “{typed}”. `as:customer` shows what a customer may be told.")
    return typed is not None
