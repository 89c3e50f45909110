"""Two people at one form of feedback: nobody's words are put over what the other has saved meanwhile."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from hashlib import sha256

from bot.errors import InvalidInputError
from storage.models import Feedback, FeedbackVisibility, Reader, Role

FIELDS = ("quote", "problem", "customer", "weight", "theme", "visibility")
LENGTHS = {"quote": 3000, "problem": 150, "customer": 80, "theme": 60}
"""What the form has room for; what is imported may be longer."""


class WrittenMeanwhileError(InvalidInputError):
    """Somebody else changed this while you were writing. Look at what it says now, then save again."""

    def __init__(self, fields: Sequence[str], written: "Written", seen: Sequence[str]) -> None:
        super().__init__()
        self.fields = tuple(fields)
        """What both have changed, by the form's names."""
        self.written = written
        """What the form holds when it is shown again: in those fields my words."""
        self.seen = tuple(seen)
        """Its new marks: what is shown of those fields now has been seen."""


@dataclass(frozen=True)
class Written:
    """What a form about feedback holds, or what is stored of it."""

    quote: str
    problem: str
    customer: str
    weight: str
    theme: str
    visibility: str


def sets_readers(by: Reader, feedback: Feedback) -> bool:
    """Say whether somebody may choose who may read it: its own people; a product manager only to fewer than all."""
    own = by.user_id in (feedback.captured_by, feedback.said_by)
    return own or (by.role.includes(Role.PM) and feedback.visibility == FeedbackVisibility.EVERYONE)


def stored(feedback: Feedback, account: str | None) -> Written:
    """Return what is stored; `account` is the customer's name."""
    return Written(
        feedback.quote, feedback.problem, account or "", feedback.weight, feedback.theme, feedback.visibility
    )


def marks(written: Written) -> tuple[str, ...]:
    """Return a short mark for each field, by which a form knows later what it was opened with."""
    return tuple(_mark(getattr(written, name)) for name in FIELDS)


def together(mine: Written, now: Written, seen: Sequence[str]) -> Written:
    """Return what both have written: from `mine` what I changed, the rest as it is `now`.

    `seen` are the marks of what my form was opened with. Raises WrittenMeanwhileError where both changed a field.
    """
    whole = {name: getattr(now, name) for name in LENGTHS if _is_as_shown(mine, now, name)}
    mine = replace(mine, **whole)
    changed = [name for name, mark in zip(FIELDS, seen, strict=True) if _mark(getattr(mine, name)) != mark]
    also = [name for name, mark in zip(FIELDS, seen, strict=True) if _mark(getattr(now, name)) != mark]
    merged = replace(now, **{name: getattr(mine, name) for name in changed})
    if both := [name for name in changed if name in also and _mark(getattr(mine, name)) != _mark(getattr(now, name))]:
        again = [new if name in both else mark for name, mark, new in zip(FIELDS, seen, marks(now), strict=True)]
        raise WrittenMeanwhileError(both, merged, again)
    return merged


def _is_as_shown(mine: Written, now: Written, name: str) -> bool:
    """Say whether a field holds what the form showed, which may be the beginning of what is stored."""
    words, length = getattr(now, name), LENGTHS[name]
    shown = words if len(words) <= length else words[: length - 1] + "…"
    return _mark(getattr(mine, name)) == _mark(shown)


def _mark(words: str) -> str:
    return sha256(" ".join(words.split()).encode()).hexdigest()[:12]
