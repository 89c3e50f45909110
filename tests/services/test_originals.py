"""What authors change or delete in Slack is followed in everything that keeps their words."""

from typing import Any

import pytest

from bot.services import feedback, feedback_cards, kept_threads, originals, search, withdrawals
from bot.services.feedback import File
from storage.database import Database
from storage.models import Change, FeedbackFile, OutboxRow
from tests.building import ADA, LEE, NOW, TEAM, a_channel, a_note, cause, places_of, rows_of

HERE: dict[str, Any] = {"channel": "C1", "message_ts": "1.1"}
PICTURE = File("zanzibar.png", "image/png", "https://files.example.com/zanzibar.png")


async def _edit(database: Database, words: str, *, files: tuple[File, ...] = (), click: str = "", **where: Any) -> None:
    told = {"team_id": TEAM, "thread_ts": None, **HERE, **where, "cause": click or cause(), "now": NOW}
    await originals.follow_edit(database, words=words, files=files, **told)


async def _delete(database: Database, *, click: str = "", **where: Any) -> None:
    told = {"team_id": TEAM, "thread_ts": None, **HERE, **where, "cause": click or cause(), "now": NOW}
    await originals.follow_delete(database, **told)


async def _kept(database: Database) -> tuple[str, str]:
    note = (await feedback.show(database, reader=LEE, number=1)).feedback
    return note.quote, note.original


async def test_an_edit_is_followed_by_the_words_the_index_and_the_history(database: Database) -> None:
    await a_note(database, "We need it dark", said_by="USAID", **HERE)
    for _ in range(2):
        await _edit(database, "We need zanzibar", click="e1")
    assert await _kept(database) == ("We need zanzibar", "We need zanzibar")
    assert (await search.find(database, reader=LEE, text="zanzibar")).feedback
    changes = [(one.field, one.by) for one in await rows_of(database, Change)]
    assert changes == [("captured", "ULEE"), ("original", "USAID")]
    await _edit(database, "We need it bright")
    assert await places_of(database, "zanzibar") == set()


async def test_a_quote_in_other_words_stays_as_it_was_put(database: Database) -> None:
    await a_note(database, "In short: dark", original="We need it dark", **HERE)
    await _edit(database, "We need it bright")
    assert await _kept(database) == ("In short: dark", "We need it bright")


async def test_the_preview_of_a_link_changes_nothing(database: Database) -> None:
    await a_channel(database)
    await a_note(database, **HERE)
    await _edit(database, "We need it dark")
    assert [one.field for one in await rows_of(database, Change)] == ["captured"]
    assert [one.op for one in await rows_of(database, OutboxRow)] == ["post", "react"]


@pytest.mark.parametrize("by_edit", [True, False])
async def test_words_that_are_gone_from_slack_are_gone_from_every_table(database: Database, by_edit: bool) -> None:
    await a_channel(database)
    await a_note(database, "zanzibar quote", said_by="USAID", files=(PICTURE,), **HERE)
    await a_note(database, "zanzibar again", by=ADA, problem="zanzibar problem", said_by="USAID", **HERE)
    assert {"feedback", "feedback_file", "search_text"} <= await places_of(database, "zanzibar")
    await (_edit(database, " ") if by_edit else _delete(database))
    assert await places_of(database, "zanzibar") == set()
    card = await feedback_cards.card(database, reader=ADA, number=1)
    assert (card.feedback.withdrawn, card.deleted) == (True, True)
    assert await rows_of(database, FeedbackFile) == []
    assert "unreact" not in [one.op for one in await rows_of(database, OutboxRow)]


async def test_what_was_withdrawn_by_a_person_is_not_called_deleted(database: Database) -> None:
    await a_note(database, **HERE)
    await withdrawals.withdraw(database, by=LEE, number=1, cause=cause(), now=NOW)
    await _delete(database)
    assert not (await feedback_cards.card(database, reader=LEE, number=1)).deleted


async def test_a_changed_reply_is_forgotten_at_once_where_its_thread_was_kept(database: Database) -> None:
    await a_note(database, **HERE)
    await kept_threads.keep(database, team_id=TEAM, number=1, words={"1.2": "a zanzibar thread"})
    await _delete(database, message_ts="1.2", thread_ts="1.1")
    assert await places_of(database, "zanzibar") == set()
    assert not (await feedback.show(database, reader=LEE, number=1)).feedback.withdrawn
    assert "job" in await places_of(database, "read_thread:fb-1:")


async def test_only_what_is_kept_concerns_us(database: Database) -> None:
    await a_note(database, **HERE)

    async def kept(channel: str, ts: str, thread_ts: str | None = None) -> bool:
        return await originals.is_kept(database, team_id=TEAM, channel=channel, message_ts=ts, thread_ts=thread_ts)

    assert await kept("C1", "1.1")
    assert not await kept("C2", "1.1")
    assert not await kept("C1", "1.2", "1.1")
    await kept_threads.keep(database, team_id=TEAM, number=1, words={"1.2": "a thread"})
    assert await kept("C1", "1.2", "1.1")
    await _delete(database)
    assert not await kept("C1", "1.1")
