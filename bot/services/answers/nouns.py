"""What an answer is made of."""

from dataclasses import dataclass
from datetime import datetime

from storage.models import Account, Feedback, Item


@dataclass(frozen=True)
class Fact:
    """A value that comes from a row."""

    ref: str
    """The row: `RM-12`, `FB-3`, or `account:Acme`."""
    field: str
    value: object


@dataclass(frozen=True)
class Statement:
    """A sentence of our own words and facts, with the records that it cites."""

    parts: tuple[str | Fact, ...]
    cites: tuple[str, ...]

    @property
    def facts(self) -> tuple[Fact, ...]:
        """Return the facts in it."""
        return tuple(part for part in self.parts if isinstance(part, Fact))


@dataclass(frozen=True)
class Answer:
    """An answer whose statements have all been verified, or the word that there is none."""

    question: str
    statements: tuple[Statement, ...]
    records: tuple[Item | Feedback, ...]
    """What is cited, in the order of the numbers that the statements show."""
    dropped: int
    """Statements that did not hold."""
    as_of: datetime
    topic: str = ""
    """What was looked for, where nothing was found."""
    more: tuple[int, str] = (0, "")
    """How many items or pieces of feedback it is about and does not name, and the command that lists them, if any."""
    more_notes: bool = False
    """Whether it is feedback that is not named, rather than items."""
    aimless: bool = False
    """Whether it was asked what people said, and not about what."""
    nearly: bool = False
    """Whether a search would show what holds some of the words, where nothing was found."""

    @property
    def found(self) -> bool:
        """Say whether there was evidence."""
        return bool(self.statements)


@dataclass(frozen=True)
class Evidence:
    """What this reader may see that bears on a question."""

    question: str
    items: tuple[Item, ...]
    notes: tuple[Feedback, ...]
    account: Account | None
    """The account that the question names; None for a reader who may not see account names."""
    accounts: dict[int, Account]
    """Those of the notes; empty for a reader who may not see account names."""
    people: bool = False
    """Whether the question is about people's words or who asked, rather than about where something stands."""
    topic: str = ""
    """What the question is about, in words to look for; empty where it does not say."""
    voices: int = 0
    """How many of the notes are told one by one, the first ones."""
    more: tuple[int, str] = (0, "")
    more_notes: bool = False
    linked: tuple[Item, ...] = ()
    """The items that the notes are linked to, where the question found no item."""

    @property
    def records(self) -> dict[str, Item | Feedback]:
        """Return what may be cited, by its id."""
        return {**{one.ref: one for one in self.items}, **{one.ref: one for one in self.notes}}
