"""Feedback is captured once per message, counted once per person, and taken back for good."""

from datetime import timedelta
from typing import Any

import pytest

from bot.errors import NotAllowedError
from bot.services import feedback, feedback_cards, roadmap, withdrawals
from bot.services.feedback import Draft, NothingSaidError
from bot.services.feedback_cards import Captured, UnknownFeedbackError
from storage.database import Database
from storage.models import Change, Feedback, FeedbackVisibility, OutboxRow, Reader, Role, Supporter
from tests.building import (
    ADA,
    GUEST,
    LEE,
    MINA,
    NOW,
    ROOT,
    STRANGER,
    TEAM,
    a_channel,
    a_note,
    a_person,
    an_item,
    cause,
    rows_of,
    said,
)  # fmt: skip

HERE: dict[str, Any] = {"channel": "C1", "message_ts": "1.1"}
MINUTE = timedelta(minutes=1)


async def _fields(database: Database) -> list[tuple[str, str | None, str | None]]:
    return [(one.field, one.before, one.after) for one in await rows_of(database, Change, Change.ref == "FB-1")]


async def _react(database: Database, by: Reader = LEE, **more: Any) -> Captured:
    return await a_note(database, "We need it dark", by=by, reacted=True, **HERE, **more)


async def _unreact(database: Database, by: Reader = LEE, *, after: timedelta = MINUTE, cause_: str = "") -> bool:
    gone: dict[str, Any] = {"channel": "C1", "message_ts": "1.1", "cause": cause_ or cause(), "now": NOW + after}
    return await withdrawals.uncapture(database, by=by, **gone) == "undone"


async def test_a_capture_keeps_the_words_and_who_said_and_logged_them(database: Database) -> None:
    captured = await a_note(database, "  Dark, please ", said_by="UADA", kind="problem", weight="blocker", **HERE)
    note = captured.feedback
    assert (note.ref, note.quote, note.original, note.said_by) == ("FB-1", "Dark, please", "  Dark, please ", "UADA")
    assert (note.captured_by, note.kind, note.weight, captured.new, captured.supporters) == (
        "ULEE", "problem", "blocker", True, 1,
    )  # fmt: skip
    assert await _fields(database) == [("captured", None, "everyone")]


async def test_capturing_twice_for_one_cause_changes_nothing(database: Database) -> None:
    draft = Draft(quote="Dark", original="Dark", customer="Acme", visibility="everyone")
    first, again = [await feedback.capture(database, by=LEE, draft=draft, cause="c1", now=NOW) for _ in range(2)]
    assert (first.feedback.ref, again.feedback.ref, first.new, again.new) == ("FB-1", "FB-1", True, True)
    assert len(await rows_of(database, Feedback)) == len(await rows_of(database, Change)) == 1
    assert len(await said(database, "feedback_card")) == 1


async def test_ten_captures_of_one_message_are_one_feedback_with_each_person_once(database: Database) -> None:
    for by in (LEE, ADA, LEE, MINA, ADA):
        last = await _react(database, by)
    assert (last.feedback.ref, last.new, last.supporters) == ("FB-1", False, 3)
    assert len(await said(database, "feedback_card")) == 1


async def test_the_message_shows_that_others_joined_and_not_that_one_person_captured_it_twice(
    database: Database,
) -> None:
    await a_channel(database)
    for by, names in ((LEE, ["inbox_tray"]), (LEE, ["inbox_tray"]), (ADA, ["inbox_tray", "repeat"])):
        await _react(database, by)
        put = await rows_of(database, OutboxRow, OutboxRow.op == "react")
        assert [one.nouns["name"] for one in put] == names


async def test_a_second_capturer_who_may_not_read_the_first_capture_is_counted_and_shown_none_of_its_words(
    database: Database,
) -> None:
    await a_note(database, "Dark", by=MINA, problem="Secret plan", visibility="product", customer="Acme", **HERE)
    told: dict[str, Any] = {"quote": "Darker", "original": "Dark", "problem": "Eyes hurt", "visibility": "everyone"}
    for _ in range(2):
        joined = await feedback.capture(database, by=LEE, draft=Draft(**told, **HERE), cause="c1", now=NOW)
        assert (joined.feedback.ref, joined.supporters, joined.new, joined.account) == ("FB-1", 2, False, None)
        assert (joined.feedback.quote, joined.feedback.problem) == ("", "")
    kept = await feedback.show(database, reader=MINA, number=1)
    assert (kept.feedback.quote, kept.feedback.problem, kept.supporters) == ("Dark", "Secret plan", 2)
    assert [after for field, _, after in await _fields(database) if field == "also said"] == ["Darker", "Eyes hurt"]


async def test_joining_a_capture_twice_for_one_cause_says_again_that_it_joined(database: Database) -> None:
    await a_note(database, **HERE)
    draft = Draft(quote="We need it dark", original="We need it dark", problem="Glare", **HERE)
    joined = [await feedback.capture(database, by=ADA, draft=draft, cause="c1", now=NOW) for _ in range(2)]
    assert [one.new for one in joined] == [False, False]


async def test_joining_a_capture_loses_nobodys_text(database: Database) -> None:
    await a_note(database, "Dark", problem="Glare at night", customer="Acme", **HERE)
    joined = await a_note(
        database, "Dark", by=ADA, problem="Headaches", customer="Globex", theme="Comfort", weight="blocker", **HERE
    )
    note = joined.feedback
    assert (note.problem, note.theme, note.weight, joined.account) == ("Glare at night", "Comfort", "blocker", "Acme")
    also = [after for field, _, after in await _fields(database) if field == "also said"]
    assert also == ["Globex", "Headaches"]


async def test_a_blank_is_filled_by_who_joins(database: Database) -> None:
    await an_item(database)
    await _react(database)
    joined = await a_note(database, by=ADA, problem="Glare", customer="Acme", item=1, **HERE)
    assert (joined.feedback.problem, joined.account, joined.item and joined.item.ref) == ("Glare", "Acme", "RM-1")
    assert ("item", None, "RM-1") in await _fields(database)


async def test_what_was_said_elsewhere_is_feedback_of_its_own(database: Database) -> None:
    await a_note(database, **HERE)
    other = await a_note(database, channel="C2", message_ts="1.1")
    assert other.feedback.ref == "FB-2"
    assert [(await a_note(database, "typed")).feedback.ref for _ in range(2)] == ["FB-3", "FB-4"]


async def test_nothing_said_is_not_captured_and_guests_do_not_capture(database: Database) -> None:
    with pytest.raises(NothingSaidError):
        await a_note(database, "   ")
    with pytest.raises(NotAllowedError):
        await a_note(database, by=GUEST)
    assert await rows_of(database, Feedback) == []


@pytest.mark.parametrize(
    ("visibility", "readers"),
    [
        (FeedbackVisibility.MEMBERS, {"ULEE", "USAID", "UMEMBER", "UGUESTMEMBER"}),
        (FeedbackVisibility.PRODUCT, {"ULEE", "USAID", "UMINA", "UROOT"}),
        (FeedbackVisibility.EVERYONE, {"ULEE", "USAID", "UMEMBER", "UGUESTMEMBER", "UMINA", "UROOT", "UADA"}),
    ],
)
async def test_feedback_is_read_by_those_it_is_for(
    database: Database, visibility: FeedbackVisibility, readers: set[str]
) -> None:
    await a_note(database, visibility=visibility, said_by="USAID", **HERE)
    here = frozenset({"C1"})
    others = [Reader(TEAM, "USAID", Role.VIEWER), Reader(TEAM, "UMEMBER", Role.CONTRIBUTOR, here),
              Reader(TEAM, "UGUESTMEMBER", Role.VIEWER, here)]  # fmt: skip
    for reader in (LEE, ADA, MINA, ROOT, GUEST, STRANGER, *others):
        if reader.user_id in readers and reader.team_id == TEAM:
            assert (await feedback.show(database, reader=reader, number=1)).feedback.quote == "We need it dark"
        else:
            with pytest.raises(UnknownFeedbackError):
                await feedback.show(database, reader=reader, number=1)


async def test_a_card_leaves_out_what_is_not_for_its_reader(database: Database) -> None:
    await a_note(database, "canary", visibility="product", problem="canary", theme="canary", by=MINA, **HERE)
    for reader, quote in ((MINA, "canary"), (LEE, "")):
        card = await feedback_cards.card(database, reader=reader, number=1)
        assert (card.feedback.quote, card.feedback.ref, card.supporters) == (quote, "FB-1", 1)
    assert "canary" not in str((await feedback_cards.card(database, reader=LEE, number=1)).feedback.model_dump())
    assert (await feedback.show(database, reader=MINA, number=1)).feedback.quote == "canary"


async def test_a_link_is_told_once_and_can_be_changed(database: Database) -> None:
    await an_item(database)
    await an_item(database, "Themes")
    await a_note(database)
    clicks = ((1, "c1", True), (1, "c1", True), (1, "c2", False), (1, "c2", False), (2, "c3", True), (1, "c1", True))
    for item, click, new in clicks:
        linked = await feedback.link(database, by=MINA, number=1, item=item, cause=click, now=NOW)
        assert linked.new is new
    assert linked.item is not None
    assert linked.item.ref == "RM-2"
    assert await _fields(database) == [
        ("captured", None, "everyone"), ("item", None, "RM-1"), ("item", "RM-1", "RM-2"),
    ]  # fmt: skip
    with pytest.raises(NotAllowedError):
        await feedback.link(database, by=LEE, number=1, item=1, cause="c4", now=NOW)


async def test_undo_takes_back_one_link_after_the_other_and_then_the_capture(database: Database) -> None:
    await an_item(database)
    await an_item(database, "Themes")
    await a_note(database)
    links: list[int] = []
    for item in (1, 2):
        linked = await feedback.link(database, by=MINA, number=1, item=item, cause=cause(), now=NOW)
        links.append(linked.undoes or 0)
    first, second = links
    for link, now_linked in ((second, "RM-1"), (second, "RM-1"), (first, None), (first, None)):
        undone = await withdrawals.unlink(database, by=MINA, number=1, link=link, cause=cause(), now=NOW)
        assert (undone.item and undone.item.ref, undone.feedback.withdrawn) == (now_linked, False)
    assert undone.undoes is None
    assert (await withdrawals.undo(database, by=LEE, number=1, cause="u3", now=NOW)).feedback.withdrawn


async def test_undo_takes_back_only_what_its_button_was_made_for(database: Database) -> None:
    await an_item(database)
    await an_item(database, "Themes")
    await a_note(database)
    first = await feedback.link(database, by=MINA, number=1, item=1, cause="l1", now=NOW)
    with pytest.raises(withdrawals.ChangedSinceError):
        await withdrawals.undo(database, by=LEE, number=1, cause="u1", now=NOW)
    await feedback.link(database, by=MINA, number=1, item=2, cause="l2", now=NOW)
    with pytest.raises(withdrawals.ChangedSinceError):
        await withdrawals.unlink(database, by=MINA, number=1, link=first.undoes or 0, cause="u2", now=NOW)
    kept = await feedback.show(database, reader=LEE, number=1)
    assert (kept.feedback.quote, kept.item and kept.item.ref) == ("We need it dark", "RM-2")


async def test_a_product_manager_s_link_is_not_undone_by_the_capturer_and_one_s_own_is(database: Database) -> None:
    await an_item(database)
    await a_note(database)
    for by, allowed in ((MINA, False), (LEE, True)):
        link = (await feedback.link(database, by=by, number=1, item=1, cause=cause(), now=NOW)).undoes or 0
        if not allowed:
            with pytest.raises(NotAllowedError, match="Only who linked FB-1 or a product manager"):
                await withdrawals.unlink(database, by=LEE, number=1, link=link, cause=cause(), now=NOW)
        undone = await withdrawals.unlink(database, by=by, number=1, link=link, cause=cause(), now=NOW)
        assert undone.item is None


async def test_undoing_a_capture_that_came_with_its_link_takes_back_both(database: Database) -> None:
    await an_item(database)
    await a_note(database, item=1)
    undone = await withdrawals.undo(database, by=LEE, number=1, cause="u1", now=NOW)
    assert (undone.feedback.withdrawn, undone.item, undone.feedback.quote) == (True, None, "")


async def test_only_who_captured_it_or_a_product_manager_can_undo(database: Database) -> None:
    await a_note(database)
    with pytest.raises(NotAllowedError):
        await withdrawals.undo(database, by=ADA, number=1, cause="u1", now=NOW)
    assert (await withdrawals.undo(database, by=MINA, number=1, cause="u1", now=NOW)).feedback.withdrawn


async def test_a_person_stands_behind_feedback_once_and_can_step_back(database: Database) -> None:
    await a_note(database)
    votes = [
        await feedback.support(database, by=by, number=1, cause=click, now=NOW)
        for by, click in ((ADA, "c1"), (ADA, "c1"), (ADA, "c2"), (MINA, "c3"))
    ]
    assert [vote.supporters for vote in votes] == [2, 2, 2, 3]
    await feedback.unsupport(database, by=ADA, number=1, cause="c4", now=NOW)
    late = await feedback.support(database, by=ADA, number=1, cause="c1", now=NOW)
    assert late.supporters == 2
    with pytest.raises(NotAllowedError):
        await feedback.support(database, by=GUEST, number=1, cause="c5", now=NOW)


async def test_a_late_repeat_of_stepping_back_does_not_count_out_who_is_in_again(database: Database) -> None:
    await a_note(database)
    for click in ("in", "out", "in again", "out"):
        if click == "out":
            await feedback.unsupport(database, by=ADA, number=1, cause=click, now=NOW)
        else:
            await feedback.support(database, by=ADA, number=1, cause=click, now=NOW)
    assert {one.user_id for one in await rows_of(database, Supporter)} == {"ULEE", "UADA"}


async def test_who_captured_it_stands_behind_it_whatever_else_they_take_back(database: Database) -> None:
    await a_note(database)
    await feedback.unsupport(database, by=LEE, number=1, cause="c1", now=NOW)
    assert [one.user_id for one in await rows_of(database, Supporter)] == ["ULEE"]


async def test_taking_the_reaction_away_undoes_an_untouched_capture(database: Database) -> None:
    await _react(database)
    assert await _unreact(database) is True
    (note,) = await rows_of(database, Feedback)
    assert (note.withdrawn, note.quote) == (True, "")
    assert await _unreact(database) is False


@pytest.mark.parametrize("reason", ["others joined", "it was completed", "it is too late", "not its capturer"])
async def test_a_capture_that_is_more_than_a_reaction_stays(database: Database, reason: str) -> None:
    await _react(database)
    if reason == "others joined":
        await _react(database, ADA)
    if reason == "it was completed":
        await a_note(database, problem="Glare", **HERE)
    by, after = (ADA if reason == "not its capturer" else LEE), (11 if reason == "it is too late" else 1) * MINUTE
    assert await _unreact(database, by, after=after) is False
    (note,) = await rows_of(database, Feedback)
    assert (note.withdrawn, note.quote) == (False, "We need it dark")


async def test_who_takes_the_reaction_away_is_no_supporter_any_more(database: Database) -> None:
    await _react(database)
    await _react(database, ADA)
    await _unreact(database, ADA)
    assert [one.user_id for one in await rows_of(database, Supporter)] == ["ULEE"]


async def test_a_late_delivery_of_the_removal_does_not_undo_a_new_capture(database: Database) -> None:
    await _react(database)
    assert await _unreact(database, cause_="gone") is True
    again = await _react(database)
    assert (again.feedback.withdrawn, again.feedback.quote, again.supporters) == (False, "We need it dark", 1)
    assert await _unreact(database, cause_="gone") is False
    assert (await feedback.show(database, reader=LEE, number=1)).feedback.withdrawn is False


async def test_the_card_is_said_in_the_thread_where_the_bot_may_speak(database: Database) -> None:
    await a_channel(database)
    await a_note(database, thread_ts="0.9", **HERE)
    (card,) = await said(database, "feedback_card")
    assert (card.key, card.channel, card.thread_ts, card.nouns) == ("card:FB-1", "C1", "0.9", {"number": 1})
    receipts = await rows_of(database, OutboxRow, OutboxRow.op == "react")
    assert [row.nouns["ts"] for row in receipts] == ["1.1"]


@pytest.mark.parametrize("closed", [{"is_shared": True}, {"has_bot": False}])
async def test_elsewhere_the_card_goes_to_its_capturer_and_word_to_the_author(
    database: Database, closed: dict[str, Any]
) -> None:
    await a_channel(database, **closed)
    await a_person(database, ADA)
    await a_note(database, said_by=ADA.user_id, **HERE)
    assert [(row.key, row.channel) for row in await said(database, "feedback_card")] == [("card-dm:FB-1:ULEE", "ULEE")]
    assert [row.channel for row in await said(database, "feedback_told")] == ["UADA"]
    assert await rows_of(database, OutboxRow, OutboxRow.op == "react") == []


async def test_who_captures_what_another_has_undone_gets_the_card_that_follows_it(database: Database) -> None:
    await a_channel(database, has_bot=False)
    await an_item(database)
    await a_note(database, **HERE)
    await withdrawals.undo(database, by=LEE, number=1, cause="u1", now=NOW)
    await a_note(database, by=ADA, item=1, **HERE)
    assert [row.channel for row in await said(database, "feedback_card")] == ["ULEE", "UADA"]
    await roadmap.move(database, by=MINA, number=1, lane="now", reason="due", cause="m1", now=NOW)
    (moved,) = [row for row in await rows_of(database, OutboxRow, OutboxRow.op == "update") if row.key.endswith("~m1")]
    assert (moved.channel, moved.target) == ("UADA", "card-dm:FB-1:UADA")
