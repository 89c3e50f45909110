"""`find`: `/roadmap find` in databases of growing size. Peer: the bare full-text index, ranked by its own bm25."""

import random
import time
from collections.abc import AsyncIterator, Awaitable
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import text
from sqlmodel import Session

from bot.services import search
from storage.database import Database
from storage.models import Reader, Role
from tests.bench.figures import Row, Size, in_turns, percentile
from tests.bench.filling import filled, some_words

READER = Reader("T0BENCH", "U0UMA", Role.ADMIN)
_BARE = text(
    "SELECT search_text.ref FROM search_index JOIN search_text ON search_text.id = search_index.rowid"
    " WHERE search_index MATCH :words ORDER BY bm25(search_index) LIMIT 50"
)


async def measure(size: Size) -> AsyncIterator[Row]:
    """Ask for three words, again and again."""
    for rows in size.rows:
        with TemporaryDirectory() as folder:
            database = await filled(f"sqlite:///{Path(folder) / 'bench.db'}", team_id=READER.team_id, feedback=rows)
            chance = random.Random(2)
            questions = [some_words(chance, 3) for _ in range(size.times)]
            try:
                ours, peers = await in_turns(
                    size.rounds, partial(_ours, database, questions), partial(_bare, database, questions)
                )
            finally:
                database.close()
        mine, theirs = [one for part in ours for one in part], [one for part in peers for one in part]
        for share in (50, 95):
            value, peer = percentile(mine, share), percentile(theirs, share)
            yield Row(f"find_{rows}", f"p{share}", value, "ms", peer, len(mine))


async def _ours(database: Database, questions: list[str]) -> list[float]:
    return [await _timed(search.find(database, reader=READER, text=one)) for one in questions]


async def _bare(database: Database, questions: list[str]) -> list[float]:
    return [await _timed(database.read(partial(_ask_index, words=one.replace(" ", " OR ")))) for one in questions]


def _ask_index(session: Session, *, words: str) -> None:
    session.connection().execute(_BARE, {"words": words}).all()


async def _timed(work: Awaitable[object]) -> float:
    began = time.perf_counter()
    await work
    return 1000 * (time.perf_counter() - began)
