"""Print the figures: `python -m tests.evals [--data FOLDER] [--only TASK]`."""

import argparse
import asyncio
from collections.abc import Iterable
from pathlib import Path

from tests.evals import roadmap_search, summaries
from tests.evals.scores import Score

TASKS = ("summaries", "roadmap_search")


def figures(folder: Path, only: str | None) -> Iterable[Score]:
    """Return the figures of the tasks."""
    if only in (None, "summaries"):
        yield from summaries.evaluate(folder)
    if only in (None, "roadmap_search"):
        yield from asyncio.run(roadmap_search.evaluate(folder))


def main() -> None:
    """Read the command line, and print."""
    parser = argparse.ArgumentParser(prog="make eval")
    parser.add_argument("--data", type=Path, default=Path(__file__).parent.parent / "data")
    parser.add_argument("--only", choices=TASKS)
    asked = parser.parse_args()
    for score in figures(asked.data, asked.only):
        print(score.as_json(), flush=True)  # noqa: T201 (what it is for)


main()
