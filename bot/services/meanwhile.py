"""Two people at one form: nobody's words are put over what the other has saved meanwhile.

A form carries a short mark of each field that it was filled with. Once it is sent, what its writer has changed goes in,
and what somebody else has changed since stays. Where both have changed a field, the form is shown again with its
writer's words, and says what it holds now. Services hold what they save, so that of two who save at once one is second.
"""

from collections.abc import Collection, Mapping
from hashlib import sha256
from typing import Any

from bot.errors import InvalidInputError

Fields = Mapping[str, Any]
"""What a form holds, or what is stored of it, by the form's names."""

Marks = Mapping[str, str]
"""The marks of what a form was filled with, by its names; a form that an earlier version opened may lack some."""


class ChangedMeanwhileError(InvalidInputError):
    """Somebody else changed this while you were writing. Look at what it says now, then save again."""

    def __init__(self, both: Collection[str], held: Fields, now: Fields, seen: Marks) -> None:
        super().__init__()
        self.both = tuple(both)
        """The fields that both have changed."""
        self.held = held
        """What the form holds when it is shown again: in those fields its writer's words."""
        self.now = now
        """What is stored."""
        self.seen = seen
        """The form's new marks: what it says of those fields has been seen then."""


def marks(fields: Fields) -> dict[str, str]:
    """Return a short mark for each field, by which a form knows later what it was filled with."""
    return {name: _mark(value) for name, value in fields.items()}


def together(mine: Fields, now: Fields, seen: Marks) -> dict[str, Any]:
    """Return what both have written: what only others have changed as it is `now`, the rest as in `mine`.

    `seen` are the marks of what my form was filled with. Raises ChangedMeanwhileError where both changed a field.
    """
    here, there = marks(mine), marks(now)
    changed = [name for name in now if there[name] != seen.get(name)]  # by others, since my form was filled
    both = [name for name in changed if here[name] not in (seen.get(name), there[name])]
    merged = {name: now[name] if name in changed and name not in both else mine[name] for name in now}
    if both:
        # Slack keeps what a form held when it is shown again: the old mark says of the other fields that I saw them.
        raise ChangedMeanwhileError(both, merged, now, {**seen, **{name: there[name] for name in both}})
    return merged


def lists_together(mine: Collection[str], now: Collection[str], seen: Collection[str]) -> tuple[str, ...]:
    """Return a list that both have changed: what is in it `now`, with what I added, without what I took out."""
    return tuple(sorted(set(now) - (set(seen) - set(mine)) | (set(mine) - set(seen))))


def _mark(value: object) -> str:
    if isinstance(value, Mapping):
        value = sorted(value.items())
    elif isinstance(value, frozenset):
        value = sorted(value)
    return sha256(" ".join(str(value).split()).encode()).hexdigest()[:12]
