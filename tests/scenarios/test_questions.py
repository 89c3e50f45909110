"""Questions in plain language: by command, by mention, in a direct message."""

import pytest

from bot.app import Linchpin
from tests.person import Slack, Slacker
from tests.scenarios.conftest import one_database
from tests.scenarios.words import all_done, cards_in, stored


async def test_when_is_answered_with_the_date_its_sources_and_its_age(mina: Slacker) -> None:
    answer = await mina.types("#product", "/roadmap when does SSO ship?")
    first, proof, _ = answer.text.split("\n")
    assert first.startswith("SSO for all plans (RM-1) is in Now, on track, target Q")
    assert first.endswith(". [1]")
    assert proof.startswith("✓ verified 1/1 statements as of ")
    assert "[1] RM-1, confirmed yesterday by @mina" in proof


async def test_a_customer_s_date_is_not_made_up(mina: Slacker) -> None:
    answer = await mina.types("#sales", "/roadmap when does Globex get SSO?")
    assert "Globex asked on " in answer.text
    assert "RM-1 has no date per account, so I can't give Globex one. Owner: @mina." in answer.text
    assert "verified 3/3 statements" in answer.text


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("who owns invoice export?", "Its owner is @dana."),
        ("why did smart card retries slip?", "The card network moved its test window by three weeks"),
        ("which customers asked for invoice export?", "Initech asked on "),
        ("what is RM-6?", "Self-serve refunds (RM-6) is in Now, on track, due "),
        ("what did we ship?", "Webhooks v2 (RM-5) is in Shipped."),
    ],
)
@one_database
async def test_who_why_and_which_are_answered_from_their_rows(mina: Slacker, question: str, said: str) -> None:
    answer = await mina.types("#product", f"/roadmap {question}")
    assert said in answer.text
    assert "verified" in answer.text


@one_database
async def test_accounts_are_not_named_to_a_guest(noor: Slacker) -> None:
    for customer in ("Globex", "Zork Works"):  # known or not, the answer is the same
        answer = await noor.types("#product", f"/roadmap when does {customer} get SSO?")
        assert "(RM-1) is in Now" in answer.text
        assert "per account" not in answer.text
        assert customer not in answer.text
    answer = await noor.types("#product", "/roadmap who asked for SSO?")
    assert "There is no feedback on RM-1 that you may read." in answer.text
    assert "Its owner" not in answer.text


async def test_without_evidence_it_says_so_and_the_question_can_be_kept(mina: Slacker) -> None:
    answer = await mina.types("#product", "/roadmap do we have an offline mode for warehouses?")
    assert answer.text.startswith("I have no roadmap item or feedback about “offline mode warehouses”.")
    await mina.clicks("Capture it as feedback", on=answer)
    modal = await mina.sees_modal("Capture feedback")
    assert modal.fields["quote"] == "do we have an offline mode for warehouses?"
    await modal.submit()
    found = await mina.types("#product", "/roadmap find warehouses")
    assert "FB-7 “do we have an offline mode for warehouses?”" in found.text
    said = await mina.types("#product", "/roadmap what do people say about an offline mode?")
    assert said.text.startswith("1 piece of feedback about “offline mode”:")
    assert "“do we have an offline mode for warehouses?”" in said.text
    of_an_item = await mina.types("#product", "/roadmap what do people say about SSO?")
    assert of_an_item.text.startswith("• SSO for all plans (RM-1) is in Now")
    assert "\n• Globex asked on " in of_an_item.text
    assert "“" in of_an_item.text


@one_database
async def test_the_same_question_twice_gives_the_same_facts(mina: Slacker) -> None:
    answers = [await mina.types("#product", "/roadmap when does SSO ship?") for _ in range(2)]
    assert answers[0].text.split("\n")[0] == answers[1].text.split("\n")[0]


@one_database
async def test_what_its_reader_may_not_see_is_no_evidence(lee: Slacker, mina: Slacker) -> None:
    assert "RM-12" in (await mina.types("#product", "/roadmap when do the new pricing tiers come?")).text
    answer = await lee.types("#product", "/roadmap when do the new pricing tiers come?")
    assert "I have no roadmap item or feedback about" in answer.text


async def test_a_mention_is_answered_in_its_thread(lee: Slacker, slack: Slack) -> None:
    asked = await lee.writes("#product", "@linchpin when does SSO ship?")
    answer = await lee.sees("#product", containing="(RM-1) is in Now", thread=asked)
    assert not answer.is_ephemeral
    assert "verified 1/1" in answer.text
    assert len(cards_in(slack, asked)) == 1


@one_database
async def test_a_mention_in_a_thread_is_answered_there(lee: Slacker, mina: Slacker) -> None:
    root = await mina.writes("#product", "What about signing in?")
    asked = await lee.writes("#product", "@linchpin, when does SSO ship?", thread=root)
    await lee.sees("#product", containing="(RM-1) is in Now", thread=root)
    assert asked.thread_ts == root.ts


@one_database
async def test_a_mention_tells_nothing_that_not_everybody_there_may_see(mina: Slacker) -> None:
    asked = await mina.writes("#product", "@linchpin when do the new pricing tiers come?")
    answer = await mina.sees("#product", containing="I have no roadmap item", thread=asked)
    assert "RM-12" not in answer.text


async def test_a_direct_message_is_answered_as_its_writer_may_read(mina: Slacker, lee: Slacker) -> None:
    await mina.writes("@linchpin", "when do the new pricing tiers come?")
    assert "RM-12" in (await mina.dm_from_bot(containing="New pricing tiers")).text
    await lee.writes("@linchpin", "when do the new pricing tiers come?")
    await lee.dm_from_bot(containing="I have no roadmap item or feedback about")


@one_database
async def test_a_mention_that_would_change_something_changes_nothing_by_itself(mina: Slacker) -> None:
    asked = await mina.writes("#product", '@linchpin move RM-3 now reason:"why not"')
    answer = await mina.sees("#product", containing="Tap the button, and it is done for you", thread=asked)
    assert 'move RM-3 now reason:"why not"' in answer.text
    assert "RM-3" in (await mina.types("#product", "/roadmap next")).text


async def test_a_mention_in_a_shared_channel_is_not_answered(lee: Slacker, slack: Slack, bot: Linchpin) -> None:
    asked = await lee.writes("#acme-shared", "@linchpin when does SSO ship?")
    await all_done(slack, bot)
    assert stored(bot, "SELECT count(*) FROM outbox WHERE kind = 'answer'") == [0]
    assert cards_in(slack, asked) == []


@one_database
async def test_a_question_is_asked_in_a_modal_from_the_overview(mina: Slacker) -> None:
    overview = await mina.types("#product", "/roadmap")
    await mina.clicks("Ask a question", on=overview)
    modal = await mina.sees_modal("Ask the roadmap")
    modal.fill(question="when does SSO ship?")
    answer = await modal.submit()
    assert answer is modal
    assert modal.title == "Answer"
    assert "(RM-1) is in Now" in modal.text


@one_database
async def test_an_event_that_comes_twice_is_answered_once(lee: Slacker, slack: Slack, bot: Linchpin) -> None:
    slack.sandbox.faults.duplicate_events()
    asked = await lee.writes("#product", "@linchpin when does SSO ship?")
    await lee.sees("#product", containing="RM-1", thread=asked)
    await all_done(slack, bot)
    assert stored(bot, "SELECT count(*) FROM outbox WHERE kind = 'answer'") == [1]
    assert len(cards_in(slack, asked)) == 1


@one_database
async def test_the_bot_s_own_messages_are_not_taken_for_questions(lee: Slacker, slack: Slack, bot: Linchpin) -> None:
    await lee.writes("@linchpin", "when does SSO ship?")
    await lee.dm_from_bot(containing="(RM-1) is in Now")
    await all_done(slack, bot)
    assert stored(bot, "SELECT count(*) FROM intake WHERE kind = 'event'") == [1]


@one_database
async def test_a_message_is_asked_about_from_its_menu_with_sources(mina: Slacker, slack: Slack) -> None:
    said = await slack.as_("lee").writes("#product", "Back from Globex. They wonder: when does SSO ship? Sofia knows.")
    modal = await mina.uses("Ask roadmap about this", on=said)
    assert modal.text.startswith(">Back from Globex.")
    assert "SSO for all plans (RM-1) is in Now" in modal.text
    assert "✓ verified" in modal.text
    assert cards_in(slack, said) == []


@one_database
async def test_a_message_that_asks_nothing_is_told_what_it_seems_to_be_about(mina: Slacker, slack: Slack) -> None:
    said = await slack.as_("lee").writes(
        "#product",
        "Lunch with Hooli went on for hours. Their new auditor told stories from banking."
        " In the end she drew an audit log on a napkin, and everybody nodded.",
    )
    modal = await mina.uses("Ask roadmap about this", on=said)
    assert "Audit log API (RM-3) is in Next" in modal.text


@one_database
async def test_a_message_is_asked_about_where_the_bot_is_no_member(slack: Slack) -> None:
    grace = slack.as_("grace")
    said = await grace.writes("#leadership", "When is SSO due? The board asks.")
    modal = await grace.uses("Ask roadmap about this", on=said)
    assert "(RM-1) is in Now" in modal.text


@one_database
async def test_a_message_of_which_the_roadmap_says_nothing_can_be_captured_from_there(
    mina: Slacker, slack: Slack
) -> None:
    said = await mina.writes("#product", "Can the mobile app work offline in the underground?")
    modal = await mina.uses("Ask roadmap about this", on=said)
    assert "I have no roadmap item or feedback about" in modal.text
    await mina.clicks("Capture it as feedback", on=modal)
    form = await mina.sees_modal("feedback")
    assert form.fields["quote"] == "Can the mobile app work offline in the underground?"
    assert modal.is_open
