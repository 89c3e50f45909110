"""What somebody takes back is gone, wherever it was kept."""

from typing import Any

import pytest

from bot.errors import NotAllowedError
from bot.services import feedback, kept_threads, search, withdrawals
from bot.services.feedback import Draft
from storage import summaries
from storage.database import Database
from storage.models import Change, Feedback, JobRow, Reader, Role
from tests.building import ADA, LEE, MINA, NOW, TEAM, a_channel, a_note, an_item, cause, places_of, rows_of

HERE: dict[str, Any] = {"channel": "C1", "message_ts": "1.1"}
AUTHOR = Reader(TEAM, "USAID", Role.VIEWER)


async def _withdraw(database: Database, by: Reader = LEE, *, click: str = "w1") -> bool:
    return (await withdrawals.withdraw(database, by=by, number=1, cause=click, now=NOW)).feedback.withdrawn


async def test_withdrawing_purges_the_words_from_every_table_and_index(database: Database) -> None:
    await a_channel(database)
    words: dict[str, Any] = {"problem": "zanzibar problem", "theme": "zanzibar theme"}
    await a_note(database, "zanzibar quote", said_by="USAID", **words, **HERE)
    await a_note(database, "zanzibar edited", by=ADA, problem="zanzibar too", theme="zanzibar as well", **HERE)
    await kept_threads.keep(database, team_id=TEAM, number=1, words={"1.2": "and a zanzibar thread"})
    draft = Draft(quote="a zanzibari quote", original="", problem="zanzibar", theme="zanzibar", visibility="everyone")
    await feedback.edit(database, by=LEE, number=1, draft=draft, cause=cause(), now=NOW)
    kept: dict[str, Any] = {"channel": "C1", "thread_ts": "1.1", "body": {"decided": ["zanzibar it is"]}, "model": None}
    await database.write(
        lambda session: summaries.keep(
            session,
            team_id=TEAM,
            prompt_version=None,
            asked_by="ULEE",
            at=NOW,
            **kept,
        )
    )
    kept_in = {"feedback", "search_text", "search_word", "change", "thread_summary"}
    assert kept_in <= await places_of(database, "zanzibar")
    assert await _withdraw(database)
    assert await places_of(database, "zanzibar") == set()


async def test_a_withdrawn_reply_is_gone_from_the_thread_that_other_feedback_keeps(database: Database) -> None:
    await a_note(database, "The root", by=ADA, **HERE)
    await kept_threads.keep(database, team_id=TEAM, number=1, words={"1.2": "zanzibar", "1.3": "a third"})
    await a_note(database, "zanzibar", said_by="USAID", channel="C1", message_ts="1.2", thread_ts="1.1")
    await withdrawals.withdraw(database, by=AUTHOR, number=2, cause="w2", now=NOW)
    assert await places_of(database, "zanzibar") == set()
    assert [one.args for one in await rows_of(database, JobRow, JobRow.task == "read_thread")] == [{"number": 1}]
    await kept_threads.keep(database, team_id=TEAM, number=1, words={"1.2": "zanzibar", "1.3": "a third"})
    kept = {one.number: one.thread_quote for one in await rows_of(database, Feedback)}
    assert kept == {1: "a third", 2: ""}


async def test_words_that_others_used_too_can_still_be_found(database: Database) -> None:
    await a_note(database, "zanzibar rocks", **HERE)
    await a_note(database, "zanzibar rolls")
    await _withdraw(database)
    found = await search.find(database, reader=LEE, text="zanzibra rocks")
    assert [note.ref for note in found.feedback] == ["FB-2"]


@pytest.mark.parametrize("by", [LEE, AUTHOR])
async def test_its_author_and_its_capturer_may_withdraw(database: Database, by: Reader) -> None:
    await a_note(database, said_by="USAID", **HERE)
    assert await _withdraw(database, by)


@pytest.mark.parametrize("by", [ADA, MINA])
async def test_nobody_else_may(database: Database, by: Reader) -> None:
    await a_note(database, said_by="USAID", **HERE)
    with pytest.raises(NotAllowedError):
        await _withdraw(database, by)
    assert (await feedback.show(database, reader=LEE, number=1)).feedback.quote == "We need it dark"


async def test_withdrawing_twice_is_told_once_in_the_history(database: Database) -> None:
    await a_note(database, **HERE)
    for click in ("w1", "w1", "w2"):
        assert await _withdraw(database, click=click)
    assert [one.field for one in await rows_of(database, Change)] == ["captured", "withdrawn"]


async def test_what_is_withdrawn_is_neither_edited_nor_given_a_thread(database: Database) -> None:
    await a_note(database, **HERE)
    await _withdraw(database)
    await kept_threads.keep(database, team_id=TEAM, number=1, words={"1.2": "zanzibar"})
    draft = Draft(quote="zanzibar", original="zanzibar", problem="zanzibar")
    with pytest.raises(feedback.WithdrawnError, match="FB-1 was withdrawn, so it can't be edited"):
        await feedback.edit(database, by=LEE, number=1, draft=draft, cause=cause(), now=NOW)
    with pytest.raises(feedback.WithdrawnError):
        await feedback.show(database, reader=LEE, number=1, to_edit=True)
    assert await places_of(database, "zanzibar") == set()


async def test_a_message_withdrawn_by_its_author_is_not_captured_by_others_again(database: Database) -> None:
    await a_note(database, "zanzibar", said_by="USAID", **HERE)
    await _withdraw(database, AUTHOR)
    for by in (LEE, ADA):
        with pytest.raises(NotAllowedError):
            await a_note(database, "zanzibar", by=by, said_by="USAID", problem="zanzibar", **HERE)
    assert await places_of(database, "zanzibar") == set()


async def test_a_capture_that_was_undone_can_be_made_anew_by_anybody(database: Database) -> None:
    await an_item(database)
    await a_note(database, "Dark", said_by="USAID", problem="old", **HERE)
    await withdrawals.undo(database, by=LEE, number=1, cause=cause(), now=NOW)
    again = await a_note(database, "Dark", by=ADA, said_by="USAID", item=1, visibility="product", **HERE)
    note = again.feedback
    assert (note.ref, note.withdrawn, note.quote, note.problem) == ("FB-1", False, "Dark", "")
    assert (note.captured_by, note.visibility, again.item and again.item.ref) == ("UADA", "product", "RM-1")
    found = await search.find(database, reader=ADA, text="dark")
    assert "FB-1" in [hit.noun.ref for hit in found.hits]
    assert len(await rows_of(database, Feedback)) == 1
