"""A figure beside its peer's."""

import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict, dataclass
from statistics import median, quantiles
from typing import TypeVar

T = TypeVar("T")


@dataclass(frozen=True)
class Size:
    """How much a run measures."""

    rounds: int
    """How often ours and the peer take turns."""
    times: int
    """How often a thing is done in one turn."""
    rows: tuple[int, ...]
    """Rows in the database, smallest first."""


FULL = Size(rounds=3, times=200, rows=(10_000, 100_000, 1_000_000))
TINY = Size(rounds=1, times=10, rows=(100, 300))


@dataclass(frozen=True)
class Row:
    """One line of the table."""

    name: str
    metric: str
    value: float
    unit: str
    peer: float | None
    """The same of a simple peer in the same run; None where there is none."""
    n: int
    """Measurements behind the value."""

    def as_json(self) -> str:
        """Return it as one line, with the ratio to the peer."""
        ratio = round(self.value / self.peer, 3) if self.peer else None
        told = asdict(self) | {"ratio": ratio}
        return json.dumps({key: round(value, 4) if isinstance(value, float) else value for key, value in told.items()})


def beside(name: str, metric: str, unit: str, ours: Sequence[float], peers: Sequence[float], *, n: int) -> Row:
    """Return the medians of the rounds as one row."""
    return Row(name, metric, median(ours), unit, median(peers), n)


async def in_turns(
    rounds: int, ours: Callable[[], Awaitable[T]], peer: Callable[[], Awaitable[T]]
) -> tuple[list[T], list[T]]:
    """Measure ours and the peer in turns, each first every other time."""
    mine: list[T] = []
    theirs: list[T] = []
    for turn in range(rounds):
        for measure, into in ((ours, mine), (peer, theirs)) if turn % 2 == 0 else ((peer, theirs), (ours, mine)):
            into.append(await measure())
    return mine, theirs


def percentile(values: Sequence[float], share: int) -> float:
    """Return the value that `share` % of the values do not exceed."""
    return quantiles(values, n=100, method="inclusive")[share - 1] if len(values) > 1 else values[0]
