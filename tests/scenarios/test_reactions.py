"""Reactions as feedback: an emoji captures, supports, or takes back."""

from datetime import UTC, datetime, timedelta

from bot.app import Linchpin
from tests.person import Message, Slack, Slacker
from tests.scenarios.conftest import one_database
from tests.scenarios.words import all_done, captured_by, cards_in, stored

WISH = "Stark wants to see who changed a payout, and when."


async def test_a_bulb_captures_without_a_modal_and_asks_its_giver_to_complete_it(
    sofia: Slacker, lee: Slacker, slack: Slack
) -> None:
    said = await sofia.writes("#support", WISH)
    await lee.reacts(said, "bulb")
    await lee.sees("#support", containing="FB-7 waiting for triage", thread=said)
    asked = await lee.sees_only_me("#support", containing="Captured as FB-7")
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
    sofia: Slacker, lee: Slacker
) -> None:
    said = await sofia.writes("#support", WISH)
    await lee.reacts(said, "bulb")
    card = await lee.sees("#support", containing="FB-7", thread=said)
    await lee.unreacts(said, "bulb")
    await card.shows("FB-7 was withdrawn. Its text is gone.")


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
async def test_a_reaction_in_a_shared_channel_is_not_followed(lee: Slacker, slack: Slack, bot: Linchpin) -> None:
    said = await slack.as_("hannah").writes("#acme-shared", WISH)
    await lee.reacts(said, "bulb")
    await all_done(slack, bot)
    assert stored(bot, "SELECT count(*) FROM feedback") == [6]
    assert said.reactions == {"bulb": ["lee"]}


@one_database
async def test_a_guest_s_bulb_is_not_followed(noor: Slacker, lee: Slacker, slack: Slack) -> None:
    said = await lee.writes("#product", WISH)
    await noor.reacts(said, "bulb")
    await lee.reacts(said, "bulb")
    card = await lee.sees("#product", containing="FB-7", thread=said)
    assert "captured by @lee" in card.text
    assert "Me too · 1" in card.text


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
