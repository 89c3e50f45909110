"""A figure, and how sure it is."""

import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import fmean
from typing import Any

RESAMPLES = 1000


@dataclass(frozen=True)
class Score:
    """One figure of one method on one source."""

    task: str
    source: str
    config: str
    """`lexical`, `embeddings` or `model`."""
    metric: str
    """Such as `rouge1`; a baseline's carries its name, such as `rouge1 (LEAD-3)`."""
    value: float
    n: int
    low: float | None = None
    """Lower end of the 95 % bootstrap interval."""
    high: float | None = None

    def as_json(self) -> str:
        """Return it as one line."""
        told = {key: value for key, value in asdict(self).items() if value is not None}
        return json.dumps({key: round(value, 4) if isinstance(value, float) else value for key, value in told.items()})


def mean_of(task: str, source: str, metric: str, values: Sequence[float]) -> Score:
    """Return the mean of what each case scored, with its bootstrap interval; the same seed gives the same interval."""
    chance = random.Random(4711)
    means = sorted(fmean(chance.choices(values, k=len(values))) for _ in range(RESAMPLES))
    low, high = means[int(RESAMPLES * 0.025)], means[int(RESAMPLES * 0.975)]
    return Score(task, source, "lexical", metric, fmean(values), len(values), low, high)


def rows_of(path: Path) -> Iterator[dict[str, Any]]:
    """Read a file of JSON lines."""
    with path.open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)
