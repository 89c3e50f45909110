"""Who looks after a piece of feedback."""

from typing import Any

import pytest

from bot.errors import NotAllowedError
from bot.services import feedback, feedback_cards, triage, withdrawals
from bot.services.feedback_cards import UnknownFeedbackError
from storage.database import Database
from storage.models import Change, OutboxRow, Reader, Role
from tests.building import ADA, LEE, MINA, NOW, ROOT, TEAM, a_channel, a_note, an_item, cause, rows_of

HERE: dict[str, Any] = {"channel": "C1", "message_ts": "1.1"}


async def _claimed_by(database: Database) -> str | None:
    return (await feedback.show(database, reader=MINA, number=1)).feedback.claimed_by


async def test_the_first_product_manager_claims_it_and_only_they_give_it_back(database: Database) -> None:
    await a_channel(database)
    await a_note(database, **HERE)
    for by in (MINA, ROOT):
        await triage.claim(database, by=by, number=1, cause=cause(), now=NOW)
    assert await _claimed_by(database) == "UMINA"
    await triage.unclaim(database, by=ROOT, number=1, cause=cause(), now=NOW)
    assert await _claimed_by(database) == "UMINA"
    await triage.unclaim(database, by=MINA, number=1, cause="u1", now=NOW)
    assert await _claimed_by(database) is None
    fields = [(one.field, one.before, one.after) for one in await rows_of(database, Change)]
    assert fields[1:] == [("claimed", None, "UMINA"), ("claimed", "UMINA", None)]
    assert [one.op for one in await rows_of(database, OutboxRow)].count("update") == 2


async def test_claiming_twice_for_one_cause_changes_nothing(database: Database) -> None:
    await a_note(database, **HERE)
    await triage.claim(database, by=MINA, number=1, cause="c1", now=NOW)
    await triage.unclaim(database, by=MINA, number=1, cause="u1", now=NOW)
    await triage.claim(database, by=MINA, number=1, cause="c1", now=NOW)
    assert await _claimed_by(database) is None


async def test_a_contributor_claims_nothing(database: Database) -> None:
    await a_note(database, **HERE)
    with pytest.raises(NotAllowedError):
        await triage.claim(database, by=LEE, number=1, cause=cause(), now=NOW)


async def test_a_claimed_capture_is_touched_so_taking_the_reaction_back_leaves_it(database: Database) -> None:
    await a_note(database, reacted=True, **HERE)
    await triage.claim(database, by=MINA, number=1, cause=cause(), now=NOW)
    assert await withdrawals.uncapture(database, by=LEE, cause=cause(), now=NOW, **HERE) == "kept"
    assert not (await feedback.show(database, reader=MINA, number=1)).feedback.withdrawn


async def test_a_contributor_links_what_is_free_and_moves_nothing(database: Database) -> None:
    await an_item(database)
    await an_item(database, "Bright mode")
    await a_note(database, **HERE)
    linked = await feedback.link(database, by=ADA, number=1, item=1, cause=cause(), now=NOW)
    assert linked.item is not None
    with pytest.raises(NotAllowedError, match="Only product managers can link FB-1 to another item"):
        await feedback.link(database, by=ADA, number=1, item=2, cause=cause(), now=NOW)


async def test_whoever_stands_where_the_card_does_may_support_it_and_sees_none_of_its_words(database: Database) -> None:
    await a_note(database, by=MINA, visibility="product", problem="Secret", **HERE)
    there = Reader(TEAM, "UADA", Role.CONTRIBUTOR, frozenset({"C1"}))
    seen = await feedback.support(database, by=there, number=1, cause=cause(), now=NOW)
    assert (seen.supporters, seen.feedback.problem, seen.feedback.quote) == (2, "", "")
    with pytest.raises(UnknownFeedbackError):
        await feedback.support(database, by=LEE, number=1, cause=cause(), now=NOW)
    assert (await feedback_cards.card(database, reader=MINA, number=1)).feedback.problem == "Secret"
