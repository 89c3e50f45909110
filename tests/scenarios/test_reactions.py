"""Reactions as feedback: an emoji captures, supports, or takes back."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.app import Linchpin
from bot.services import channels
from bot.settings import Settings
from storage.models import Reader, Role
from tests.person import Message, Slack, Slacker
from tests.scenarios.conftest import one_database, running
from tests.scenarios.words import all_done, captured_by, cards_in, stored, wears_receipt

WISH = "Stark wants to see who changed a payout, and when."


async def test_a_bulb_captures_without_a_modal_and_asks_its_giver_to_complete_it(
    sofia: Slacker, lee: Slacker, slack: Slack
) -> None:
    said = await sofia.writes("#support", WISH)
    await lee.reacts(said, "bulb")
    await lee.sees("#support", containing="FB-7 waiting for triage", thread=said)
    asked = await lee.sees_only_me("#support", containing="Captured as FB-7")
    assert asked.text.startswith("📥 Captured as FB-7 for Stark. Add how much it matters?")
    await lee.clicks("Add details", on=asked)
    modal = await lee.sees_modal("Edit FB-7")
    assert modal.fields["customer"] == "Stark"
    assert await modal.fill(problem="Payouts can't be traced", weight="Important").submit() is None
    await lee.sees("#support", containing="Payouts can't be traced · Important", thread=said)


async def test_ten_bulbs_make_one_feedback_with_each_person_once(
    sofia: Slacker, lee: Slacker, omar: Slacker, mina: Slacker, slack: Slack
) -> None:
    said = await sofia.writes("#support", WISH)
    for person in (lee, omar, mina):
        await person.reacts(said, "bulb")
    card = await lee.sees("#support", containing="Me too · 3", thread=said)
    assert len(cards_in(slack, said)) == 1
    assert "captured by @lee" in card.text
    joined = await mina.sees_only_me("#support", containing="captured already as FB-7")
    assert "You're counted in" in joined.text


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_two_bots_on_one_database_and_events_that_come_twice_make_one_feedback(
    sofia: Slacker, lee: Slacker, slack: Slack, bot: Linchpin, settings: Settings
) -> None:
    others = [slack.as_(name) for name in ("omar", "mina", "dana", "yuki", "ravi")]
    async with running(settings, slack.sandbox):
        said = await sofia.writes("#support", WISH)
        slack.sandbox.faults.duplicate_events()
        for person in (lee, *others):
            await person.reacts(said, "bulb")
        card = await lee.sees("#support", containing=f"Me too · {len(others) + 1}", thread=said)
        await all_done(slack, bot)
    assert len(cards_in(slack, said)) == 1
    assert stored(bot, "SELECT count(*), max(number) FROM feedback") == [7, 7]
    assert "captured by" in card.text


@one_database
async def test_a_bulb_with_a_skin_tone_and_a_repeated_event_count_once(
    sofia: Slacker, lee: Slacker, slack: Slack, bot: Linchpin
) -> None:
    said = await sofia.writes("#support", WISH)
    slack.sandbox.faults.duplicate_events()
    await lee.reacts(said, "bulb::skin-tone-3")
    card = await lee.sees("#support", containing="FB-7", thread=said)
    await all_done(slack, bot)
    assert "Me too · 1" in card.text
    assert len(cards_in(slack, said)) == 1


async def test_taking_the_bulb_back_within_ten_minutes_undoes_an_untouched_capture(
    sofia: Slacker, lee: Slacker, omar: Slacker, slack: Slack, bot: Linchpin
) -> None:
    said = await sofia.writes("#support", WISH)
    await lee.reacts(said, "bulb")
    card = await lee.sees("#support", containing="FB-7", thread=said)
    await lee.unreacts(said, "bulb")
    await card.shows("FB-7 was withdrawn. Its text is gone.")
    await omar.reacts(said, "bulb")
    await card.shows("waiting for triage", "captured by @omar", "Me too · 1")
    await omar.sees_only_me("#support", containing="Captured as FB-7 for Stark")
    await all_done(slack, bot)
    assert "repeat" not in said.reactions


async def test_taking_the_bulb_back_leaves_a_capture_that_somebody_has_completed(sofia: Slacker, lee: Slacker) -> None:
    said = await sofia.writes("#support", WISH)
    await lee.reacts(said, "bulb")
    asked = await lee.sees_only_me("#support", containing="Captured as FB-7")
    await lee.clicks("Add details", on=asked)
    modal = await lee.sees_modal("Edit FB-7")
    await modal.fill(problem="Payouts can't be traced").submit()
    card = await lee.sees("#support", containing="Payouts can't be traced", thread=said)
    await lee.unreacts(said, "bulb")
    await card.shows("Me too · 0", "Payouts can't be traced")


async def test_taking_the_bulb_back_an_hour_later_leaves_the_capture(
    sofia: Slacker, lee: Slacker, slack: Slack
) -> None:
    said = await sofia.writes("#support", WISH)
    await lee.reacts(said, "bulb")
    card = await lee.sees("#support", containing="FB-7", thread=said)
    slack.moves_clock_to(datetime.fromtimestamp(slack.sandbox.clock.now(), UTC) + timedelta(hours=1))
    await lee.unreacts(said, "bulb")
    await card.shows("Me too · 0", "waiting for triage")
    await lee.sees_only_me("#support", containing="You captured that more than ten minutes ago, so it stays.")


async def test_taking_one_of_two_bulbs_back_leaves_the_other_person_s(
    sofia: Slacker, lee: Slacker, omar: Slacker
) -> None:
    said = await sofia.writes("#support", WISH)
    await lee.reacts(said, "bulb")
    await omar.reacts(said, "bulb")
    card = await lee.sees("#support", containing="Me too · 2", thread=said)
    await lee.unreacts(said, "bulb")
    await card.shows("Me too · 1", "waiting for triage")


@one_database
async def test_taking_one_of_one_s_own_reactions_back_leaves_what_the_other_stands_for(
    sofia: Slacker, lee: Slacker, omar: Slacker, slack: Slack, bot: Linchpin
) -> None:
    said = await sofia.writes("#support", WISH)
    for emoji in ("bulb", "bug"):
        await lee.reacts(said, emoji)
        card = await lee.sees("#support", containing="FB-7", thread=said)
    await omar.reacts(said, "bulb")
    await omar.reacts(said, "heavy_plus_sign")
    await card.shows("Me too · 2")
    await lee.unreacts(said, "bulb")
    await omar.unreacts(said, "heavy_plus_sign")
    await all_done(slack, bot)
    assert "Me too · 2" in card.text
    await omar.unreacts(said, "bulb")
    await card.shows("Me too · 1")
    await lee.unreacts(said, "bug")
    await card.shows("FB-7 was withdrawn. Its text is gone.")


@one_database
async def test_a_bug_captures_a_problem(sofia: Slacker, lee: Slacker) -> None:
    said = await sofia.writes("#support", "The export stops after 500 rows.")
    await lee.reacts(said, "bug")
    card = await lee.sees("#support", containing="FB-7", thread=said)
    assert "problem · captured by @lee" in card.text


async def test_a_plus_on_the_message_or_on_the_card_is_one_vote_a_person(
    sofia: Slacker, lee: Slacker, omar: Slacker, mina: Slacker
) -> None:
    said = await sofia.writes("#support", WISH)
    await captured_by(lee, said)
    card = await lee.sees("#support", containing="Me too · 1", thread=said)
    await omar.reacts(said, "heavy_plus_sign")
    await card.shows("Me too · 2")
    await omar.reacts(card, "heavy_plus_sign")
    await mina.reacts(card, "heavy_plus_sign")
    await card.shows("Me too · 3")
    await mina.unreacts(card, "heavy_plus_sign")
    await card.shows("Me too · 2")


async def test_the_author_withdraws_their_words_with_no_entry(
    sofia: Slacker, lee: Slacker, mina: Slacker, bot: Linchpin
) -> None:
    said = await sofia.writes("#support", WISH)
    ref = await captured_by(lee, said, problem="Payouts can't be traced")
    card = await lee.sees("#support", containing=ref, thread=said)
    await sofia.reacts(said, "no_entry_sign")
    await card.shows(f"{ref} was withdrawn. Its text is gone.")
    assert "Payouts" not in card.text
    found = await mina.types("#support", "/roadmap find payouts traced")
    assert ref not in found.text
    words = "SELECT quote, original, problem, thread_quote FROM feedback WHERE number = 7"
    assert stored(bot, words) == ["", "", "", ""]


async def test_nobody_else_withdraws_it(sofia: Slacker, lee: Slacker, omar: Slacker, mina: Slacker) -> None:
    said = await sofia.writes("#support", WISH)
    ref = await captured_by(lee, said)
    card = await lee.sees("#support", containing=ref, thread=said)
    await omar.reacts(said, "no_entry_sign")
    await mina.reacts(said, "heavy_plus_sign")  # comes after it in the same lane, so both are done when it shows
    await card.shows("Me too · 2", "waiting for triage")


@one_database
async def test_a_bulb_that_does_nothing_says_why_to_its_giver_alone(
    noor: Slacker, lee: Slacker, omar: Slacker, sofia: Slacker, slack: Slack, bot: Linchpin
) -> None:
    shared = await slack.as_("hannah").writes("#acme-shared", WISH)
    await slack.as_("hannah").reacts(shared, "bulb")
    await lee.reacts(shared, "bulb")
    await lee.sees_only_me("#acme-shared", containing="Use “Capture feedback” in the message's menu")
    said = await lee.writes("#product", WISH)
    await noor.reacts(said, "bulb")
    await noor.sees_only_me("#product", containing="Guests can't capture feedback.")
    withdrawn = await sofia.writes("#support", WISH)
    await captured_by(lee, withdrawn)
    card = await lee.sees("#support", containing="FB-7", thread=withdrawn)
    await wears_receipt(slack, withdrawn)
    await omar.reacts(card, "bulb")
    await omar.sees_only_me("#support", containing="That is the card of feedback")
    await sofia.reacts(withdrawn, "no_entry_sign")
    await card.shows("FB-7 was withdrawn")
    await omar.reacts(withdrawn, "bulb")
    await omar.sees_only_me("#support", containing="Its author has withdrawn this message")
    await all_done(slack, bot)
    assert stored(bot, "SELECT count(*) FROM feedback WHERE NOT withdrawn") == [6]
    assert stored(bot, "SELECT count(*) FROM outbox WHERE channel = 'U02HANNAH' OR \"user\" = 'U02HANNAH'") == [0]
    assert shared.reactions == {"bulb": ["hannah", "lee"]}


async def test_eyes_by_a_product_manager_claim_the_triage_until_they_are_taken_back(
    sofia: Slacker, lee: Slacker, mina: Slacker
) -> None:
    said = await sofia.writes("#support", WISH)
    await captured_by(lee, said)
    card = await lee.sees("#support", containing="FB-7", thread=said)
    await lee.reacts(said, "eyes")
    await lee.sees_only_me("#support", containing="Only product managers take captured feedback on")
    await mina.reacts(said, "eyes")
    await card.shows("@mina is on it.")
    await mina.unreacts(said, "eyes")
    await lee.slack.until(lambda: "is on it" not in card.text or None, "The claim is not given back.")


@one_database
async def test_a_message_without_words_needs_detail_until_its_problem_is_told(
    sofia: Slacker, lee: Slacker, slack: Slack
) -> None:
    said = await sofia.writes("#support", ":scream: https://example.com/ticket/7")
    await lee.reacts(said, "bulb")
    card = await lee.sees("#support", containing="⚠️ Needs detail: there is nothing to act on yet.", thread=said)
    asked = await lee.sees_only_me("#support", containing="Captured as FB-7. ⚠️ Needs detail")
    marked = {"bulb", "inbox_tray", "warning"}
    await slack.until(lambda: set(said.reactions) == marked or None, "The message does not say that it needs detail.")
    await lee.clicks("Add details", on=asked)
    modal = await lee.sees_modal("Edit FB-7")
    await modal.fill(problem="Refunds fail on Sundays").submit()
    await card.shows("Refunds fail on Sundays")
    assert "Needs detail" not in card.text
    await slack.until(lambda: set(said.reactions) == marked - {"warning"} or None, "The mark stays on the message.")


async def test_the_message_wears_a_receipt_until_the_capture_is_undone(
    sofia: Slacker, lee: Slacker, omar: Slacker, slack: Slack
) -> None:
    said = await sofia.writes("#support", WISH)
    await lee.reacts(said, "bulb")
    await omar.reacts(said, "bulb")
    await slack.until(lambda: {"inbox_tray", "repeat"} <= set(said.reactions) or None, "Not both receipts are there.")
    await sofia.reacts(said, "no_entry_sign")
    gone = {"bulb", "no_entry_sign"}
    await slack.until(lambda: set(said.reactions) == gone or None, "The receipts stay on the message.")


@one_database
async def test_an_outsider_and_a_guest_withdraw_what_they_said_themselves(
    noor: Slacker, lee: Slacker, slack: Slack, bot: Linchpin
) -> None:
    hannah = slack.as_("hannah")
    for author, channel in ((hannah, "#acme-shared"), (noor, "#product")):
        said = await author.writes(channel, WISH)
        await (await lee.uses("Capture feedback", on=said)).submit()
        await author.reacts(said, "no_entry_sign")
    await all_done(slack, bot)
    assert stored(bot, "SELECT count(*) FROM feedback WHERE withdrawn AND quote = ''") == [2]


@one_database
async def test_an_admin_s_map_decides_what_an_emoji_means_in_a_channel(
    sofia: Slacker, lee: Slacker, slack: Slack, bot: Linchpin
) -> None:
    plan = channels.Plan(customer="Globex", visibility="product", reactions={"tada": "request"})
    await _plan(bot, "C01SUPPORT", plan)
    said = await sofia.writes("#support", "Payouts vanish.")
    await lee.reacts(said, "bulb")
    await all_done(slack, bot)
    assert stored(bot, "SELECT count(*) FROM feedback") == [6]
    await lee.reacts(said, "tada")
    await lee.sees("#support", containing="FB-7", thread=said)
    await all_done(slack, bot)
    assert stored(bot, "SELECT visibility FROM feedback WHERE number = 7") == ["product"]
    assert (await lee.uses("Capture feedback", on=said)).fields["customer"] == "Globex"
    await _plan(bot, "C01SUPPORT", channels.Plan(listens=False))
    other = await sofia.writes("#support", "Payouts vanish again.")
    await lee.reacts(other, "bulb")
    await lee.sees_only_me("#support", containing="An admin has switched capturing off in this channel.")
    refused = await lee.runs("Capture feedback", on=other)
    assert "/feedback works everywhere" in refused.text.replace("`", "")


async def _plan(bot: Linchpin, channel: str, plan: channels.Plan) -> None:
    by = Reader(bot.house.identity.team_id, "U01MINA", Role.ADMIN)
    await channels.set_up(bot.database, by=by, channel_id=channel, plan=plan, cause=f"{plan}", now=bot.house.now())


@one_database
async def test_an_everyday_emoji_is_never_stored(lee: Slacker, slack: Slack, bot: Linchpin) -> None:
    said: Message = await lee.writes("#product", WISH)
    await lee.reacts(said, "tada")
    await slack.settled()
    assert [call.method for call in slack.sandbox.calls if call.method == "reactions.get"] == []
    await captured_by(lee, said)
    assert len(cards_in(slack, said)) == 1


async def test_a_bulb_that_was_taken_back_before_it_was_looked_at_captures_nothing(
    sofia: Slacker, lee: Slacker, slack: Slack, bot: Linchpin, broken: None
) -> None:
    said = await sofia.writes("#support", WISH)
    slack.sandbox.faults.fail("reactions.get")
    await lee.reacts(said, "bulb")
    await lee.unreacts(said, "bulb")
    await all_done(slack, bot)
    assert stored(bot, "SELECT count(*) FROM feedback") == [6]
