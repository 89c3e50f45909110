"""ROUGE F1, as Lin (2004) defines it, on Porter stems."""

import re
from collections import Counter
from collections.abc import Sequence

import snowballstemmer

_PORTER = snowballstemmer.stemmer("porter")


def tokens(text: str) -> list[str]:
    """Return the stemmed words of a text; words of three letters and fewer stay as they are."""
    return [word if len(word) <= 3 else str(_PORTER.stemWord(word)) for word in re.findall(r"[a-z0-9]+", text.lower())]


def rouge_n(reference: Sequence[str], said: Sequence[str], n: int) -> float:
    """Return the F1 of shared runs of `n` words."""
    wanted, found = _runs(reference, n), _runs(said, n)
    return _f1((wanted & found).total(), wanted.total(), found.total())


def rouge_l(reference: Sequence[str], said: Sequence[str]) -> float:
    """Return the F1 of the longest common subsequence."""
    row = [0] * (len(said) + 1)
    for word in reference:
        diagonal = 0
        for place, other in enumerate(said, start=1):
            above = row[place]
            row[place] = diagonal + 1 if word == other else max(above, row[place - 1])
            diagonal = above
    return _f1(row[-1], len(reference), len(said))


def _runs(words: Sequence[str], n: int) -> Counter[tuple[str, ...]]:
    return Counter(tuple(words[at : at + n]) for at in range(len(words) - n + 1))


def _f1(shared: int, wanted: int, found: int) -> float:
    return 2 * shared / (wanted + found) if wanted + found else 0.0
