"""The grammar of sub-commands: what each takes, and what a text must be to be one.

A topic declares its sub-commands with `@command`, and `vocabulary.Commands` gathers them. A text is a sub-command only
when all of it fits what that command takes; everything else is a question in plain language, so nothing that changes
something can happen by accident.
"""

import re
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from handlers.asked import DASH, FILTERS, Asked, id_of_mention
from storage.models import Lane, Role

Run = Callable[..., Awaitable[Any]]


@dataclass(frozen=True)
class Argument:
    """One thing that a command takes."""

    name: str
    """How `Asked` knows it; unique within a command."""
    pattern: str
    """A regular expression, in any case, without groups."""
    canonical: Callable[[str], str]
    """Gives what was typed its one form."""
    needed: bool = True


def optional(argument: Argument) -> Argument:
    """Return an argument that may be left out."""
    return replace(argument, needed=False)


def one_of(name: str, *words: str) -> Argument:
    """Return an argument that is one of these lower-case words; "on track" is read as `on-track`."""
    by_letters = {word.replace("-", ""): word for word in words}
    pattern = "|".join(re.escape(word).replace(r"\-", rf"[\s{DASH}]?") for word in words)
    return Argument(name, pattern, lambda typed: by_letters[re.sub(r"[\W_]", "", typed.lower())])


def either(name: str, *arguments: Argument) -> Argument:
    """Return an argument that is one of several kinds, the first that fits."""

    def canonical(typed: str) -> str:
        fitting = (one for one in arguments if re.fullmatch(one.pattern, typed, _FLAGS))
        return next(fitting).canonical(typed)

    return Argument(name, "|".join(f"(?:{one.pattern})" for one in arguments), canonical)


@dataclass(frozen=True)
class Command:
    """A sub-command: what people type, who may, what it takes, and what runs."""

    names: tuple[str, ...]
    usage: str
    role: Role
    takes: tuple[Argument, ...]
    reads_only: bool
    help: str
    run: Run
    filters: tuple[str, ...] = ()
    """The filters it uses; where somebody gives another, it is not run."""
    personal: bool = False
    """Whether its answer depends on who asks, so that it is told to nobody but them."""
    plain: bool = False
    """Whether `word:value` is a part of what it is told, as in a question."""

    @property
    def typed(self) -> str:
        """Return how it is typed: `move RM-12 next reason:"…"`."""
        return f"{' · '.join(self.names)} {self.usage}".strip()

    def example(self, name: str) -> str:
        """Return an example of it under one of its names, which can be typed as it stands."""
        return f"{name} {self.usage}".strip()

    def unused(self, asked: Asked) -> list[str]:
        """Return the filters in a text that mean nothing to this command."""
        return [] if self.plain else [name for name in asked.filters if name not in self.filters]

    def fit(self, name: str, asked: Asked) -> Asked | None:
        """Return the text read as this command under one of its names, or None when it does not all fit."""
        tail = _after(name, asked.typed if self.plain else asked.rest)
        if tail is None or (asked.asks and not self.reads_only):
            return None
        match = self._shape.fullmatch(tail)
        if not match:
            return None
        args = {one.name: one.canonical(match[one.name]) for one in self.takes if match[one.name]}
        return replace(asked, verb=name, args=args, rest=tail.strip())

    def begins(self, name: str, asked: Asked) -> bool:
        """Say whether the text has this command's name and its first argument, whatever follows."""
        tail = _after(name, asked.rest)
        return bool(tail and self.takes and re.match(_one_shape(self.takes[0]), tail, _FLAGS))

    @cached_property
    def _shape(self) -> re.Pattern[str]:
        parts = (_one_shape(one) if one.needed else f"(?:{_one_shape(one)})?" for one in self.takes)
        return re.compile("".join(parts) + r"[\s.,!?]*", _FLAGS)


def command(
    name: str,
    *others: str,
    usage: str = "",
    role: str = Role.VIEWER,
    takes: Iterable[Argument] = (),
    reads_only: bool = False,
    filters: Iterable[str] = (),
    personal: bool = False,
    plain: bool = False,
) -> Callable[[Run], Command]:
    """Declare the sub-command that a function answers; the first line of its docstring is its help.

    Several names share one function, which finds the typed one in `asked.verb`. A name may be two words; the empty name
    is the command alone. Only a command that `reads_only` accepts a text that ends in a question mark. It is run with
    the `filters` that it names, and with no other; every filter is one of `asked.FILTERS`; to a `plain` command they
    are words. A `personal` one answers nobody but who asks.
    """

    def declare(run: Run) -> Command:
        first_line = (run.__doc__ or "").strip().partition("\n")[0]
        if not first_line:
            raise ValueError(f"The command {name!r} needs a docstring: its first line is its help.")
        if unknown := set(filters) - set(FILTERS):
            raise ValueError(f"The command {name!r} takes filters that nobody can type: {sorted(unknown)}.")
        return Command(
            (name, *others),
            usage,
            Role(role),
            tuple(takes),
            reads_only,
            first_line,
            run,
            tuple(filters),
            personal,
            plain,
        )

    return declare


@dataclass(frozen=True)
class Suggestion:
    """What somebody may have meant."""

    command: Command
    text: str
    """The text put right, or the command's usage when something is missing from it."""
    complete: bool
    """Whether the text can be run as it is."""
    alone: bool = False
    """Whether only the command's name was typed."""
    others: tuple[str, ...] = ()
    """What else may have been meant."""


def _after(name: str, rest: str) -> str | None:
    """Return what follows the name at the start of a text, from its end on; None when it is not there."""
    head, tail = rest[: len(name)], rest[len(name) :]
    return tail if head.lower() == name and re.match(r"[\s.,:!?]|$", tail) else None


def _one_shape(one: Argument) -> str:
    # "move RM-12 to next" and "update RM-12: at risk" are how people say it.
    linking = "" if one.pattern == TEXT.pattern else r"(?:(?:to|into|as|and)\s+)?"
    return rf"[\s,:]+{linking}(?P<{one.name}>{one.pattern})(?=[\s,:.!?]|$)"


def _id_argument(name: str, kind: str) -> Argument:
    return Argument(name, f"{kind}-?[0-9]{{1,9}}", lambda typed: f"{kind}-{int(re.sub(r'[^0-9]', '', typed))}")


def _unquoted(typed: str) -> str:
    whole = re.fullmatch(r'"([^"]*)"', typed.strip())
    return whole[1].strip() if whole else typed.strip()


# ASCII, or the long s of "ſhipped" would be an s.
_FLAGS = re.ASCII | re.IGNORECASE | re.DOTALL
ITEM = _id_argument("item", "RM")
FEEDBACK = _id_argument("feedback", "FB")
LANE = one_of("lane", *Lane)
CHANNEL = Argument("channel", r"<#[A-Z0-9]+>|#\S+", id_of_mention)
TEXT = Argument("text", r"\S.*", _unquoted)
