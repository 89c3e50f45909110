"""All sub-commands together: which one a text is, what it may have been meant to be, and help."""

import re
from collections.abc import Iterable
from types import ModuleType

from handlers.asked import QUESTION_WORDS, Asked, read, tidy
from handlers.grammar import TEXT, Command, Suggestion
from storage.models import Role


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

    @property
    def every(self) -> tuple[Command, ...]:
        """Return all of them, in the order in which help lists them."""
        return self._commands

    @property
    def names(self) -> tuple[str, ...]:
        """Return what may be typed first, in the same order."""
        return tuple(self._by_name)

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
        word = asked.rest.rstrip("?!. ").lower()
        alone = self._by_name.get(word)
        if alone and any(one.needed for one in alone.takes) and (alone.reads_only or not asked.asks):
            return Suggestion(alone, alone.example(word), complete=False, alone=True)
        if asked.asks:
            return None
        for name in self._longest_first:
            one = self._by_name[name]
            # "why RM-8 slipped" is a question, although a command is called "why".
            if name not in QUESTION_WORDS and one.begins(name, asked) and not one.fit(name, asked):
                return Suggestion(one, one.example(name), complete=False)
        return self._respelled(text, asked.rest.partition(" ")[0]) or self._completed(word)

    def hint(self, *names: str) -> str:
        """Return how some commands are typed, as the words that Slack shows behind the slash command."""
        return " · ".join(self._by_name[name].example(name) for name in names)

    def help_lines(self, role: Role) -> list[tuple[str, str]]:
        """Return what a person of that role may type, and what it does."""
        return [(one.typed, one.help) for one in self._commands if role.includes(one.role)]

    def _completed(self, word: str) -> Suggestion | None:
        # "no" and "in" begin questions; three letters are meant to be a command.
        names = [name for name in self._by_name if len(word) > 2 and name.startswith(word)]
        if not names:
            return None
        first, *others = (self._by_name[name].example(name) for name in names[:4])
        return Suggestion(self._by_name[names[0]], first, complete=True, others=tuple(others))

    def _respelled(self, text: str, word: str) -> Suggestion | None:
        near = sorted((_letters_off(word, name), name) for name in self._by_name if _alike(word, name))
        for _, name in near:
            put_right = re.sub(rf"(?<!\S){re.escape(word)}(?!\S)", name, tidy(text), count=1)
            found = self.find(put_right)
            if found and (sorted(word.lower()) == sorted(name) or not _takes_any_text(found[0])):
                return Suggestion(found[0], put_right, complete=True)
        return None


def _alike(word: str, name: str) -> bool:
    """Say whether a word may be a slip for a name: one letter off, or two when it is long."""
    return min(len(word), len(name)) > 2 and _letters_off(word, name) in ((1,) if len(name) < 6 else (1, 2))


def _letters_off(word: str, name: str) -> int:
    from rapidfuzz.distance import OSA

    return OSA.distance(word.lower(), name)


def _takes_any_text(one: Command) -> bool:
    # "and dark mode" is one letter from "add dark mode": where any text fits, only swapped letters are a slip.
    return bool(one.takes) and one.takes[0].pattern == TEXT.pattern
