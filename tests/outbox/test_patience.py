"""What fails again and again is tried for long, and then what comes after it goes."""

from functools import partial

import pytest
from sqlmodel import update

from bot import outbox
from bot.outbox import sender
from storage.models import OutboxRow
from tests.building import TEAM
from tests.outbox.conftest import Post, Words
from tests.outbox.small_slack import LOST_REPLY, Fault
from tests.waiting import until

POST, HISTORY = "chat.postMessage", "conversations.history"


async def test_a_slack_that_never_answers_is_given_up_to_a_person(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    _give_up_after(4, monkeypatch)
    post.slack.always[POST] = Fault(500, "internal_error")
    await post.say("k1")
    await post.start()
    await post.ends("k1", "held")
    assert len(post.slack.called(POST)) == sender.TRIES
    assert post.endings == [("k1", "held")]


@pytest.mark.parametrize("age", [3600.0, 86400.0])
async def test_after_a_long_outage_lost_replies_ask_nobody_to_decide(post: Post, age: float) -> None:
    await post.say("k1")
    await _leave_in_doubt(post, age=age, tries=2 * sender.TRIES)
    post.slack.faults[POST] += [Fault(503, ""), LOST_REPLY]
    await post.start()
    await post.ends("k1", "sent")
    assert post.slack.texts() == ["k1"]


async def test_what_is_not_old_is_looked_for_and_posted_however_often_its_reply_is_lost(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sender, "TRIES", 2)
    post.slack.faults[POST] += [Fault(503, "")] * 3
    await post.say("k1")
    await post.start()
    await post.ends("k1", "sent")
    assert (post.slack.texts(), len(post.slack.called(HISTORY))) == (["k1"], 3)


async def test_each_answer_that_is_missed_is_waited_for_longer(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    _give_up_after(3, monkeypatch)
    post.slack.always[POST] = Fault(500, "internal_error")
    await post.say("k1")
    await post.start(settle_seconds=0.7)
    await post.ends("k1", "held")
    first, second, third = post.slack.times("C1")
    assert second - first >= 0.7
    assert third - second >= 1.4


@pytest.mark.parametrize("method", ["chat.update", "reactions.add"])
async def test_an_edit_or_a_reaction_that_never_succeeds_does_not_block_its_channel(
    post: Post, method: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    _give_up_after(4, monkeypatch)
    post.slack.always[method] = Fault(500, "internal_error")
    await post.say("k1")
    await post.start()
    await post.ends("k1", "sent")
    await _change(post, method)
    await post.say("k3")
    await post.ends("k3", "sent")
    assert (await post.row("k1~k2")).status == "dead"
    assert (len(post.slack.called(method)), post.slack.texts()) == (sender.TRIES, ["k1", "k3"])


@pytest.mark.parametrize("method", ["chat.update", "reactions.add"])
async def test_an_edit_or_a_reaction_outlives_a_slack_that_is_away_for_long(
    post: Post, method: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sender, "TRIES", 2)
    post.slack.faults[method] += [Fault(503, "")] * 3
    await post.say("k1")
    await post.start()
    await post.ends("k1", "sent")
    await _change(post, method)
    await post.say("k3")
    await post.ends("k3", "sent")
    assert ((await post.row("k1~k2")).status, len(post.slack.called(method))) == ("sent", 4)


async def test_what_only_a_newer_replica_can_say_waits_for_it(post: Post) -> None:
    words = {"words": "new"}
    say = partial(outbox.say, team_id=TEAM, key="k1", kind="new kind", nouns=words, channel="C1")
    await post.database.write(say)
    older = await post.start()
    await _is_left(post, "k1")
    await older.stop()
    newer = sender.Outbox(
        post.database, post.slack.client(),
        owner="b", renderers={"new kind": _word}, receipts={},
    )  # fmt: skip
    await newer.start()
    await post.ends("k1", "sent")
    await newer.stop()
    assert post.slack.texts() == ["new"]


async def test_what_only_a_newer_replica_can_say_waits_for_it_after_an_outage_too(post: Post) -> None:
    say = partial(outbox.say, team_id=TEAM, key="k1", kind="new kind", nouns={}, channel="C1")
    await post.database.write(say)
    await _leave_in_doubt(post, age=86400.0, tries=2 * sender.TRIES)
    await post.start()
    await _is_left(post, "k1")


async def test_what_nobody_can_say_does_not_block_its_channel(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    _give_up_after(1, monkeypatch)
    say = partial(outbox.say, team_id=TEAM, key="k1", kind="old kind", nouns={}, channel="C1")
    await post.database.write(say)
    await post.say("k2")
    await post.start()
    await post.ends("k2", "sent")
    assert (await post.row("k1")).status == "dead"


def _give_up_after(tries: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let what has failed so often end, however short Slack was away."""
    monkeypatch.setattr(sender, "TRIES", tries)
    monkeypatch.setattr(sender, "AWAY_SECONDS", 0.0)


async def _leave_in_doubt(post: Post, *, age: float, tries: int) -> None:
    """Leave the only row as a long outage does: it may have been posted, and many looks have failed since."""
    created_at = await post.database.machine_now() - age
    left = update(OutboxRow).values(status="sending", owner="before", tries=tries, created_at=created_at)
    await post.database.write(lambda session: session.exec(left))


async def _is_left(post: Post, key: str) -> None:
    """Wait until a replica has met a message that it cannot say, and leaves it alone."""

    async def left() -> bool:
        row = await post.row(key)
        return row.status != "sending" and row.error is not None

    await until(left, "the replica leaves it alone")
    assert (await post.row(key)).status == "new"


async def _change(post: Post, method: str) -> None:
    """Edit the post k1, or react, with `method`."""
    if method == "chat.update":
        await post.database.write(partial(outbox.refresh, team_id=TEAM, target="k1", cause="k2"))
    else:
        react = partial(outbox.react, team_id=TEAM, key="k1~k2", channel="C1", message_ts="1.1", name="tada")
        await post.database.write(react)


async def _word(row: OutboxRow) -> Words:
    return Words(str(row.nouns["words"]))
