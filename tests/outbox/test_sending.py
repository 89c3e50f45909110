"""What is said arrives once, in order, and not too fast."""

import asyncio
from functools import partial

from bot import outbox
from storage.database import Database
from storage.migrations import bring_up
from storage.models import OutboxRow
from tests.building import TEAM, rows_of
from tests.outbox.conftest import Post, Words
from tests.outbox.small_slack import Fault, SmallSlack
from tests.waiting import until


async def test_what_is_said_is_posted_once_with_its_mark_and_a_receipt(post: Post) -> None:
    await post.say("k1", thread_ts="7.7")
    await post.start()
    row = await post.ends("k1", "sent")
    (message,) = post.slack.messages
    assert (message["text"], message["thread_ts"], message["channel"]) == ("k1", "7.7", "C1")
    assert outbox.mark_of(row) in str(message["metadata"])
    assert (row.ts, row.sent_channel) == (message["ts"], "C1")
    assert post.endings == [("k1", "sent")]


async def test_a_message_for_a_person_goes_to_the_conversation_that_slack_opens(post: Post) -> None:
    await post.say("k1", "UMINA")
    await post.say("k2", "UMINA")
    await post.start()
    await post.ends("k2", "sent")
    assert post.slack.texts("DUMINA") == ["k1", "k2"]
    assert len(post.slack.called("conversations.open")) == 1
    assert (await post.row("k1")).sent_channel == "DUMINA"


async def test_posts_of_one_channel_keep_their_order_and_a_second_between_them(post: Post) -> None:
    for key in ("a1", "a2", "a3"):
        await post.say(key, "C1")
    await post.say("b1", "C2")
    await post.start()
    await post.ends("a3", "sent")
    assert post.slack.texts("C1") == ["a1", "a2", "a3"]
    first, second, third = post.slack.times("C1")
    assert min(second - first, third - second) >= 1.0
    assert post.slack.times("C2")[0] < second


async def test_what_is_said_while_it_runs_is_sent_at_once(post: Post) -> None:
    await post.start()
    await post.say("k1")
    await post.ends("k1", "sent")


async def test_a_whisper_reaches_one_person_in_the_channel(post: Post) -> None:
    whisper = partial(outbox.whisper, team_id=TEAM, kind="word", nouns={"words": "psst"}, channel="C1", user="ULEE")
    await post.database.write(lambda session: whisper(session, key="k1"))
    await post.start()
    await post.ends("k1", "sent")
    (call,) = post.slack.called("chat.postEphemeral")
    assert (call["user"], call["text"], call["channel"]) == ("ULEE", "psst", "C1")


async def test_a_reaction_that_is_there_already_is_fine(post: Post) -> None:
    post.slack.always["reactions.add"] = Fault(error="already_reacted")
    react = partial(outbox.react, team_id=TEAM, channel="C1", message_ts="1.1", name="tada")
    await post.database.write(lambda session: react(session, key="k1"))
    await post.start()
    await post.ends("k1", "sent")


async def test_several_updates_of_one_message_are_sent_as_one(post: Post) -> None:
    await post.say("k1", words="first")
    await post.start()
    await post.ends("k1", "sent")
    await post.running.pop().stop()
    for cause in ("c1", "c2", "c3"):
        await post.database.write(partial(outbox.refresh, team_id=TEAM, target="k1", cause=cause))
    await post.start()
    await post.ends("k1~c3", "sent")
    assert [(await post.row(f"k1~c{turn}")).status for turn in (1, 2)] == ["sent", "sent"]
    assert len(post.slack.called("chat.update")) == 1


async def test_an_update_says_what_is_true_when_it_is_sent(post: Post) -> None:
    told = iter(["planned", "shipped"])

    async def words(row: OutboxRow) -> Words:
        return Words(next(told))

    post.words = words
    await post.say("k1")
    await post.start()
    await post.ends("k1", "sent")
    await post.database.write(partial(outbox.refresh, team_id=TEAM, target="k1", cause="c1"))
    await post.ends("k1~c1", "sent")
    assert post.slack.texts() == ["shipped"]


async def test_a_message_with_nothing_left_to_say_is_not_sent(post: Post) -> None:
    async def nothing(row: OutboxRow) -> None:
        return None

    post.words = nothing
    await post.say("k1")
    await post.start()
    await post.ends("k1", "dead")
    assert post.slack.messages == []


async def test_stopping_lets_the_post_under_way_finish(post: Post) -> None:
    begun, gate = asyncio.Event(), asyncio.Event()

    async def words(row: OutboxRow) -> Words:
        begun.set()
        await gate.wait()
        return Words("at last")

    post.words = words
    await post.say("k1")
    running = await post.start()
    await begun.wait()
    stopping = asyncio.ensure_future(running.stop())
    await asyncio.sleep(0)
    gate.set()
    await stopping
    assert post.slack.texts() == ["at last"]
    assert (await post.row("k1")).status == "sent"


async def test_two_outboxes_on_one_database_post_everything_once(postgres_url: str, slack: SmallSlack) -> None:
    databases = [Database(postgres_url), Database(postgres_url)]
    bring_up(databases[0].engine)
    post = Post(databases[0], slack)
    for turn in range(24):
        await post.say(f"k{turn}", f"C{turn % 12}")
    for turn, database in enumerate(databases):
        await post.start(f"process {turn}", database)

    async def all_sent() -> bool:
        return {row.status for row in await rows_of(databases[0], OutboxRow)} == {"sent"}

    await until(all_sent, "everything is sent")
    assert sorted(slack.texts()) == sorted(f"k{turn}" for turn in range(24))
    for running in post.running:
        await running.stop()
    for database in databases:
        database.close()
