"""The simple methods that ours must beat: LEAD-3, LexRank (Erkan and Radev 2004), BM25 (Robertson)."""

import math
from collections import Counter
from collections.abc import Sequence

_DAMPING = 0.85
_ALIKE = 0.1
_ROUNDS = 40


def lead(sentences: Sequence[str], n: int = 3) -> list[str]:
    """Return the first sentences."""
    return list(sentences[:n])


def lexrank(sentences: Sequence[str], documents: Sequence[Sequence[str]], *, words: int) -> list[str]:
    """Return the most central sentences, about so many words of them, in their order; `documents` are their words."""
    centrality = _centrality(_tf_idf(documents))
    chosen: list[int] = []
    room = words
    for at in sorted(range(len(sentences)), key=lambda one: -centrality[one]):
        if room <= 0:
            break
        chosen.append(at)
        room -= len(sentences[at].split())
    return [sentences[at] for at in sorted(chosen)]


def bm25(query: Sequence[str], documents: Sequence[Sequence[str]], *, k1: float = 1.5, b: float = 0.75) -> list[float]:
    """Return the score of each document for the words of a query."""
    holders = Counter(word for document in documents for word in set(document))
    average = sum(map(len, documents)) / len(documents)
    rarity = {word: math.log(1 + (len(documents) - n + 0.5) / (n + 0.5)) for word, n in holders.items()}
    scores = []
    for document in documents:
        times = Counter(document)
        norm = k1 * (1 - b + b * len(document) / average)
        scores.append(sum(rarity.get(word, 0.0) * times[word] * (k1 + 1) / (times[word] + norm) for word in set(query)))
    return scores


def _tf_idf(documents: Sequence[Sequence[str]]) -> list[dict[str, float]]:
    holders = Counter(word for document in documents for word in set(document))
    vectors = []
    for document in documents:
        weighed = {word: n * math.log(1 + len(documents) / holders[word]) for word, n in Counter(document).items()}
        length = math.sqrt(sum(value * value for value in weighed.values())) or 1.0
        vectors.append({word: value / length for word, value in weighed.items()})
    return vectors


def _centrality(vectors: Sequence[dict[str, float]]) -> list[float]:
    neighbors: list[list[int]] = [[] for _ in vectors]
    for one, left in enumerate(vectors):
        for other in range(one + 1, len(vectors)):
            right = vectors[other]
            small, large = (left, right) if len(left) < len(right) else (right, left)
            if sum(value * large.get(word, 0.0) for word, value in small.items()) > _ALIKE:
                neighbors[one].append(other)
                neighbors[other].append(one)
    rank = [1.0] * len(vectors)
    for _ in range(_ROUNDS):
        rank = [
            1 - _DAMPING + _DAMPING * sum(rank[other] / len(neighbors[other]) for other in near) for near in neighbors
        ]
    return rank
