"""Reasons: why something changed, in a colleague's words, told to guests without the names of customers."""

import re
from collections.abc import Mapping, Sequence

from storage import accounts
from storage.database import Session
from storage.models import Change, Reader

_BETWEEN = r"(?:\s*,\s*(?:and\s+)?|\s+and\s+|\s*[&/+]\s*)"


def of_changes(session: Session, reader: Reader, changes: Sequence[Change]) -> list[Change]:
    """Return lines of history as a reader may read them: copies, where a reason names customers to a guest."""
    told = as_read_by(session, reader, [one.reason for one in changes])
    return [
        one if one.reason == reason else Change(**{**one.model_dump(), "reason": reason})
        for one, reason in zip(changes, told, strict=True)
    ]


def as_read_by(session: Session, reader: Reader, reasons: Sequence[str | None]) -> list[str | None]:
    """Return reasons as a reader may read them."""
    if reader.knows_customers or not any(reasons):
        return list(reasons)
    names = accounts.names_by_key(session, team_id=reader.team_id)
    return [without_customers(one, names) if one else one for one in reasons]


def without_customers(text: str, names: Mapping[str, str]) -> str:
    """Return a text that says "a customer" or "2 customers" where it names some, in whatever case.

    `names` are those of all accounts, by their keys.
    """
    folded = accounts.name_key(text)
    found = {spelling for key, name in names.items() if key in folded for spelling in (key, name)}
    if not found:
        return text
    longest = sorted(found, key=len, reverse=True)
    spelled = "|".join(r"\s+".join(map(re.escape, one.split())) for one in longest)  # a line may end within a name
    name = rf"(?<!\w)(?:{spelled})(?!\w)"
    run = re.compile(rf"{name}(?:{_BETWEEN}{name})*", re.IGNORECASE)

    def instead(match: re.Match[str]) -> str:
        count = len(re.findall(name, match[0], re.IGNORECASE))
        begins = re.search(r"(?:^|[.!?:]\s+)$", text[: match.start()]) is not None
        return f"{count} customers" if count > 1 else f"{'A' if begins else 'a'} customer"

    return run.sub(instead, text)
