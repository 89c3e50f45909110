"""Capturing what somebody said with the shortcut on a message."""

from copy import deepcopy
from datetime import UTC, datetime, timedelta

import pytest

from bot.app import Linchpin
from tests.person import Message, Modal, Slack, Slacker
from tests.scenarios.conftest import one_database
from tests.scenarios.words import AUDIT, all_done, captured_by, cards_in, stored
from tests.waiting import until


@one_database
async def test_the_modal_opens_with_the_words_the_customer_and_who_may_read_it(mina: Slacker, said: Message) -> None:
    modal = await mina.uses("Capture feedback", on=said)
    assert modal.fields["quote"] == AUDIT
    assert modal.fields["customer"] == "Umbrella"
    assert modal.fields["visibility"] == "Everyone in the company"
    assert list(modal.fields) == [
        "quote", "problem", "customer", "weight", "theme", "match", "visibility", "include_thread",
    ]  # fmt: skip


@one_database
async def test_the_channel_s_name_tells_the_customer(lee: Slacker) -> None:
    said = await lee.writes("#acme-shared", "They asked for bigger exports.")
    modal = await lee.uses("Capture feedback", on=said)
    assert modal.fields["customer"] == "Acme"
    assert modal.fields["visibility"] == "Members of this channel"


async def test_matches_arrive_with_their_reasons_and_keep_what_was_typed(mina: Slacker, said: Message) -> None:
    modal = await mina.uses("Capture feedback", on=said)
    modal.fill(problem="Nobody can see who changed a refund")
    await modal.shows("RM-3 Audit log API", "Next · both say audit, log")
    assert modal.fields["problem"] == "Nobody can see who changed a refund"
    assert modal.fields["match"] == "New: not on the roadmap yet"


async def test_a_chosen_match_links_it_at_once(mina: Slacker, said: Message) -> None:
    modal = await (await mina.uses("Capture feedback", on=said)).shows("RM-3")
    modal.fill(match="RM-3 Audit log API")
    assert await modal.submit() is None
    card = await mina.sees("#support", containing="linked to RM-3 Audit log API (Next)", thread=said)
    assert "You'll hear here when it moves." in card.text
    shown = await mina.types("#support", "/roadmap show RM-3")
    assert "Umbrella can't find who changed a refund" in shown.text


async def test_a_modal_sent_before_its_matches_came_is_captured_all_the_same(mina: Slacker, said: Message) -> None:
    mina.slack.sandbox.faults.delay("views.update", 0.4)
    modal = await mina.uses("Capture feedback", on=said)
    assert await modal.submit() is None
    await mina.sees("#support", containing="waiting for triage", thread=said)
    await until(
        lambda: any(call.method == "views.update" for call in mina.slack.sandbox.calls), "the matches come too late"
    )


async def test_the_same_message_captured_twice_is_one_feedback_with_both_people_s_words(
    mina: Slacker, omar: Slacker, slack: Slack, said: Message
) -> None:
    ref = await captured_by(omar, said, problem="Refunds leave no trace")
    modal = await mina.uses("Capture feedback", on=said)
    await modal.shows(f"Captured already as {ref}. What you add here joins it.")
    assert "message)" not in modal.text, "only our own card stands in its thread"
    joined = await captured_by(mina, said, problem="Nobody can see who changed a refund", customer="Umbrella")
    assert joined == ref
    card = await mina.sees("#support", containing="Me too · 2", thread=said)
    assert "Refunds leave no trace" in card.text
    assert len(cards_in(slack, said)) == 1
    found = await mina.types("#support", "/roadmap find nobody can see who changed")
    assert ref in found.text


async def test_a_modal_that_is_sent_twice_makes_one_feedback(mina: Slacker, slack: Slack, bot: Linchpin) -> None:
    answer = await mina.types("#support", "/roadmap is there an igloo mode?")
    await mina.clicks("Capture it as feedback", on=answer)
    modal = await mina.sees_modal("Capture feedback")
    first = slack.sandbox.slack.payloads.submission(mina.person.user, modal.view, trigger_id="1.2.3")
    again = deepcopy(first)
    again["view"]["state"]["values"]["problem"]["value"]["value"] = "typed while the first was on its way"
    for payload in (first, first, again):
        await slack.sandbox.slack.delivery.request("interactive", payload)
    assert stored(bot, "SELECT count(*), max(number) FROM feedback") == [7, 7]


@one_database
async def test_a_capture_without_words_keeps_the_modal_open_and_says_why(mina: Slacker, said: Message) -> None:
    modal = await mina.uses("Capture feedback", on=said)
    modal.fill(quote="   ", problem="Nobody can see it")
    errors = await modal.submit()
    assert errors == {"quote": "There are no words to keep. Write what was said."}
    assert modal.is_open
    assert modal.fields["problem"] == "Nobody can see it"


async def test_where_the_bot_is_no_member_the_modal_confirms_and_the_card_comes_by_direct_message(
    mina: Slacker, slack: Slack
) -> None:
    said = await slack.as_("grace").writes("#leadership", "Acme's board wants SSO before the renewal.")
    modal = await mina.uses("Capture feedback", on=said)
    assert modal.fields["visibility"] == "Members of this channel"
    confirmed = await modal.submit()
    assert isinstance(confirmed, Modal)
    assert confirmed.title == "Captured"
    assert "FB-7 waiting for triage" in confirmed.text
    assert "Undo" not in confirmed.text
    card = await mina.dm_from_bot(containing="FB-7")
    assert "waiting for triage" in card.text
    told = await slack.as_("grace").dm_from_bot(containing="something you said")
    assert "Acme's board wants SSO" in told.text
    assert cards_in(slack, said) == []


async def test_in_a_shared_channel_nothing_is_said_in_public_and_no_outsider_is_written_to(
    lee: Slacker, slack: Slack, bot: Linchpin
) -> None:
    hannah = slack.as_("hannah")
    said = await hannah.writes("#acme-shared", "We would pay for SSO on every plan.")
    await hannah.reacts(said, "bulb")  # so the bot knows who she is
    await all_done(slack, bot)
    modal = await lee.uses("Capture feedback", on=said)
    confirmed = await modal.submit()
    assert isinstance(confirmed, Modal)
    assert "FB-7" in confirmed.text
    await lee.dm_from_bot(containing="FB-7")
    assert cards_in(slack, said) == []
    assert said.reactions == {"bulb": ["hannah"]}
    assert stored(bot, "SELECT count(*) FROM outbox WHERE channel = 'U02HANNAH'") == [0]


async def test_the_thread_is_kept_with_it_when_asked(mina: Slacker, sofia: Slacker, said: Message) -> None:
    await sofia.writes("#support", "It was a zebra-striped spreadsheet in the end.", thread=said)
    modal = await mina.uses("Capture feedback", on=said)
    assert "Include the thread (1 message)" in modal.text
    modal.fill(include_thread="Yes")
    await modal.submit()
    await mina.sees("#support", containing="FB-7", thread=said)

    async def is_found() -> bool:
        return "FB-7" in (await mina.types("#support", "/roadmap find zebra-striped")).text

    await until(is_found, "the thread is read, a moment after the capture, and found by its words")


async def test_a_reply_is_captured_into_its_own_thread(mina: Slacker, sofia: Slacker, said: Message) -> None:
    reply = await sofia.writes("#support", "Stark wants it as a file.", thread=said)
    ref = await captured_by(mina, reply)
    await mina.sees("#support", containing=ref, thread=said)


async def test_a_capture_puts_its_receipt_on_the_message(mina: Slacker, slack: Slack, said: Message) -> None:
    await captured_by(mina, said)
    await slack.until(lambda: said.reactions.get("inbox_tray"), "No receipt on the message.")


async def test_edit_on_the_card_changes_what_it_says_in_place(mina: Slacker, slack: Slack, said: Message) -> None:
    await captured_by(mina, said, problem="Refunds leave no trace")
    card = await mina.sees("#support", containing="FB-7", thread=said)
    await mina.clicks("Edit", on=card)
    modal = await mina.sees_modal("Edit FB-7")
    assert modal.fields["problem"] == "Refunds leave no trace"
    modal.fill(problem="Refunds can't be traced", customer="Stark", weight="Blocker")
    assert await modal.submit() is None
    await card.shows("Refunds can't be traced", "Blocker")
    assert len(cards_in(slack, said)) == 1


async def test_an_edit_that_empties_the_quote_keeps_the_modal_open(mina: Slacker, said: Message) -> None:
    await captured_by(mina, said)
    card = await mina.sees("#support", containing="FB-7", thread=said)
    await mina.clicks("Edit", on=card)
    modal = await mina.sees_modal("Edit FB-7")
    assert await modal.fill(quote=" ").submit() == {"quote": "There are no words to keep. Write what was said."}


async def test_me_too_counts_each_person_once(mina: Slacker, omar: Slacker, said: Message) -> None:
    await captured_by(mina, said)
    card = await mina.sees("#support", containing="Me too · 1", thread=said)
    await omar.clicks("Me too · 1", on=card)
    await card.shows("Me too · 2")
    await omar.clicks("Me too · 2", on=card)
    sofia_too = omar.slack.as_("sofia")
    await sofia_too.clicks("Me too · 2", on=card)
    await card.shows("Me too · 3")


async def test_a_link_by_command_updates_the_card_where_it_stands(mina: Slacker, slack: Slack, said: Message) -> None:
    ref = await captured_by(mina, said)
    card = await mina.sees("#support", containing="waiting for triage", thread=said)
    linked = await mina.types("#product", f"/roadmap link {ref} RM-3")
    assert linked.text.startswith(f"Linked {ref} to RM-3 Audit log API (Next).")
    await card.shows("linked to RM-3 Audit log API (Next)")
    assert len(cards_in(slack, said)) == 1


async def test_a_move_updates_every_card_where_it_stands(
    mina: Slacker, sofia: Slacker, slack: Slack, said: Message
) -> None:
    other = await sofia.writes("#support", "Stark asks for an audit log as well.")
    for message in (said, other):
        ref = await captured_by(mina, message)
        await mina.types("#product", f"/roadmap link {ref} RM-3")
    cards = [await mina.sees("#support", containing="linked to RM-3", thread=one) for one in (said, other)]
    await mina.types("#product", '/roadmap move RM-3 now reason:"Two renewals wait for it"')
    for card in cards:
        await card.shows("linked to RM-3 Audit log API (Now)")
    assert [len(cards_in(slack, one)) for one in (said, other)] == [1, 1]


async def test_everybody_who_sees_the_card_may_press_its_buttons_and_is_told_why_one_is_not_theirs(
    mina: Slacker, omar: Slacker, said: Message
) -> None:
    await (await mina.uses("Capture feedback", on=said)).fill(visibility="Product team", problem="Secret").submit()
    card = await omar.sees("#support", containing="FB-7", thread=said)
    await omar.clicks("Me too · 1", on=card)
    await card.shows("Me too · 2")
    assert "Secret" not in card.text
    await omar.clicks("Undo", on=card)
    await omar.sees_only_me("#support", containing="Only who captured FB-7 or a product manager can undo it.")


@one_database
async def test_a_conversation_without_the_bot_is_captured_for_its_capturer_and_author_alone(
    lee: Slacker, sofia: Slacker, mina: Slacker, slack: Slack
) -> None:
    said = await sofia.writes("@lee", "Stark would pay for a zebra view.")
    modal = await lee.uses("Capture feedback", on=said)
    assert modal.fields["visibility"] == "Members of this channel"
    assert isinstance(await modal.submit(), Modal)
    await lee.dm_from_bot(containing="FB-7 waiting for triage")
    await sofia.dm_from_bot(containing="something you said")
    assert "FB-7" in (await lee.types("#product", "/roadmap find zebra")).text
    assert "FB-7" not in (await mina.types("#product", "/roadmap find zebra")).text


@one_database
async def test_a_channel_asked_after_ten_minutes_ago_is_still_known_to_be_public(
    mina: Slacker, slack: Slack, said: Message
) -> None:
    await captured_by(mina, said)
    slack.moves_clock_to(datetime.fromtimestamp(slack.sandbox.clock.now(), UTC) + timedelta(minutes=10))
    modal = await mina.uses("Capture feedback", on=said)
    assert modal.fields["visibility"] == "Everyone in the company"


@one_database
async def test_a_guest_who_edits_what_they_said_is_neither_shown_nor_asked_for_the_customer(
    noor: Slacker, lee: Slacker
) -> None:
    said = await noor.writes("#product", "Refunds leave no trace.")
    ref = await captured_by(lee, said, customer="Stark")
    card = await noor.sees("#product", containing=ref, thread=said)
    await noor.clicks("Edit", on=card)
    modal = await noor.sees_modal(f"Edit {ref}")
    assert "customer" not in modal.fields
    assert await modal.fill(problem="No audit trail").submit() is None
    await card.shows("No audit trail")
    shown = await lee.types("#product", f"/roadmap show {ref}")
    assert "Stark" in shown.text


@one_database
async def test_a_thread_longer_than_one_page_is_kept_whole(
    mina: Slacker, lee: Slacker, slack: Slack, bot: Linchpin, said: Message, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("handlers.threads.PAGE", 2)
    for words in ("First things.", "Second things.", "A zebra at the end."):
        await lee.writes("#support", words, thread=said)
    modal = await mina.uses("Capture feedback", on=said)
    await modal.fill(include_thread="Yes").submit()
    kept = "SELECT thread_quote FROM feedback WHERE number = 7"
    await until(lambda: "A zebra at the end." in str(stored(bot, kept)[0]), "the whole thread is kept")


@one_database
async def test_the_thread_is_offered_only_where_the_bot_can_read_it(mina: Slacker, slack: Slack, said: Message) -> None:
    hidden = await slack.as_("grace").writes("#leadership", "Acme's board wants SSO before the renewal.")
    for message, offered in ((said, True), (hidden, False)):
        modal = await mina.uses("Capture feedback", on=message)
        assert ("include_thread" in modal.fields) is offered
        await modal.submit()


async def test_a_message_wears_a_rocket_once_what_it_asked_for_has_shipped(
    mina: Slacker, slack: Slack, said: Message
) -> None:
    ref = await captured_by(mina, said)
    await slack.until(lambda: said.reactions.get("inbox_tray"), "No receipt on the message.")
    await mina.types("#support", f"/roadmap link {ref} RM-4")
    await mina.types("#support", '/roadmap move RM-4 shipped reason:"it is out"')
    await slack.until(lambda: said.reactions.get("rocket"), "No rocket on the message.")
    await mina.types("#support", '/roadmap move RM-4 next reason:"not for everybody yet"')
    await slack.until(lambda: not said.reactions.get("rocket") or None, "The rocket stays on the message.")
