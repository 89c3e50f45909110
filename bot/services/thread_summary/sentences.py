"""Sentences of a message, and the words in them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache

import snowballstemmer

from bot.services.thread_summary.nouns import ThreadMessage

_STEMMER = snowballstemmer.stemmer("english")
_CODE = re.compile(r"```.*?(?:```|\Z)", re.DOTALL)
_QUOTED = re.compile(r"^[ \t]*(?:>|&gt;).*$", re.MULTILINE)
_END = re.compile(r"[.!?…]+[\"'”’)\]*_~]*(?=\s)|\n+")
_ABBREVIATION = re.compile(r"(?:\b(?:e\.g|i\.e|vs|etc|approx|no|mr|mrs|ms|dr|st|inc|ca|cf|[A-Z]))\.$", re.IGNORECASE)
_BULLET = re.compile(r"(?:[-–—•*◦▪]|\d{1,2}[.)])[ \t]+")
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")


def word_set(text: str) -> frozenset[str]:
    """Return the words of a list written as one text."""
    return frozenset(text.split())


def any_of(lines: str) -> re.Pattern[str]:
    """Compile cues, any of which will do; they are matched against `Sentence.plain`.

    One alternative a line. A long one breaks at a `|` inside a group and goes on further in; the line end stands for
    that `|`. One that has to break elsewhere ends in a backslash.
    """
    joined = re.sub(r"\\\n\s*", "", lines.strip())
    return re.compile("|".join(line.strip() for line in joined.splitlines()))


FILLERS = word_set(
    """a about after again all also am an and any are as at be because been before being but by can could did do does
    doing down for from further get go going gonna got had has have having he her here hers him his how i if in into is
    it its itself just kind let like lot me mean more most my no nor not of off oh ok okay on once one only or other our
    ours out over own really right same she should so some sort such sure than that the their them then there these they
    thing things think this those through to too under until up us very was we well were what when where which while who
    whom why will with would yeah yep yes you your yours um uh mm hm hmm huh mhm eh ah actually know re ll ve don didn
    isn wasn doesn won couldn shouldn hello hi hey thanks thank please team everyone guys morning"""
)
"""Words that say nothing about what a sentence is about."""


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


def stems(text: str) -> tuple[str, ...]:
    """Return the stems of the words in a text, without fillers, in order."""
    return tuple(stem(word) for word in words(text) if word not in FILLERS)


def words(text: str) -> list[str]:
    """Return the words of a text in lower case, with straight apostrophes."""
    return [word.replace("’", "'").lower() for word in _WORD.findall(text)]


@lru_cache(maxsize=20_000)
def stem(word: str) -> str:
    """Return the stem of a word in lower case; short words and numbers stay as they are."""
    return str(_STEMMER.stemWord(word)) if len(word) > 3 and word.isalpha() else word


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
