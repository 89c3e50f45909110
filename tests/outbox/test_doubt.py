"""What goes wrong on the way never makes a message lost, or said twice."""

import asyncio
from functools import partial

import pytest

from bot import outbox
from bot.errors import NotSavedError
from bot.outbox import doubles, sender
from storage import outbox as rows
from storage.models import OutboxRow
from tests.building import TEAM
from tests.outbox.conftest import Post, Words
from tests.outbox.small_slack import LOST_REPLY, Fault, SmallSlack, ratelimited
from tests.waiting import until

POST, HISTORY = "chat.postMessage", "conversations.history"


@pytest.mark.parametrize("thread_ts", [None, "7.7"])
async def test_a_post_whose_reply_was_lost_is_found_by_its_mark(post: Post, thread_ts: str | None) -> None:
    post.slack.faults[POST].append(LOST_REPLY)
    await post.say("k1", thread_ts=thread_ts)
    await post.start()
    row = await post.ends("k1", "sent")
    assert post.slack.texts() == ["k1"]
    assert (row.ts, row.sent_channel) == (post.slack.messages[0]["ts"], "C1")
    assert post.endings == [("k1", "sent")]


async def test_a_lost_direct_message_is_found_in_its_conversation(post: Post) -> None:
    post.slack.faults[POST].append(LOST_REPLY)
    await post.say("k1", "UMINA")
    await post.start()
    assert (await post.ends("k1", "sent")).sent_channel == "DUMINA"
    assert post.slack.texts() == ["k1"]


@pytest.mark.parametrize("fault", [Fault(500, "internal_error"), Fault(200, "fatal_error"), Fault(503, "")])
async def test_a_server_error_is_looked_into_and_then_sent_again(post: Post, fault: Fault) -> None:
    post.slack.faults[POST].append(fault)
    await post.say("k1")
    await post.start()
    await post.ends("k1", "sent")
    assert [method for method, _, _ in post.slack.calls] == [POST, HISTORY, POST]
    assert post.slack.texts() == ["k1"]


@pytest.mark.parametrize(
    "fault",
    [
        Fault(instead="<html>Please sign in to this network</html>"),
        Fault(instead='{"ok": tr', content_type="application/json"),
        Fault(instead="null", content_type="application/json"),
        Fault(instead="ok", content_type="text/plain"),
        Fault(403, ""),
        Fault(407, "", content_type="text/plain"),
    ],
)
async def test_an_answer_that_is_not_slacks_tells_nothing_so_it_looks(post: Post, fault: Fault) -> None:
    post.slack.faults[POST].append(fault)
    await post.say("k1")
    await post.start()
    await post.ends("k1", "sent")
    assert post.slack.called(HISTORY) != []
    assert post.slack.texts() == ["k1"]


async def test_a_post_is_found_though_slacks_clock_is_far_behind_ours(post: Post) -> None:
    post.slack.slow = 600.0
    post.slack.faults[POST].append(LOST_REPLY)
    await post.say("k1")
    await post.start()
    await post.ends("k1", "sent")
    assert post.slack.texts() == ["k1"]


@pytest.mark.parametrize("fault", [ratelimited(0), Fault(500, "internal_error"), Fault(503, ""), LOST_REPLY])
async def test_a_look_that_fails_is_made_again_before_anything_is_posted_again_or_a_person_is_asked(
    post: Post, fault: Fault, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sender, "TRIES", 2)
    post.slack.faults[POST].append(LOST_REPLY)
    post.slack.faults[HISTORY].append(fault)
    await post.say("k1")
    await post.start()
    await post.ends("k1", "sent")
    assert post.slack.texts() == ["k1"]
    assert len(post.slack.called(POST)) == 1


@pytest.mark.parametrize("error", ["missing_scope", "not_in_channel", "channel_not_found"])
async def test_where_it_may_not_look_a_person_decides(post: Post, error: str) -> None:
    post.slack.faults[POST].append(LOST_REPLY)
    post.slack.always[HISTORY] = Fault(error=error)
    await post.say("k1")
    await post.say("k2")
    await post.start()
    assert (await post.ends("k1", "held")).error == error
    await post.ends("k2", "sent")
    assert post.slack.texts() == ["k1", "k2"]
    assert post.endings == [("k1", "held"), ("k2", "sent")]


async def test_where_more_was_said_than_it_can_read_a_person_decides(post: Post) -> None:
    post.slack.faults[POST].append(LOST_REPLY)
    post.slack.endless_history = True
    await post.say("k1")
    await post.start()
    await post.ends("k1", "held")
    assert len(post.slack.called(HISTORY)) == doubles.PAGES
    assert post.slack.texts() == ["k1"]


async def test_a_held_post_is_sent_again_when_somebody_says_so(post: Post) -> None:
    post.slack.faults[POST].append(Fault(500, "internal_error"))
    post.slack.always[HISTORY] = Fault(error="missing_scope")
    await post.say("k1")
    await post.start()
    await post.ends("k1", "held")
    again = partial(rows.settle, team_id=TEAM, key="k1", status="new")
    await post.database.write(again)
    assert post.tries == [(await post.ends("k1", "sent")).tries - 1, (await post.row("k1")).tries]
    assert post.slack.texts() == ["k1"]


async def test_a_rate_limit_is_waited_for_and_only_in_its_channel(post: Post) -> None:
    post.slack.faults[POST].append(ratelimited(2))
    await post.say("a1", "C1")
    await post.start()
    await until(lambda: len(post.slack.times("C1")) == 1, "the first try was made")
    await post.say("a2", "C1")
    await post.say("b1", "C2")
    await post.ends("a2", "sent")
    assert post.slack.texts("C1") == ["a1", "a2"]
    refused, sent, _ = post.slack.times("C1")
    assert sent - refused >= 2.0
    assert post.slack.times("C2")[0] < sent
    assert post.slack.called(HISTORY) == []


async def test_a_pause_that_is_not_told_in_seconds_is_a_short_one(post: Post) -> None:
    post.slack.faults[POST].append(Fault(429, "ratelimited", {"Retry-After": "Wed, 21 Oct 2026 07:28:00 GMT"}))
    await post.say("k1")
    await post.start()
    await post.ends("k1", "sent")
    assert post.slack.texts() == ["k1"]


@pytest.mark.parametrize("error", ["account_inactive", "token_revoked"])
async def test_while_the_app_is_taken_out_what_is_to_be_said_waits(post: Post, error: str) -> None:
    post.slack.faults[POST] += [LOST_REPLY, Fault(error=error)]
    post.slack.faults[HISTORY].append(Fault(error=error))
    await post.say("k1")
    await post.say("k2")
    await post.start()
    await post.ends("k2", "sent")
    assert post.slack.texts() == ["k1", "k2"]
    assert post.endings == [("k1", "sent"), ("k2", "sent")]


async def test_what_cannot_be_asked_before_it_is_said_is_asked_again(post: Post) -> None:
    silent = [NotSavedError("Slack is silent.")]

    async def words(row: OutboxRow) -> Words:
        if silent:
            raise silent.pop()
        return Words(str(row.nouns["words"]))

    post.words = words
    await post.say("k1")
    await post.say("k2")
    await post.start()
    await post.ends("k2", "sent")
    assert post.slack.texts() == ["k1", "k2"]
    assert post.slack.called(HISTORY) == [], "it was known that nothing had been sent"


async def test_a_slack_that_cannot_be_reached_is_tried_again_without_doubt(post: Post) -> None:
    await post.say("k1")
    async with SmallSlack() as gone:
        client = gone.client()
    nowhere = sender.Outbox(
        post.database, client,
        owner="a", renderers={"word": _word}, receipts={},
    )  # fmt: skip
    await nowhere.start()

    async def tried() -> bool:
        return (await post.row("k1")).error is not None

    await until(tried, "the outbox has noticed")
    await nowhere.stop()
    row = await post.row("k1")
    assert (row.status, row.lease_until) == ("new", 0.0)
    await post.start()
    await post.ends("k1", "sent")
    assert [method for method, _, _ in post.slack.calls] == [POST]


@pytest.mark.parametrize("error", ["channel_not_found", "is_archived", "not_in_channel", "msg_too_long"])
async def test_what_slack_refuses_for_good_is_dead_and_its_owner_hears_of_it(post: Post, error: str) -> None:
    post.slack.faults[POST].append(Fault(error=error))
    await post.say("k1")
    await post.say("k2")
    await post.start()
    assert (await post.ends("k1", "dead")).error == error
    await post.ends("k2", "sent")
    assert post.endings == [("k1", "dead"), ("k2", "sent")]


async def test_a_message_that_cannot_be_rendered_does_not_block_its_channel(post: Post) -> None:
    async def words(row: OutboxRow) -> Words:
        return Words(str(row.nouns["words"] if row.key == "k2" else row.nouns["missing"]))

    post.words = words
    await post.say("k1")
    await post.say("k2")
    await post.start()
    await post.ends("k1", "dead")
    await post.ends("k2", "sent")
    assert post.slack.texts() == ["k2"]


async def test_a_crash_after_the_post_is_noticed_by_its_successor(post: Post) -> None:
    await post.say("k1")
    (claimed,) = await post.database.write(
        lambda session: rows.claim_across_teams(session, owner="before", now=1e10, seconds=-1e10, limit=1)
    )
    await post.slack.client().chat_postMessage(
        channel="C1", text="k1",
        metadata={"event_type": outbox.MARK, "event_payload": {"key": outbox.mark_of(claimed.row)}},
    )  # fmt: skip
    await post.start("after")
    await post.ends("k1", "sent")
    assert post.slack.texts() == ["k1"]


async def test_a_sender_that_was_asleep_until_its_lease_was_nearly_over_posts_nothing(post: Post) -> None:
    rendered = asyncio.Event()

    async def words(row: OutboxRow) -> Words:
        rendered.set()
        return Words("late")

    post.words = words
    await post.say("k1")
    sleeper = await post.start(lease_seconds=2 * sender.REQUEST_SECONDS)  # so that no time at all is left
    await rendered.wait()
    await sleeper.stop()
    assert post.slack.messages == []
    assert (await post.row("k1")).status == "sending"


async def test_a_whisper_of_unknown_outcome_is_not_repeated(post: Post) -> None:
    post.slack.faults["chat.postEphemeral"].append(LOST_REPLY)
    whisper = partial(outbox.whisper, team_id=TEAM, kind="word", nouns={"words": "psst"}, channel="C1", user="ULEE")
    await post.database.write(lambda session: whisper(session, key="k1"))
    await post.start()
    await post.ends("k1", "sent")
    assert len(post.slack.called("chat.postEphemeral")) == 1


async def _word(row: OutboxRow) -> Words:
    return Words(str(row.nouns["words"]))
