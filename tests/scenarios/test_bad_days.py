"""Bad days, each tried at its doors: one sentence says what to do next, and nobody's words are lost."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, closing
from functools import partial

import pytest

from bot.app import Linchpin
from tests.person import Message, Modal, Slack, Slacker
from tests.scenarios.conftest import one_database
from tests.scenarios.test_errors import DOWN, lose_tables
from tests.scenarios.words import captured_by, cards_in, stored, wears_receipt

pytestmark = one_database

WISH = "Stark wants to see who changed a payout."
SILENT = "Slack didn't answer me just now. Please try again in a minute."
LATE = "That took too long to open. Nothing is lost; please try it once more."
BUSY = "That was not saved. Nothing is lost on your side; please try again in a minute."
FULL = "The disk of the Linchpin server is full, so that was not saved. Make room, or tell an admin."


@pytest.fixture
async def said(sofia: Slacker) -> Message:
    """Return what a customer said, in a channel of the company's own."""
    return await sofia.writes("#support", WISH)


def _fails(slack: Slack, _: pytest.MonkeyPatch) -> None:
    slack.sandbox.faults.fail("views.open", status=503)


def _is_cut_off(slack: Slack, _: pytest.MonkeyPatch) -> None:
    slack.sandbox.faults.lose_reply("views.open")


def _is_late(slack: Slack, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slack.sandbox.slack.triggers, "seconds", -1.0)


@pytest.mark.parametrize(
    ("trouble", "why"), [(_fails, SILENT), (_is_cut_off, SILENT), (_is_late, LATE)], ids=["down", "cut off", "late"]
)
async def test_where_no_form_opens_what_was_typed_comes_back(
    lee: Slacker, slack: Slack, monkeypatch: pytest.MonkeyPatch, broken: None, trouble: Callable[..., None], why: str
) -> None:
    trouble(slack, monkeypatch)
    reply = await lee.types("#support", "/feedback *Stark* needs <b> & `exports` for:Acme")
    assert reply.raw.text == f"{why}\n```/feedback *Stark* needs &lt;b&gt; &amp; `exports` for:Acme```"
    assert reply.is_ephemeral


async def test_a_command_that_does_nothing_gives_the_words_back(
    mina: Slacker, lee: Slacker, bot: Linchpin, broken: None
) -> None:
    refused = await lee.types("#product", "/roadmap add Offline mode for the night shift at Hooli")
    assert refused.raw.text.endswith("```/roadmap add Offline mode for the night shift at Hooli```")
    for typed in (
        "/roadmap add Offline mode for the night shift due:soonish",
        "/roadmap add Offline mode for the night shift weight:blocker",
        "/roadmap move RM-3 next the auditors ask for it every quarter",
        "/roadmap prioritise RM-3 before the auditors of Hooli come",
    ):
        undone = await mina.types("#product", typed)
        assert undone.raw.text.endswith(f"```{typed}```")
    lose_tables(bot, "intake")
    unsaved = await mina.types("#product", '/roadmap move RM-3 next reason:"the auditors ask for it"')
    assert unsaved.raw.text == f'{DOWN}\n```/roadmap move RM-3 next reason:"the auditors ask for it"```'


@asynccontextmanager
async def locked(bot: Linchpin) -> AsyncIterator[None]:
    """Let another process write to the database, and not stop."""
    with closing(sqlite3.connect(str(bot.database.engine.url.database), isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


@asynccontextmanager
async def full(bot: Linchpin) -> AsyncIterator[None]:
    """Leave no room on the disk."""
    await _let_grow_to(bot, 1)
    yield
    await _let_grow_to(bot, 1_000_000)


async def _let_grow_to(bot: Linchpin, pages: int) -> None:
    """Limit the database's file, but to no less than it is: for the one connection that writes."""
    await bot.database.write(lambda session: session.connection().exec_driver_sql(f"PRAGMA max_page_count={pages}"))


@pytest.mark.parametrize(("trouble", "why"), [(locked, BUSY), (full, FULL)], ids=["locked", "full"])
async def test_while_the_database_takes_nothing_everybody_is_told_in_time_and_nothing_is_lost(
    mina: Slacker, lee: Slacker, slack: Slack, bot: Linchpin, said: Message, broken: None,
    trouble: Callable[[Linchpin], AbstractAsyncContextManager[None]], why: str,
) -> None:  # fmt: skip
    await captured_by(mina, said)
    card = await mina.sees("#support", containing="Me too · 1", thread=said)
    await wears_receipt(slack, said)
    modal = (await mina.uses("Capture feedback", on=await mina.writes("#product", "An audit log, please."))).fill(
        problem="Payouts can't be traced. " * 6
    )
    home = await lee.opens_home("Lee")
    async with trouble(bot):
        while why == FULL and (await lee.types("#sales", f"/roadmap add {'x' * 3000}")).text[: len(why)] != why:
            pass  # what is left of the last pages is used up first
        typed, errors, summary, *_ = await asyncio.gather(
            mina.types("#product", "/feedback Stark wants exports by Friday"),
            modal.submit(),
            mina.runs("Summarize thread", on=said),
            lee.clicks("Me too · 1", on=card),
            lee.clicks("Capture", on=home),
        )
        assert typed.raw.text == f"{why}\n```/feedback Stark wants exports by Friday```"
        assert (errors, modal.is_open) == ({"quote": why}, True)
        assert summary.text == why
        assert (await lee.sees_only_me("#support")).text == why
        assert (await lee.sees_modal("That didn't work")).text == why
    assert modal.fields["problem"] == "Payouts can't be traced. " * 6
    assert await modal.submit() is None


@pytest.mark.parametrize(("trouble", "why"), [(_fails, SILENT), (_is_late, LATE)], ids=["down", "late"])
async def test_at_every_door_a_form_that_does_not_open_is_explained(
    mina: Slacker, slack: Slack, said: Message, monkeypatch: pytest.MonkeyPatch, trouble: Callable[..., None], why: str
) -> None:
    await captured_by(mina, said)
    card = await mina.sees("#support", containing="FB-7", thread=said)
    overview, home = await mina.types("#product", "/roadmap"), await mina.opens_home("Mina")
    for shortcut in ("Capture feedback", "Link to roadmap item", "Ask roadmap about this", "Summarize thread"):
        trouble(slack, monkeypatch)
        assert (await mina.runs(shortcut, on=said)).text == why
    for command in ("/roadmap edit RM-4", "/roadmap channel", "/roadmap feedback"):
        trouble(slack, monkeypatch)
        assert (await mina.types("#product", command)).text == why
    for label, on in (("Edit", card), ("Ask a question", overview)):
        before = len(slack.workspace.ephemerals)
        trouble(slack, monkeypatch)
        await mina.clicks(label, on=on)
        await slack.until(partial(_something_new, slack, before), f"{label} was silent")
        assert slack.workspace.ephemerals[-1].text == why
    trouble(slack, monkeypatch)
    await mina.clicks("Capture", on=home)
    if why == LATE:
        await mina.dm_from_bot(containing=why)
    else:
        assert (await mina.sees_modal("That didn't work")).text == why


def _something_new(slack: Slack, before: int) -> bool | None:
    return len(slack.workspace.ephemerals) > before or None


async def test_without_a_scope_a_summary_says_what_to_ask_for(lee: Slacker, slack: Slack, said: Message) -> None:
    scopes = slack.sandbox.app.manifest["oauth_config"]["scopes"]["bot"]
    scopes[:] = [scope for scope in scopes if scope != "channels:history"]
    summary = await lee.uses("Summarize thread", on=said)
    await summary.shows(
        "Slack has not granted me what this needs. Ask an admin to install Linchpin again with all its scopes"
    )


async def test_in_an_archived_channel_nothing_is_posted_and_what_is_captured_or_linked_is_kept(
    mina: Slacker, lee: Slacker, slack: Slack, said: Message
) -> None:
    second = await mina.writes("#support", "An audit log, please.")
    await mina.archives("#support")
    captured = await (await lee.uses("Capture feedback", on=said)).fill(problem="Payouts can't be traced").submit()
    linked = await (await lee.uses("Link to roadmap item", on=second)).fill(match="RM-3").submit()
    assert isinstance(captured, Modal)
    assert "FB-7 waiting for triage" in captured.text
    assert isinstance(linked, Modal)
    assert "FB-8 linked to RM-3" in linked.text
    await lee.dm_from_bot(containing="FB-7")
    archived = "That channel is archived. Bring it back in Slack, or choose another channel, then try again."
    for typed in ("share RM-3 to:#support", 'schedule new "Weekly" every:thu to:#support', "channel #support"):
        assert (await mina.types("#product", f"/roadmap {typed}")).text.startswith(archived)
    assert cards_in(slack, said) == []


async def test_a_thread_that_is_deleted_while_it_is_read_is_said_to_be_gone(
    lee: Slacker, sofia: Slacker, slack: Slack, said: Message
) -> None:
    slack.sandbox.faults.rate_limit("conversations.replies", retry_after=1)
    summary = await lee.uses("Summarize thread", on=said)
    await sofia.deletes(said)
    await summary.shows("This thread is gone. Choose another one, then try again.")


async def test_a_message_that_is_deleted_while_it_is_being_linked_is_not_kept(
    lee: Slacker, sofia: Slacker, slack: Slack, bot: Linchpin, said: Message
) -> None:
    link = await lee.uses("Link to roadmap item", on=said)
    await sofia.deletes(said)
    await slack.settled()
    await link.fill(item="RM-9").submit()
    await lee.dm_from_bot(containing="The message of FB-7 was deleted in Slack. Its text is gone here, too.")
    assert stored(bot, "SELECT quote FROM feedback WHERE number = 7") == [""]


async def test_two_people_who_edit_one_piece_of_feedback_put_nobody_s_words_over_the_other_s(
    mina: Slacker, lee: Slacker, said: Message
) -> None:
    await captured_by(lee, said)
    card = await lee.sees("#support", containing="FB-7", thread=said)
    for person in (mina, lee):
        await person.clicks("Edit", on=card)
    hers, his = await mina.sees_modal("Edit FB-7"), await lee.sees_modal("Edit FB-7")
    assert await hers.fill(problem="Payouts can't be traced", theme="audit").submit() is None
    again = await his.fill(problem="Nobody sees who paid", weight="Blocker").submit()
    assert isinstance(again, Modal)
    assert "This changed while you were writing." in again.text
    assert "problem: Payouts can't be traced" in again.text
    assert (again.fields["problem"], again.fields["weight"]) == ("Nobody sees who paid", "Blocker")
    assert await again.submit() is None
    await card.shows("Nobody sees who paid · Blocker")
    await mina.clicks("Edit", on=card)
    assert (await mina.sees_modal("Edit FB-7")).fields["theme"] == "audit"
