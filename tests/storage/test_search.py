"""The full-text index."""

from functools import partial

import pytest
from sqlalchemy import event

from storage import search
from storage.database import Database
from tests.building import TEAM, places_of


async def test_the_words_of_a_text_are_indexed_by_one_statement(database: Database) -> None:
    statements: list[str] = []
    event.listen(database.engine, "before_cursor_execute", lambda *told: statements.append(str(told[2])))
    body = " ".join(f"word{turn}" for turn in range(500))
    for ref in ("FB-1", "FB-2"):
        await database.write(partial(search.index, team_id=TEAM, ref=ref, title="", body=body))
    assert len([one for one in statements if one.startswith("INSERT INTO search_word")]) == 2
    known = await database.read(lambda session: search.words_like(session, team_id=TEAM, start="word"))
    assert len(known) == 500


async def test_of_a_common_word_titles_and_the_newest_come_first_and_a_rare_one_beats_both(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "LOOKED_AT", 4)
    monkeypatch.setattr(search, "LOOKED_AT_LEAST", 4)
    documents = [("RM-1", "export", "csv"), ("FB-1", "", "export sso")]
    documents += [(f"FB-{number}", "", "export slow") for number in range(2, 40)]
    await database.write(partial(search.index_new, team_id=TEAM, documents=documents))

    async def found(*words: str) -> list[str]:
        return await database.read(partial(search.candidates, team_id=TEAM, words=words))

    assert (await found("export"))[:3] == ["RM-1", "FB-39", "FB-38"]
    assert len(await found("export")) <= 5
    assert (await found("export", "sso"))[0] == "FB-1"


async def test_forgotten_words_leave_the_file_step_by_step(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    if not database.is_sqlite:
        pytest.skip("PostgreSQL takes words out of its index by itself")
    monkeypatch.setattr(search, "MERGED_AT_ONCE", 1)
    for chunk in range(8):
        documents = [(f"FB-{n}", "", f"isle{n} " * 20) for n in range(100 * chunk, 100 * chunk + 100)]
        await database.write(partial(search.index_new, team_id=TEAM, documents=documents))
    await database.write(partial(search.index, team_id=TEAM, ref="FB-42", title="", body="zanzibar"))
    steps = [await database.write(partial(search.forget, team_id=TEAM, ref="FB-42"))]
    assert (steps, await places_of(database, "zanzibar")) == ([True], {"search_index_data"})
    while steps[-1]:
        steps.append(await database.write(search.merge_across_teams))
    assert len(steps) > 3
    assert await places_of(database, "zanzibar") == set()
    assert await database.read(partial(search.candidates, team_id=TEAM, words=["isle43"])) == ["FB-43"]
