"""Summaries of threads, without a model: asked for, shared, and captured from."""

import re

import pytest

from bot.app import Linchpin
from bot.jobs import Jobs
from tests.person import Message, Slack, Slacker
from tests.scenarios.conftest import one_database
from tests.scenarios.words import cards_in, stored
from tests.waiting import until

CITED = re.compile(r"\[\d+\]$")


@pytest.fixture
async def thread(mina: Slacker) -> Message:
    """Return the story's long thread."""
    return await mina.sees("#product", containing="Invoice export: let's settle what the first release holds")


async def test_every_line_of_a_summary_cites_its_message(mina: Slacker, thread: Message) -> None:
    modal = await (await mina.uses("Summarize thread", on=thread)).shows("Decided")
    lines = [line for line in modal.text.splitlines() if line.startswith("•")]
    assert len(lines) >= 4
    assert [line for line in lines if not CITED.search(line.removesuffix(" [Capture]"))] == []
    assert "Let's ship CSV only, with one row per invoice line and the tax columns in." in modal.text
    assert "outside firm this week. Lee Carter [13]" in modal.text
    assert modal.text.count("https://") == 0
    links = re.findall(r"<(https?://[^|>]+)\|\[\d+\]>", str(modal.blocks))
    assert len(links) >= len(lines)
    assert {link.split("/archives/")[1].split("/")[0] for link in links} == {thread.channel}


async def test_the_footer_says_how_much_was_read_and_that_no_model_was_asked(mina: Slacker, thread: Message) -> None:
    modal = await (await mina.uses("Summarize thread", on=thread)).shows("Decided")
    assert "18 of 18 messages read · extractive, no model" in modal.text


@one_database
async def test_a_reply_is_summarized_with_its_whole_thread(mina: Slacker, thread: Message) -> None:
    reply = await mina.sees("#product", containing="Works for me.", thread=thread)
    modal = await (await mina.uses("Summarize thread", on=reply)).shows("18 of 18 messages read")
    assert "CSV only" in modal.text


@one_database
async def test_the_bot_s_own_posts_are_not_summed_up(mina: Slacker, slack: Slack, thread: Message) -> None:
    await mina.writes("#product", "@linchpin who owns invoice export?", thread=thread)
    await mina.sees("#product", containing="Its owner is @dana", thread=thread)
    modal = await mina.uses("Summarize thread", on=thread)
    await modal.shows("20 of 20 messages read · 1 bot post skipped")


@one_database
async def test_a_secret_in_a_thread_is_never_quoted(mina: Slacker) -> None:
    said = await mina.writes("#product", "We decided to use the key sk-a1B2c3D4a1B2c3D4a1B2c3D4a1B2c3D4 for now.")
    modal = await mina.uses("Summarize thread", on=said)
    await modal.shows("There is nothing to sum up here: no decision, no open question, no action.")
    assert "sk-a1" not in modal.text


async def test_a_summary_is_shared_in_the_thread_once_however_often_it_is_clicked(
    mina: Slacker, slack: Slack, thread: Message, bot: Linchpin
) -> None:
    modal = await (await mina.uses("Summarize thread", on=thread)).shows("Decided")
    payload = slack.sandbox.slack.payloads.click_in_view(
        mina.person.user, modal.view, *_share_button(modal.blocks), None, trigger_id="1.2.3"
    )
    await mina.clicks("Share in thread", on=modal)
    await slack.sandbox.slack.delivery.request("interactive", payload)
    shared = await mina.sees("#product", containing="Summary of this thread", thread=thread)
    await modal.shows("Shared in the thread.")
    again = await (await mina.uses("Summarize thread", on=thread)).shows("Decided")
    await mina.clicks("Share in thread", on=again)
    await again.shows("Shared in the thread.")
    assert "Let's ship CSV only" in shared.text
    assert "extractive, no model" in shared.text
    assert "[Capture]" not in shared.text
    assert stored(bot, "SELECT count(*) FROM outbox WHERE kind = 'thread_summary' AND op = 'post'") == [1]
    assert len(cards_in(slack, thread)) == 1


def _share_button(blocks: list[dict[str, object]]) -> tuple[dict[str, object], dict[str, object]]:
    block = next(one for one in blocks if "summaries.share" in str(one))
    return block, block["elements"][0]  # type: ignore[index]


async def test_feedback_found_in_a_thread_opens_the_capture_with_its_words(
    mina: Slacker, slack: Slack, thread: Message
) -> None:
    modal = await (await mina.uses("Summarize thread", on=thread)).shows("Feedback found")
    await mina.clicks("Capture", on=modal)
    capture = await mina.sees_modal("Capture feedback")
    quote = capture.fields["quote"]
    said = await mina.sees("#product", containing=quote, thread=thread)
    await capture.submit()
    card = await mina.sees("#product", containing="FB-7", thread=thread)
    assert "captured by @mina" in card.text
    assert said.raw.user != mina.id


@one_database
async def test_where_the_bot_is_no_member_it_says_how_to_bring_it_in(mina: Slacker, slack: Slack) -> None:
    said = await slack.as_("grace").writes("#leadership", "Shall we decide the tiers on Monday?")
    modal = await mina.uses("Summarize thread", on=said)
    await modal.shows("I'm not in the channel. Type /invite @linchpin in it, then try again.")


@one_database
async def test_a_summary_in_a_shared_channel_stays_with_who_asked(lee: Slacker, slack: Slack) -> None:
    said = await lee.sees("#acme-shared", containing="When can we switch on SSO?")
    modal = await (await lee.uses("Summarize thread", on=said)).shows("messages read")
    if "Share in thread" in modal.buttons:
        await lee.clicks("Share in thread", on=modal)
        await modal.shows("I may not post in this channel, so the summary stays with you.")
    assert cards_in(slack, said) == []


@one_database
async def test_a_guest_who_asks_for_a_summary_is_refused_in_a_sentence(noor: Slacker) -> None:
    said = await noor.writes("#product", "What did we decide?")
    modal = await noor.uses("Summarize thread", on=said)
    await modal.shows("Only members of this workspace can summarize threads.")


@one_database
async def test_a_summary_for_a_modal_that_was_closed_is_no_error(
    mina: Slacker, slack: Slack, thread: Message, caplog: pytest.LogCaptureFixture
) -> None:
    await (await mina.uses("Summarize thread", on=thread)).close()
    await until(
        lambda: any(call.method == "views.update" for call in slack.sandbox.calls),
        "the summary is ready and finds nobody to show it to",
    )
    await (await mina.uses("Summarize thread", on=thread)).shows("Decided")
    assert "failed" not in caplog.text


@one_database
async def test_a_message_deleted_meanwhile_does_not_shift_what_is_captured(
    mina: Slacker, slack: Slack, thread: Message
) -> None:
    modal = await (await mina.uses("Summarize thread", on=thread)).shows("Feedback found")
    first = slack.workspace.replies(thread.raw)[0]
    author = slack.as_(slack.workspace.users[first.user].name)
    words = modal.text.partition("Feedback found")[2].partition("• ")[2].partition(" [")[0]
    await author.deletes(Message(slack.workspace, first))
    await mina.clicks("Capture", on=modal)
    capture = await mina.sees_modal("Capture feedback")
    assert words in capture.fields["quote"]


@one_database
async def test_a_long_thread_is_read_page_by_page_as_fast_as_slack_allows_and_the_modal_says_how_far(
    mina: Slacker, slack: Slack, thread: Message, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("handlers.threads.PAGE", 5)
    the_second_page_has_to_wait(slack, seconds=1)
    modal = await mina.uses("Summarize thread", on=thread)
    await modal.shows("Reading the thread… 5 of 18 messages.")
    await modal.shows("18 of 18 messages read", "Let's ship CSV only")


def the_second_page_has_to_wait(slack: Slack, *, seconds: int) -> None:
    slack.sandbox.faults.delay("conversations.replies", 0.0)
    slack.sandbox.faults.rate_limit("conversations.replies", retry_after=seconds)


@one_database
async def test_a_thread_too_long_to_read_whole_is_summarized_as_far_as_it_says(
    mina: Slacker, thread: Message, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("handlers.threads.MESSAGES_AT_MOST", 10)
    await (await mina.uses("Summarize thread", on=thread)).shows("10 of 18 messages read")


@one_database
async def test_where_slack_makes_us_wait_too_long_what_is_read_is_summarized(
    mina: Slacker, slack: Slack, thread: Message, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("handlers.threads.PAGE", 12)
    the_second_page_has_to_wait(slack, seconds=60)
    modal = await (await mina.uses("Summarize thread", on=thread)).shows("12 of 18 messages read")
    assert "Let's ship CSV only" in modal.text


@one_database
async def test_a_summary_that_fails_for_good_says_so_in_its_modal(
    mina: Slacker, slack: Slack, bot: Linchpin, thread: Message, no_pauses: None
) -> None:
    slack.sandbox.faults.fail("conversations.replies", status=503, times=5)
    modal = await mina.uses("Summarize thread", on=thread)
    await modal.shows("I couldn't summarize this thread this time. Please try again in a few minutes.")
    await until(lambda: stored(bot, "SELECT status FROM job WHERE task = 'summarize_thread'") == ["dead"], "it is over")


@pytest.fixture
def no_pauses(bot: Linchpin) -> None:
    """Let a job that fails be tried again at once."""
    (runner,) = [part for part in bot._started if isinstance(part, Jobs)]
    runner._pauses = (0.0, 0.0, 0.0, 0.0)


async def test_a_shared_summary_is_brought_up_to_date_where_it_stands(
    mina: Slacker, slack: Slack, thread: Message, bot: Linchpin
) -> None:
    modal = await (await mina.uses("Summarize thread", on=thread)).shows("Decided")
    await mina.clicks("Share in thread", on=modal)
    shared = await mina.sees("#product", containing="Summary of this thread", thread=thread)
    await mina.writes("#product", "We decided to drop the PDF export for good.", thread=thread)
    await (await mina.uses("Summarize thread", on=thread)).shows("We decided to drop the PDF export for good.")
    await shared.shows("We decided to drop the PDF export for good.", "20 of 20 messages read")
    assert len(cards_in(slack, thread)) == 1


async def test_all_feedback_found_is_captured_with_one_click(
    mina: Slacker, slack: Slack, thread: Message, bot: Linchpin
) -> None:
    await mina.writes("#product", "Globex needs a column with the purchase order.", thread=thread)
    modal = await (await mina.uses("Summarize thread", on=thread)).shows("Feedback found (3)")
    found = modal.buttons.count("Capture")
    await mina.clicks("Capture all…", on=modal)
    await modal.shows("✓ captured as FB-7", f"✓ captured as FB-{6 + found}")
    assert "Capture all…" not in modal.buttons
    assert "Capture" not in modal.buttons
    assert stored(bot, "SELECT count(*) FROM feedback WHERE number > 6 AND said_by IS NOT NULL") == [found]
    again = await (await mina.uses("Summarize thread", on=thread)).shows("✓ captured as FB-7")
    assert "Capture all…" not in again.buttons


@one_database
async def test_a_thread_that_cannot_be_read_any_more_is_explained_above_the_summary(
    mina: Slacker, slack: Slack, thread: Message
) -> None:
    modal = await (await mina.uses("Summarize thread", on=thread)).shows("Feedback found")
    await mina.removes_bot("#product")
    await mina.clicks("Capture", on=modal)
    problem = await mina.sees_modal("That didn't work")
    assert problem.text == "I'm not in the channel. Type /invite @linchpin in it, then try again."
    await problem.close()
    assert (await mina.sees_modal("Thread summary")).text == modal.text


@one_database
async def test_what_no_modal_can_say_any_more_comes_as_a_direct_message(
    mina: Slacker, slack: Slack, thread: Message, monkeypatch: pytest.MonkeyPatch
) -> None:
    modal = await (await mina.uses("Summarize thread", on=thread)).shows("Feedback found")
    await mina.removes_bot("#product")
    monkeypatch.setattr(mina.slack.sandbox.slack.triggers, "seconds", -1.0)
    slack.sandbox.faults.rate_limit("chat.postMessage", times=2)  # one for it, one for what else is said just then
    await mina.clicks("Capture", on=modal)
    await mina.dm_from_bot(containing="I'm not in the channel. Type /invite @linchpin in it, then try again.")
