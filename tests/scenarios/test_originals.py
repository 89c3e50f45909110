"""What authors edit, delete and attach in Slack is followed; what is not captured is never kept."""

from typing import Any

import pytest

from bot.app import Linchpin
from bot.errors import NotSavedError
from bot.sandbox.web_api import reactions
from bot.sandbox.web_api.call import Call
from bot.sandbox.workspace import Message as SandboxMessage
from bot.services import originals
from storage.database import Database
from tests.person import Message, Slack, Slacker
from tests.scenarios.conftest import one_database
from tests.scenarios.words import all_done, captured_by, stored
from tests.waiting import until

WISH = "Stark wants to see who changed a payout, and when."
KEPT = "SELECT quote, original FROM feedback WHERE number = 7"


@pytest.fixture
async def said(sofia: Slacker) -> Message:
    """Return something that is worth capturing."""
    return await sofia.writes("#support", WISH)


def _comes_late(slack: Slack, said: Message, words: str) -> None:
    """Tell once more of an edit of an hour ago, as where the bot could not follow it then."""
    happened = f"{slack.workspace.clock.now() - 3600:.6f}"
    told = {"type": "message", "user": "U0", "text": words, "ts": said.ts}
    event: dict[str, Any] = {
        "type": "message",
        "subtype": "message_changed",
        "channel": said.channel,
        "channel_type": "channel",
    }
    event |= {"message": told, "previous_message": told, "ts": happened, "event_ts": happened}
    slack.sandbox.slack.events.send("message.channels", event, channel=slack.workspace.channels[said.channel])


def _even_a_tombstone(call: Call, *, member: bool) -> SandboxMessage:
    found = call.slack.workspace.find_message(call.channel(member=member).id, call.needed("timestamp"))
    assert found is not None
    return found


async def test_an_edit_by_the_author_is_followed_while_nobody_has_put_it_in_other_words(
    sofia: Slacker, lee: Slacker, slack: Slack, bot: Linchpin, said: Message
) -> None:
    ref = await captured_by(lee, said)
    await sofia.edits(said, "Stark wants a zebra view of payouts.")
    await all_done(slack, bot)
    _comes_late(slack, said, "Stark wants Tony's bonus hidden.")
    await all_done(slack, bot)
    assert stored(bot, KEPT) == ["Stark wants a zebra view of payouts."] * 2
    assert ref in (await lee.types("#support", "/roadmap find zebra")).text
    card = await lee.sees("#support", containing=ref, thread=said)
    await lee.clicks("Edit", on=card)
    await (await lee.sees_modal("Edit FB-7")).fill(quote="Payouts need a history").submit()
    await sofia.edits(said, "Stark wants a striped view of payouts.")
    await all_done(slack, bot)
    assert stored(bot, KEPT) == ["Payouts need a history", "Stark wants a striped view of payouts."]


async def test_an_edit_that_is_tried_again_undoes_no_later_one_also_where_our_clock_lags_behind_slacks(
    sofia: Slacker, lee: Slacker, slack: Slack, bot: Linchpin, said: Message, monkeypatch: pytest.MonkeyPatch,
    broken: None,
) -> None:  # fmt: skip
    await captured_by(lee, said)
    follow, tried = originals.follow_edit, list[str]()

    async def fails_at_first(database: Database, *, words: str, **about: Any) -> None:
        tried.append(words)
        if "zebra" in words and not any("striped" in one for one in tried):
            raise NotSavedError
        await follow(database, words=words, **about)

    monkeypatch.setattr(originals, "follow_edit", fails_at_first)
    monkeypatch.setattr(bot._intake, "_pauses", (0.05,) * 1000)
    bot.clock.move(-60)
    await sofia.edits(said, "Stark wants a zebra view of payouts.")
    await until(lambda: len(tried) > 0, "the first edit was tried")
    await sofia.edits(said, "Stark wants a striped view of payouts.")
    await all_done(slack, bot)
    assert stored(bot, KEPT) == ["Stark wants a striped view of payouts."] * 2


async def test_deleting_the_message_purges_its_words_and_the_card_says_so(
    sofia: Slacker, lee: Slacker, slack: Slack, bot: Linchpin, said: Message
) -> None:
    ref = await captured_by(lee, said, problem="Payouts can't be traced")
    card = await lee.sees("#support", containing=ref, thread=said)
    await sofia.deletes(said)
    await card.shows(f"The message of {ref} was deleted in Slack. Its text is gone here, too.")
    assert stored(bot, "SELECT quote, original, problem FROM feedback WHERE number = 7") == ["", "", ""]
    assert ref not in (await lee.types("#support", "/roadmap find payouts traced")).text


@one_database
@pytest.mark.parametrize(("answered", "shown"), [(False, False), (True, False), (True, True)])
async def test_a_message_that_is_deleted_while_the_form_is_open_is_not_kept(
    sofia: Slacker, lee: Slacker, slack: Slack, bot: Linchpin, said: Message, monkeypatch: pytest.MonkeyPatch,
    answered: bool, shown: bool,
) -> None:  # fmt: skip
    if shown:  # Slack's documentation does not say whether it shows the tombstone to whoever looks
        monkeypatch.setattr(reactions, "_message", _even_a_tombstone)
    if answered:
        await sofia.writes("#support", "So do we.", thread=said)
    modal = await lee.uses("Capture feedback", on=said)
    await sofia.deletes(said)
    await slack.settled()
    await modal.submit()
    gone = "The message of FB-7 was deleted in Slack."
    await (lee.sees("#support", containing=gone) if answered else lee.dm_from_bot(containing=gone))
    assert stored(bot, KEPT) == ["", ""]


async def test_a_reply_that_is_deleted_leaves_the_thread_that_feedback_includes(
    sofia: Slacker, lee: Slacker, slack: Slack, bot: Linchpin, said: Message
) -> None:
    reply = await sofia.writes("#support", "It was a zebra-striped spreadsheet.", thread=said)
    await sofia.writes("#support", "And it was on a Monday.", thread=said)
    await (await lee.uses("Capture feedback", on=said)).fill(include_thread="Yes").submit()
    kept = "SELECT thread_quote FROM feedback WHERE number = 7"
    await until(lambda: "zebra" in str(stored(bot, kept)), "the thread is read, a moment after the capture")
    await sofia.deletes(reply)
    await until(lambda: "Monday" in str(stored(bot, kept)) and "zebra" not in str(stored(bot, kept)), "it is read anew")


@one_database
async def test_edits_and_deletions_of_what_is_not_captured_are_never_stored(
    sofia: Slacker, lee: Slacker, slack: Slack, bot: Linchpin, said: Message
) -> None:
    await captured_by(lee, said)
    await all_done(slack, bot)
    before = stored(bot, "SELECT count(*) FROM intake")
    other = await sofia.writes("#support", "Lunch?")
    await sofia.edits(other, "Lunch at noon?")
    await sofia.deletes(other)
    await sofia.reacts(said, "tada")
    await slack.settled()
    assert stored(bot, "SELECT count(*) FROM intake") == before


async def test_files_are_kept_as_links_by_shortcut_and_by_reaction(
    sofia: Slacker, lee: Slacker, mina: Slacker, slack: Slack, bot: Linchpin
) -> None:
    shown = await sofia.uploads("#support", "payouts.png", "Stark is lost on this page.")
    await captured_by(lee, shown)
    card = await lee.sees("#support", containing="1 file", thread=shown)
    await lee.clicks("Edit", on=card)
    assert "payouts.png" in (await lee.sees_modal("Edit FB-7")).text
    assert "payouts.png" in (await lee.types("#support", "/roadmap show FB-7")).text
    await mina.types("#product", "/roadmap link FB-7 RM-3")
    assert "1 file" in (await lee.types("#product", "/roadmap show RM-3")).text
    bare = await sofia.uploads("#support", "totals.png")
    await lee.reacts(bare, "bulb")
    await lee.sees("#support", containing="FB-8", thread=bare)
    assert stored(bot, "SELECT quote FROM feedback WHERE number = 8") == ["totals.png"]
    await sofia.deletes(shown)
    await card.shows("was deleted in Slack")
    assert stored(bot, "SELECT count(*) FROM feedback_file") == [1]
