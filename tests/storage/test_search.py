"""The full-text index."""

from functools import partial

from sqlalchemy import event

from storage import search
from storage.database import Database
from tests.building import TEAM


async def test_the_words_of_a_text_are_indexed_by_one_statement(database: Database) -> None:
    statements: list[str] = []
    event.listen(database.engine, "before_cursor_execute", lambda *told: statements.append(str(told[2])))
    body = " ".join(f"word{turn}" for turn in range(500))
    for ref in ("FB-1", "FB-2"):
        await database.write(partial(search.index, team_id=TEAM, ref=ref, title="", body=body))
    assert len([one for one in statements if one.startswith("INSERT INTO search_word")]) == 2
    known = await database.read(lambda session: search.words_like(session, team_id=TEAM, start="word"))
    assert len(known) == 500
