"""The sentences that say most of what a conversation says."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from math import log, log10, sqrt

from bot.services.thread_summary.nouns import Line, ThreadMessage
from bot.services.thread_summary.sentences import Sentence, sentences
from bot.services.words import stems, words

_FURNITURE = re.compile(
    r"\[(?:email|phone)\]|@\w|https?://|[-_=*]{4,}|\bwrote:|original message|^\W*(?:from|to|cc|subject|date|sent)\s*:",
    re.IGNORECASE,
)
_ASKING = "summarize summary thread discussion meeting talk say discuss"
_SHORTEST, _LONGEST = 5, 40
_FURNITURE_WEIGHT = 0.3
_REPEATED_WEIGHT = 0.5


def summary_words(messages: Sequence[ThreadMessage]) -> int:
    """Return how many words a summary of these messages deserves: 50 for 100 words, 75 for 1,000, 98 for 8,000."""
    total = sum(len(words(message.text)) for message in messages if not message.is_bot)
    return max(15, min(round(25 * log10(max(total, 1))), total))


def salient_sentences(
    messages: Sequence[ThreadMessage], n: int | None = None, *, about: str = "", limit: int | None = None
) -> tuple[Line, ...]:
    """Return the most telling sentences, in the order of the conversation, each with its cite.

    At most `n` sentences; without `n`, about `limit` words (default `summary_words`). `about` is a question or topic
    that the sentences should speak to. Each choice makes what it said count less for the next (as SumBasic does).
    """
    usable = _usable(sentences(messages))
    weights = _weights(usable, about)
    room = limit or summary_words(messages)
    said: Counter[str] = Counter()
    chosen: list[Sentence] = []
    length = 0
    while usable and (len(chosen) < n if n is not None else length < room):
        best = max(usable, key=lambda sentence: _gain(sentence, weights, said))
        usable.remove(best)
        size = len(best.text.split())
        if n is None and chosen and length + size > room * 1.25:
            continue
        chosen.append(best)
        length += size
        said.update(set(best.stems))
    chosen.sort(key=lambda sentence: (sentence.message.index, sentence.place))
    return tuple(Line(sentence.text, (sentence.message.index,)) for sentence in chosen)


def salience(found: Sequence[Sentence]) -> dict[Sentence, float]:
    """Return how telling each sentence is among these."""
    weights = _weights(found, "")
    return {sentence: _gain(sentence, weights, Counter()) for sentence in found}


def _usable(found: list[Sentence]) -> list[Sentence]:
    """Leave out what says nothing, repeats, or runs on; where that leaves nothing, keep all."""
    first = {sentence.stems: sentence for sentence in reversed(found) if sentence.stems}
    once = [sentence for sentence in found if first.get(sentence.stems) is sentence]
    fitting = [s for s in once if _SHORTEST <= len(s.text.split()) <= _LONGEST]
    return fitting or once or found


def _weights(found: Sequence[Sentence], about: str) -> dict[str, float]:
    """Return the weight of each stem: said often, though not everywhere; three times that where asked about."""
    counts = Counter(stem for sentence in found for stem in set(sentence.stems))
    asked = set(stems(about)) - set(stems(_ASKING))
    return {stem: count * log(1 + len(found) / count) * (3 if stem in asked else 1) for stem, count in counts.items()}


def _gain(sentence: Sentence, weights: dict[str, float], said: Counter[str]) -> float:
    """Return what a sentence adds: its words by weight, more where it opens its message, less where it is furniture."""
    worth = sum(weights.get(stem, 0) * _REPEATED_WEIGHT ** said[stem] for stem in set(sentence.stems))
    worth *= 1 + 1 / (1 + sentence.place)
    if _FURNITURE.search(sentence.text):
        worth *= _FURNITURE_WEIGHT
    return worth / sqrt(len(sentence.text.split()))
