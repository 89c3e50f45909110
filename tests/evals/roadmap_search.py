"""`/roadmap find` on real roadmaps (`roadmaps.jsonl`): does an item's title find its description, beside BM25."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bot.services import search
from bot.services.words import stems
from storage import roadmap
from storage.database import Database, Session
from storage.migrations import bring_up
from storage.models import Item, Reader, Role
from tests.evals.baselines import bm25
from tests.evals.rouge import tokens
from tests.evals.scores import Score, mean_of, rows_of

TEAM = "T0EVAL"
READER = Reader(TEAM, "U0EVAL", Role.ADMIN)
THEN = datetime(2026, 1, 1, tzinfo=UTC)


async def evaluate(folder: Path) -> list[Score]:
    """Score each source of items; a fresh SQLite file holds their descriptions, without their titles."""
    by_source: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in rows_of(folder / "roadmaps.jsonl"):
        if stems(row["description"]):
            by_source[row["source"]].append(row)
    return [score for source, rows in by_source.items() for score in await _score(source, rows)]


async def _score(source: str, rows: Sequence[dict[str, Any]]) -> list[Score]:
    documents = [tokens(row["description"]) for row in rows]
    with TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{folder}/eval.db")
        try:
            bring_up(database.engine)
            await database.write(partial(_fill, rows=rows))
            ours = [
                [hit.noun.number - 1 for hit in (await search.find(database, reader=READER, text=row["title"])).hits]
                for row in rows
            ]
        finally:
            database.close()
    theirs = []
    for row in rows:
        scores = bm25(tokens(row["title"]), documents)
        theirs.append(sorted(range(len(rows)), key=lambda at: -scores[at]))
    return [*_metrics(source, "", ours), *_metrics(source, " (BM25, stemmed)", theirs)]


def _fill(session: Session, *, rows: Sequence[dict[str, Any]]) -> None:
    for row in rows:
        item = Item(
            team_id=TEAM, number=0, title="", summary=row["description"], created_at=THEN, created_by="U0EVAL",
            updated_at=THEN,
        )  # fmt: skip
        roadmap.add(session, item=item)
        search.index_item(session, item)


def _metrics(source: str, name: str, ranked: Sequence[Sequence[int]]) -> Iterator[Score]:
    places = [order.index(wanted) + 1 if wanted in order else None for wanted, order in enumerate(ranked)]
    for metric, values in (
        ("hit@1", [float(place == 1) for place in places]),
        ("hit@5", [float(place is not None and place <= 5) for place in places]),
        ("mrr", [1 / place if place else 0.0 for place in places]),
    ):
        yield mean_of("roadmap_search", source, f"{metric}{name}", values)
