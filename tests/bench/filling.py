"""Databases of any size, filled fast: items, and feedback in words that are as uneven as real ones."""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import accumulate, islice, product
from typing import Any

from sqlalchemy import Engine, insert, text
from sqlmodel import Session

from storage.database import Database
from storage.migrations import bring_up
from storage.models import Account, Counter, Feedback, FeedbackVisibility, Item, Lane, SearchText, SearchWord, Status

CHUNK = 20_000
THEN = datetime(2026, 1, 5, tzinfo=UTC)
_SYLLABLES = ("ka", "ro", "min", "tel", "su", "bar", "ne", "pol", "dix", "fu", "gra", "hos", "lin", "vo", "zet", "qui")
VOCABULARY = tuple("".join(parts) for parts in islice(product(_SYLLABLES, repeat=4), 0, 65_536, 3))
"""22,000 words, as the feedback of a product has."""
_FILLERS = 150
"""The commonest words of a language, which are not indexed: by Zipf's law the next ones are this much rarer."""
_WEIGHTS = tuple(accumulate(1 / (rank + _FILLERS) for rank in range(len(VOCABULARY))))
_ANY_NOTE = Feedback(
    team_id="", number=0, quote="", original="", captured_by="U0UMA", channel="C0OLD",
    visibility=FeedbackVisibility.EVERYONE, captured_at=THEN,
).model_dump()  # fmt: skip


async def filled(url: str, *, team_id: str, feedback: int, items: int = 1000, accounts: int = 500) -> Database:
    """Return an open database with that many rows; a million take about a minute and a half."""
    database = Database(url)
    bring_up(database.engine)
    chance = random.Random(1)
    await database.write(partial(_frame, team_id=team_id, items=items, accounts=accounts, last=feedback, chance=chance))
    with _indexed_at_the_end(database.engine):
        for chunk in _batched(range(1, feedback + 1)):
            await database.write(
                partial(_notes, team_id=team_id, numbers=chunk, items=items, accounts=accounts, chance=chance)
            )
    return database


def some_words(chance: random.Random, n: int) -> str:
    """Return words, the common ones more often."""
    return " ".join(chance.choices(VOCABULARY, cum_weights=_WEIGHTS, k=n))


def _batched(numbers: range) -> Iterator[range]:
    for start in range(0, len(numbers), CHUNK):
        yield numbers[start : start + CHUNK]


@contextmanager
def _indexed_at_the_end(engine: Engine) -> Iterator[None]:
    """Index the words of all rows at once, which takes a third of the time of one by one."""
    if engine.dialect.name != "sqlite":
        yield
        return
    writing = engine.execution_options(writes=True)
    with writing.begin() as connection:
        triggers = connection.execute(
            text("SELECT name, sql FROM sqlite_master WHERE tbl_name = 'search_text' AND type = 'trigger'")
        ).all()
        for name, _ in triggers:
            connection.execute(text(f"DROP TRIGGER {name}"))
    yield
    with writing.begin() as connection:
        connection.execute(text("INSERT INTO search_index(search_index) VALUES ('rebuild')"))
        for _, created in triggers:
            connection.execute(text(created))


def _frame(session: Session, *, team_id: str, items: int, accounts: int, last: int, chance: random.Random) -> None:
    run = session.connection().execute
    run(insert(SearchWord), [{"team_id": team_id, "word": word} for word in VOCABULARY])
    run(
        insert(Counter),
        [{"team_id": team_id, "kind": "RM", "last": items}, {"team_id": team_id, "kind": "FB", "last": last}],
    )
    names = [f"Account {n}" for n in range(1, accounts + 1)]
    run(insert(Account), [
        {"id": n, "team_id": team_id, "name": name, "name_key": name.lower(), "arr": 1000 * n}
        for n, name in enumerate(names, start=1)
    ])  # fmt: skip
    titles = [some_words(chance, 4) for _ in range(items)]
    run(insert(Item), [_item(team_id, n, title) for n, title in enumerate(titles, start=1)])
    run(insert(SearchText), [
        {"team_id": team_id, "ref": f"RM-{n}", "title": title, "body": some_words(chance, 10)}
        for n, title in enumerate(titles, start=1)
    ])  # fmt: skip


def _item(team_id: str, number: int, title: str) -> dict[str, Any]:
    lane, status = ((Lane.NOW, Status.ON_TRACK), (Lane.NEXT, Status.PLANNED), (Lane.LATER, Status.IDEA))[number % 3]
    item = Item(
        id=number, team_id=team_id, number=number, title=title, lane=lane, status=status, created_at=THEN,
        created_by="U0UMA", updated_at=THEN,
    )  # fmt: skip
    return item.model_dump()


def _notes(session: Session, *, team_id: str, numbers: range, items: int, accounts: int, chance: random.Random) -> None:
    quotes = [some_words(chance, 12) for _ in numbers]
    rows = [
        _ANY_NOTE | {
            "id": number, "team_id": team_id, "number": number, "quote": quote, "original": quote,
            "account_id": chance.randint(1, accounts), "item_id": chance.randint(1, items),
            "message_ts": f"{number}.0001", "captured_at": THEN + timedelta(seconds=number),
        }
        for number, quote in zip(numbers, quotes, strict=True)
    ]  # fmt: skip
    session.connection().execute(insert(Feedback), rows)
    session.connection().execute(
        insert(SearchText),
        [
            {"team_id": team_id, "ref": f"FB-{number}", "title": "", "body": quote}
            for number, quote in zip(numbers, quotes, strict=True)
        ],
    )
