"""What a reaction does, by who gives it and where, and what its giver is told alone."""

from dataclasses import dataclass, replace
from typing import Any

import pytest

from bot.services import channels, feedback, reactions, withdrawals
from bot.services.feedback_cards import UnknownFeedbackError
from bot.services.reactions import Giver, Said, UnreadableError
from storage.database import Database
from storage.models import OutboxRow, Reader
from tests.building import ADA, GUEST, LEE, MINA, NOW, ROOT, TEAM, a_channel, a_note, cause, rows_of

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""What is decided here no store has a part in."""

HERE: dict[str, Any] = {"channel": "C1", "message_ts": "1.1"}
WISH = Said(
    words="We need it dark",
    said_by="USAID",
    by_app=False,
    thread_ts=None,
    permalink="https://example.com/1",
    files=(),
    reactions={"bulb": {"ULEE", "UADA"}},
)


@dataclass
class ToldDetails:
    """Slack, as it would tell of a reaction."""

    by: Reader
    where: dict[str, Any]
    said: Said | Exception | None = WISH

    async def giver(self) -> Giver | None:
        return Giver(self.by, await a_channel(self.where["database"], **self.where["told"]))

    async def message(self) -> Said | None:
        if isinstance(self.said, Exception):
            raise self.said
        return self.said


async def _reacts(
    database: Database, by: Reader, emoji: str, said: Said | Exception | None = WISH, *, off: bool = False, **told: Any
) -> list[str]:
    """React as somebody, and return why they were told that it did nothing."""
    where: dict[str, Any] = {"database": database, "told": told}
    meant = await reactions.meant(
        database, team_id=TEAM, channel_id="C1", ts="1.1", user_id=by.user_id, emoji=emoji, cause=cause(), now=NOW
    )
    if meant is not None:
        await (reactions.removed if off else reactions.added)(database, meant, ToldDetails(by, where, said))
    return [str(one.nouns["why"]) for one in await rows_of(database, OutboxRow, OutboxRow.kind == "explanation")]


async def _claimed_by(database: Database) -> str | None:
    return (await feedback.show(database, reader=MINA, number=1)).feedback.claimed_by


async def test_an_emoji_that_means_nothing_there_does_nothing(database: Database) -> None:
    assert await _reacts(database, LEE, "tada") == []
    assert await rows_of(database, OutboxRow) == []


@pytest.mark.parametrize(
    ("by", "emoji", "told", "why"),
    [
        (LEE, "eyes", {}, ["no_manager"]),
        (GUEST, "eyes", {}, ["no_manager"]),
        (GUEST, "heavy_plus_sign", {}, ["no_voice"]),
        (LEE, "eyes", {"has_bot": False}, []),
        (LEE, "eyes", {"is_shared": True}, []),
        (GUEST, "heavy_plus_sign", {"is_shared": True}, []),
        (ADA, "heavy_plus_sign", {"is_shared": True}, ["shared"]),
        (GUEST, "bulb", {}, ["guest"]),
        (ADA, "bulb", {"is_shared": True}, ["shared"]),
        (GUEST, "no_entry_sign", {}, ["not_yours"]),
    ],
)
async def test_whoever_may_not_is_told_once_and_alone(
    database: Database, by: Reader, emoji: str, told: dict[str, Any], why: list[str]
) -> None:
    await a_channel(database, **told)
    await a_note(database, **HERE)
    for _ in range(2):
        assert await _reacts(database, by, emoji, **told) == why
    words = await rows_of(database, OutboxRow, OutboxRow.kind == "explanation")
    assert {(one.op, one.user) for one in words} <= {("ephemeral", by.user_id)}
    shown = await feedback.show(database, reader=MINA, number=1)
    assert (shown.supporters, shown.feedback.claimed_by, shown.feedback.withdrawn) == (1, None, False)


@pytest.mark.parametrize("emoji", ["eyes", "heavy_plus_sign"])
async def test_an_everyday_emoji_on_what_is_not_captured_or_gone_is_nobody_s_business(
    database: Database, emoji: str
) -> None:
    await a_channel(database)
    assert await _reacts(database, GUEST, emoji) == []
    await a_note(database, **HERE)
    await withdrawals.withdraw(database, by=LEE, number=1, cause=cause(), now=NOW)
    assert await _reacts(database, GUEST, emoji) == []


async def test_product_managers_claim_and_members_are_counted_in_until_they_take_it_back(database: Database) -> None:
    await a_channel(database)
    await a_note(database, **HERE)
    await _reacts(database, MINA, "eyes")
    await _reacts(database, ADA, "heavy_plus_sign")
    assert await _claimed_by(database) == "UMINA"
    assert (await feedback.show(database, reader=MINA, number=1)).supporters == 2
    await _reacts(database, MINA, "eyes", off=True)
    await _reacts(database, ADA, "heavy_plus_sign", off=True)  # the bulb stands
    assert await _claimed_by(database) is None
    assert (await feedback.show(database, reader=MINA, number=1)).supporters == 2
    assert await _reacts(database, ADA, "heavy_plus_sign", replace(WISH, reactions={}), off=True) == []
    assert (await feedback.show(database, reader=MINA, number=1)).supporters == 1


@pytest.mark.parametrize(
    ("said", "why"),
    [
        (None, []),
        (replace(WISH, reactions={}), []),
        (replace(WISH, by_app=True), ["bot"]),
        (replace(WISH, words=" \u200b"), ["empty"]),
        (UnreadableError("not_in_channel"), ["refused:not_in_channel"]),
    ],
)
async def test_what_cannot_be_captured_is_not(
    database: Database, said: Said | Exception | None, why: list[str]
) -> None:
    await a_channel(database)
    assert await _reacts(database, LEE, "bulb", said) == why
    with pytest.raises(UnknownFeedbackError):
        await feedback.show(database, reader=MINA, number=1)


async def test_where_an_admin_has_switched_it_off_nothing_is_captured(database: Database) -> None:
    await a_channel(database)
    plan = channels.Plan(listens=False)
    await channels.set_up(database, by=ROOT, channel_id="C1", plan=plan, cause=cause(), now=NOW)
    assert await _reacts(database, LEE, "bulb") == ["off"]
