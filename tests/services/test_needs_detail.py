"""What there is nothing to act on says so, on its message and on its card, until somebody adds it."""

from typing import Any

import pytest

from bot.services import feedback, feedback_cards, originals, withdrawals
from bot.services.feedback import Draft, File
from bot.services.words import says_something
from storage.database import Database
from storage.models import OutboxRow
from tests.building import ADA, LEE, NOW, TEAM, a_channel, a_note, cause, rows_of

HERE: dict[str, Any] = {"channel": "C1", "message_ts": "1.1"}
PICTURE = File("Broken export.png", "image/png", "https://files.example.com/export.png")


async def _marks(database: Database) -> list[str]:
    rows = await rows_of(database, OutboxRow, OutboxRow.nouns["name"].as_string() == "warning")
    return [one.op for one in rows]


async def _lacks(database: Database) -> bool:
    return (await feedback_cards.card(database, reader=LEE, number=1)).lacks_detail


@pytest.mark.parametrize(
    "text",
    [
        ":100: :wave::skin-tone-3:",
        "🙏🙏 …",
        "https://example.com/ticket/7?a=b",
        "@lee",
        "@Lee Carter!",
        "@Lee Carter, @Mina Park-Weber: #support-tier2",
        "+1",
        " \u200b ",
    ],
)
def test_emoji_links_names_and_numbers_say_nothing(text: str) -> None:
    assert not says_something(text)


@pytest.mark.parametrize(
    "text", ["CSV", "@Lee please", "see https://example.com too slow", "出力が遅い", "10:30 fails"]
)
def test_one_word_says_something(text: str) -> None:
    assert says_something(text)


async def test_the_mark_comes_with_a_capture_and_goes_with_its_problem(database: Database) -> None:
    await a_channel(database)
    await a_note(database, ":tada:", **HERE)
    assert (await _marks(database), await _lacks(database)) == (["react"], True)
    draft = Draft(quote=":tada:", original=":tada:", problem="Exports stop", visibility="everyone")
    for _ in range(2):
        await feedback.edit(database, by=LEE, number=1, draft=draft, cause="once", now=NOW)
    assert (await _marks(database), await _lacks(database)) == (["react", "unreact"], False)


async def test_a_second_capture_with_a_problem_takes_the_mark_off(database: Database) -> None:
    await a_channel(database)
    await a_note(database, ":tada:", **HERE)
    await a_note(database, ":tada:", by=ADA, **HERE)
    assert await _marks(database) == ["react"]
    await a_note(database, ":tada:", by=ADA, problem="Exports stop", **HERE)
    assert await _marks(database) == ["react", "unreact"]


async def test_it_follows_what_the_author_writes_and_goes_with_a_withdrawal(database: Database) -> None:
    await a_channel(database)
    await a_note(database, "Exports stop", said_by="USAID", **HERE)
    assert await _marks(database) == []
    told: dict[str, Any] = {"team_id": TEAM, "thread_ts": None, **HERE, "files": (), "now": NOW}
    await originals.follow_edit(database, words=":tada:", cause=cause(), **told)
    assert await _marks(database) == ["react"]
    await withdrawals.withdraw(database, by=LEE, number=1, cause=cause(), now=NOW)
    assert (await _marks(database), await _lacks(database)) == (["react", "unreact"], False)


async def test_files_alone_are_nothing_to_act_on(database: Database) -> None:
    await a_note(database, PICTURE.name, files=(PICTURE,), **HERE)
    assert await _lacks(database)
    assert await _marks(database) == []  # the bot may not speak there
    assert not (await a_note(database, f"{PICTURE.name} is what they see", files=(PICTURE,))).lacks_detail


async def test_what_was_captured_and_undone_is_new_when_it_is_captured_again(database: Database) -> None:
    await a_channel(database)
    await a_note(database, reacted=True, **HERE)
    await withdrawals.undo(database, by=LEE, number=1, cause=cause(), now=NOW)
    assert (await a_note(database, by=ADA, reacted=True, **HERE)).new
    asked = await rows_of(database, OutboxRow, OutboxRow.kind == "feedback_complete")
    assert [one.nouns["new"] for one in asked] == [True, True]
    names = [one.nouns.get("name") for one in await rows_of(database, OutboxRow, OutboxRow.op == "react")]
    assert "repeat" not in names
