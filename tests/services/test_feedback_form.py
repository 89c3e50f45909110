"""Editing feedback: what its form did not show, or had no room for, stays as it is."""

from dataclasses import replace
from typing import Any

import pytest

from bot.services import feedback, feedback_form
from bot.services.feedback import Draft
from bot.services.meanwhile import ChangedMeanwhileError, Marks
from storage.database import Database, Session
from storage.models import Account, Change, Feedback, FeedbackVisibility, Reader, Role
from tests.building import ADA, LEE, MINA, NOW, TEAM, a_note, cause, rows_of

GUEST_AUTHOR = Reader(TEAM, "UGUEST", Role.VIEWER)


async def _saves(database: Database, by: Reader, draft: Draft, *, seen: Marks | None = None) -> Feedback:
    await feedback.edit(database, by=by, number=1, draft=draft, seen=seen, cause=cause(), now=NOW)
    note: Feedback = (await rows_of(database, Feedback))[0]
    return note


async def test_a_guest_who_edits_their_words_leaves_the_customer_alone_and_names_none(database: Database) -> None:
    captured = await a_note(database, customer="Acme", said_by="UGUEST", channel="C1", message_ts="1.1")
    shown = (await feedback.show(database, reader=GUEST_AUTHOR, number=1, to_edit=True)).account
    assert shown is None
    seen = feedback_form.marks(feedback_form.stored(captured.feedback, shown))
    for customer in ("", "Globex"):
        draft = Draft("Darker", "", customer=customer, visibility="everyone")
        note = await _saves(database, GUEST_AUTHOR, draft, seen=seen)
        assert (note.quote, note.account_id) == ("Darker", captured.feedback.account_id)
    assert [one.name for one in await rows_of(database, Account)] == ["Acme"]


@pytest.mark.parametrize(
    ("before", "by", "chosen", "after"),
    [
        ("everyone", MINA, "product", "product"),
        ("members", MINA, "everyone", "members"),
        ("members", LEE, "everyone", "everyone"),
    ],
)
async def test_its_own_people_choose_who_may_read_it_and_product_managers_only_fewer(
    database: Database, before: str, by: Reader, chosen: str, after: str
) -> None:
    by = replace(by, channels=frozenset({"C1"}))
    captured = await a_note(database, visibility=before, channel="C1", message_ts="1.1")
    assert feedback_form.sets_readers(by, captured.feedback) is (before != after)
    assert (await _saves(database, by, Draft("Dark", "", visibility=chosen))).visibility == after
    told = [(one.before, one.after) for one in await rows_of(database, Change, Change.field == "visibility")]
    assert told == ([(before, after)] if before != after else [])


async def test_a_product_manager_may_shut_themselves_out(database: Database) -> None:
    await a_note(database, channel="C1", message_ts="1.1")
    assert (await _saves(database, MINA, Draft("Dark", "", visibility="members"))).visibility == "members"


async def test_what_an_import_brought_stays_whole_when_its_form_shows_only_the_beginning(database: Database) -> None:
    long: dict[str, Any] = {"problem": "p" * 200, "theme": "t" * 90, "quote": "q" * 4000}
    await a_note(database, customer="C" * 120)

    def lengthen(session: Session) -> None:
        note = session.get_one(Feedback, 1)
        for field, words in long.items():
            setattr(note, field, words)

    await database.write(lengthen)
    (before,) = await rows_of(database, Feedback)
    seen = feedback_form.marks(feedback_form.stored(before, "C" * 120))
    shown = Draft(
        f"{'q' * 2999}…", "", problem=f"{'p' * 149}…", customer=f"{'C' * 79}…", theme=f"{'t' * 59}…",
        weight="blocker", visibility=FeedbackVisibility.EVERYONE,
    )  # fmt: skip
    note = await _saves(database, LEE, shown, seen=seen)
    assert {field: getattr(note, field) for field in long} == long
    assert (note.weight, note.account_id) == ("blocker", before.account_id)
    assert (await _saves(database, LEE, replace(shown, theme="new"), seen=seen)).theme == "new"


async def test_what_was_shortened_meanwhile_is_not_put_back_by_a_form_that_showed_its_beginning(
    database: Database,
) -> None:
    await a_note(database)

    def lengthen(session: Session) -> None:
        session.get_one(Feedback, 1).quote = "q" * 4000

    await database.write(lengthen)
    (before,) = await rows_of(database, Feedback)
    seen = feedback_form.marks(feedback_form.stored(before, None))
    shown = Draft(f"{'q' * 2999}…", "", visibility=FeedbackVisibility.EVERYONE)
    await _saves(database, MINA, replace(shown, quote="Short now"), seen=seen)
    note = await _saves(database, LEE, replace(shown, theme="new"), seen=seen)
    assert (note.quote, note.theme) == ("Short now", "new")


async def test_a_choice_of_readers_that_both_have_made_is_told(database: Database) -> None:
    captured = await a_note(database, visibility="members", said_by="UADA", channel="C1", message_ts="1.1")
    seen = feedback_form.marks(feedback_form.stored(captured.feedback, None))
    stays = Draft("We need it dark", "", visibility="members", problem="Glare")
    await _saves(database, LEE, Draft("We need it dark", "", visibility="product"), seen=seen)
    assert (await _saves(database, ADA, stays, seen=seen)).visibility == "product"
    with pytest.raises(ChangedMeanwhileError) as conflict:
        await _saves(database, ADA, replace(stays, visibility="everyone"), seen=seen)
    assert conflict.value.both == ("visibility",)
