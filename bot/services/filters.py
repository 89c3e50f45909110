"""What people narrow the roadmap down by: area, status, owner, objective, customer; and what they sort it by."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Self

from bot.errors import InvalidInputError
from bot.services.refs import number_of, person_in
from storage.models import Item, Status

NAMES = ("area", "status", "owner", "obj", "customer", "sort")
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
    customers: tuple[str, ...] = ()
    """Names of accounts as they were typed."""
    sort: str = "arr"
    typed: str = ""
    """How to type it again; empty where nothing is filtered or sorted."""

    @classmethod
    def read(cls, typed: Mapping[str, str], *, me: str) -> Self:
        """Read filters as they were typed; `me` is whoever says `owner:me`. Raises InvalidInputError."""
        given = {name: value for name, value in typed.items() if name in NAMES}
        owners = [one.lstrip("@") for one in _parts(given.get("owner"))]
        return cls(
            areas=frozenset(one.casefold() for one in _parts(given.get("area"))),
            statuses=frozenset(_status(one) for one in _parts(given.get("status"))),
            owners=frozenset(me if one.lower() == "me" else person_in(one) for one in owners),
            objectives=frozenset(objective_in(one) for one in _parts(given.get("obj"))),
            customers=tuple(_parts(given.get("customer"))),
            sort=_sort(given.get("sort", "arr")),
            typed=" ".join(f'{name}:"{value}"' for name, value in given.items()),
        )

    def allows(self, item: Item, *, objective: int | None) -> bool:
        """Say whether an item on an objective (its number) passes all but the filter for customers."""
        return all(
            not wanted or found in wanted
            for wanted, found in (
                (self.areas, item.area.casefold()),
                (self.statuses, item.status),
                (self.owners, item.owner),
                (self.objectives, objective),
            )
        )


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
