"""The grammar of sub-commands: what each takes, what a text must be to be one, and their help.

A topic declares its sub-commands with `@command`, and `Commands.collect` gathers them. A text is a sub-command only
when all of it fits what that command takes; everything else is a question in plain language, so nothing that changes
something can happen by accident.
"""

import re
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from types import ModuleType
from typing import Any

from rapidfuzz.distance import OSA

from handlers.asked import DASH, Asked, id_of_mention, read, tidy
from storage.models import Lane, Role, Status

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

    def named(self, name: str) -> "Argument":
        """Return the same argument under another name, for a command that takes two of a kind."""
        return replace(self, name=name)


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

    @property
    def typed(self) -> str:
        """Return how it is typed: `move RM-12 next reason:"…"`."""
        return f"{' · '.join(self.names)} {self.usage}".strip()

    def fit(self, name: str, asked: Asked) -> Asked | None:
        """Return the text read as this command under one of its names, or None when it does not all fit."""
        tail = _after(name, asked.rest)
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
) -> Callable[[Run], Command]:
    """Declare the sub-command that a function answers; the first line of its docstring is its help.

    Several names share one function, which finds the typed one in `asked.verb`. A name may be two words; the empty name
    is the command alone. Only a command that `reads_only` accepts a text that ends in a question mark.
    """

    def declare(run: Run) -> Command:
        first_line = (run.__doc__ or "").strip().partition("\n")[0]
        if not first_line:
            raise ValueError(f"The command {name!r} needs a docstring: its first line is its help.")
        return Command((name, *others), usage, Role(role), tuple(takes), reads_only, first_line, run)

    return declare


@dataclass(frozen=True)
class Suggestion:
    """What somebody may have meant."""

    command: Command
    text: str
    """The text put right, or the command's usage when something is missing from it."""
    complete: bool
    """Whether the text can be run as it is."""


class Commands:
    """All sub-commands, in the order in which help lists them."""

    def __init__(self, commands: Iterable[Command]) -> None:
        self._commands = tuple(commands)
        self._by_name: dict[str, Command] = {}
        for one in self._commands:
            for name in one.names:
                if name in self._by_name:
                    raise ValueError(f"Two commands are called {name!r}.")
                self._by_name[name] = one
        self._longest_first = sorted(self._by_name, key=len, reverse=True)

    @classmethod
    def collect(cls, modules: Iterable[ModuleType]) -> "Commands":
        """Gather the commands that these modules declare, in their order."""
        found = (value for module in modules for value in vars(module).values() if isinstance(value, Command))
        return cls({id(one): one for one in found}.values())

    def find(self, text: str) -> tuple[Command, Asked] | None:
        """Return the command that a text is, with what it asks; None when it is a question."""
        asked = read(text)
        for name in self._longest_first:
            if fitted := self._by_name[name].fit(name, asked):
                return self._by_name[name], fitted
        return None

    def suggest(self, text: str) -> Suggestion | None:
        """Return what may have been meant by a text that is no command; None when it reads like a question."""
        asked = read(text)
        if asked.asks:
            return None
        for name in self._longest_first:
            one = self._by_name[name]
            alone = asked.rest.lower() == name and any(argument.needed for argument in one.takes)
            if alone or (one.begins(name, asked) and not one.fit(name, asked)):
                return Suggestion(one, f"{name} {one.usage}".strip(), complete=False)
        return self._respelled(text, asked.rest.partition(" ")[0])

    def help_lines(self, role: Role) -> list[tuple[str, str]]:
        """Return what a person of that role may type, and what it does."""
        return [(one.typed, one.help) for one in self._commands if role.includes(one.role)]

    def _respelled(self, text: str, word: str) -> Suggestion | None:
        near = sorted((OSA.distance(word.lower(), name), name) for name in self._by_name if _alike(word, name))
        for _, name in near:
            put_right = re.sub(rf"(?<!\S){re.escape(word)}(?!\S)", name, tidy(text), count=1)
            found = self.find(put_right)
            if found and (sorted(word.lower()) == sorted(name) or not _takes_any_text(found[0])):
                return Suggestion(found[0], put_right, complete=True)
        return None


def _alike(word: str, name: str) -> bool:
    """Say whether a word may be a slip for a name: one letter off, or two when it is long."""
    return min(len(word), len(name)) > 2 and OSA.distance(word.lower(), name) in ((1,) if len(name) < 6 else (1, 2))


def _takes_any_text(one: Command) -> bool:
    # "and dark mode" is one letter from "add dark mode": where any text fits, only swapped letters are a slip.
    return bool(one.takes) and one.takes[0].pattern == TEXT.pattern


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
OBJECTIVE = _id_argument("objective", "OBJ")
UPDATE = _id_argument("update", "UPD")
LANE = one_of("lane", *Lane)
STATUS = one_of("status", *Status)
DURATION = Argument("duration", r"[1-9][0-9]{0,3} ?(?:h|d|w|hours?|days?|weeks?)", str.lower)
PERSON = Argument("person", r"<@[A-Z0-9]+>|@\S+", id_of_mention)
CHANNEL = Argument("channel", r"<#[A-Z0-9]+>|#\S+", id_of_mention)
TEXT = Argument("text", r"\S.*", _unquoted)
