"""Sentences of a message, and the cues in them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from bot.services.thread_summary.nouns import ThreadMessage
from bot.services.words import stems

_CODE = re.compile(r"```.*?(?:```|\Z)", re.DOTALL)
_QUOTED = re.compile(r"^[ \t]*(?:>|&gt;).*$", re.MULTILINE)
_END = re.compile(r"(?<![.!?…])[.!?…]+[\"'”’)\]*_~]*(?=\s)|\n+")
_ABBREVIATION = re.compile(r"(?:\b(?:e\.g|i\.e|vs|etc|approx|no|mr|mrs|ms|dr|st|inc|ca|cf|[A-Z]))\.$", re.IGNORECASE)
_BULLET = re.compile(r"(?:[-–—•*◦▪]|\d{1,2}[.)])[ \t]+")


class Cues:
    """Cues, any of which will do, to be matched against `Sentence.plain`.

    One alternative a line. A long one breaks at a `|` inside a group and goes on further in; the line end stands for
    that `|`. One that has to break elsewhere ends in a backslash. They are compiled when they are first looked for.
    """

    def __init__(self, lines: str) -> None:
        self._lines = lines

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        joined = re.sub(r"\\\n\s*", "", self._lines.strip())
        return re.compile("|".join(line.strip() for line in joined.splitlines()))

    def search(self, text: str) -> re.Match[str] | None:
        """Return the first cue in a text."""
        return self._pattern.search(text)

    def finditer(self, text: str) -> Iterator[re.Match[str]]:
        """Yield every cue in a text."""
        return self._pattern.finditer(text)


@dataclass(frozen=True)
class Sentence:
    """One sentence of a message, exactly as it stands there."""

    text: str
    message: ThreadMessage
    place: int
    """Its number in the message."""

    @cached_property
    def stems(self) -> tuple[str, ...]:
        """What it is about: its words without fillers, stemmed."""
        return stems(self.text)

    @cached_property
    def plain(self) -> str:
        """The text in lower case with straight quotes, for looking for cues."""
        return self.text.replace("’", "'").lower()

    @cached_property
    def asks(self) -> bool:
        """Whether it ends as a question."""
        return self.text.rstrip("\"'”’)]*_~ ").endswith("?")


def sentences(messages: Iterable[ThreadMessage]) -> list[Sentence]:
    """Return the sentences of people's messages, in order; bot posts, code and quoted lines are left out."""
    return [
        Sentence(text, message, place)
        for message in messages
        if not message.is_bot
        for place, text in enumerate(_split(message.text))
    ]


def _split(text: str) -> Iterator[str]:
    """Yield the parts of a text between ends of sentences, each a substring of it."""
    blank = _QUOTED.sub(_emptied, _CODE.sub(_emptied, text))
    start = 0
    for end in [*(match.end() for match in _END.finditer(blank)), len(text)]:
        if _ABBREVIATION.search(blank[max(start, end - 12) : end]) and end < len(text):
            continue
        if "\0" not in blank[start:end]:
            part = text[start:end].strip()
            bullet = _BULLET.match(part)
            part = part[bullet.end() :].strip() if bullet else part
            if any(letter.isalnum() for letter in part):
                yield part
        start = end


def _emptied(match: re.Match[str]) -> str:
    """Blank out a stretch, line ends around it, so that no sentence reaches into it."""
    return "\n" + "\0" * (len(match[0]) - 2) + "\n" if len(match[0]) > 1 else "\n"
