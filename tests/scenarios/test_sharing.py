"""Digests and shared excerpts: previewed for one reader, posted once, never more than their audience may see."""

import re

import pytest

from bot.app import Linchpin
from tests.person import Message, Slack, Slacker
from tests.scenarios.conftest import one_database
from tests.scenarios.words import stored

MOVE = '/roadmap move RM-3 now reason:"Two renewals wait for it"'


def shared_in(slack: Slack, channel: str, words: str) -> list[Message]:
    """Return what the bot has said in a channel with these words."""
    said = [Message(slack.workspace, one) for one in slack.workspace.messages.get(channel, {}).values() if one.bot_id]
    return [one for one in said if words in one.text]


async def test_a_digest_tells_what_changed_and_what_is_new_to_whoever_asks(lee: Slacker, mina: Slacker) -> None:
    await mina.types("#product", MOVE)
    digest = await lee.types("#product", "/roadmap digest")
    assert digest.is_ephemeral
    assert digest.text.startswith("Digest · ")
    told = digest.text.partition("▲ RM-3 Audit log API · Later → Next → Now\n")[2].splitlines()[:2]
    assert told[0].startswith("↳ why: Acme and Globex need it for their auditors")
    assert told[1] == "↳ why: Two renewals wait for it"
    assert digest.text.count("↳ why: The card network moved its test window") == 1
    assert "New feedback\n" in digest.text
    assert "• Weekly roadmap → #product · Thu " in digest.text
    assert "New pricing tiers" not in digest.text
    brief = await lee.types("#product", "/roadmap digest since:1h")
    assert "0 notes" in brief.text


@one_database
async def test_a_digest_counts_what_its_reader_may_not_read_apart(lee: Slacker, mina: Slacker) -> None:
    everything = await mina.types("#product", "/roadmap digest since:60d")
    less = await lee.types("#engineering", "/roadmap digest since:60d")
    assert re.search(r"New feedback\n\d+ notes? \+ \d+ private", less.text)
    assert everything.text != less.text


async def test_a_digest_is_posted_to_the_channel_once_after_a_look_at_it(
    mina: Slacker, slack: Slack, bot: Linchpin
) -> None:
    await mina.types("#product", MOVE)
    preview = await mina.types("#product", "/roadmap digest here")
    assert preview.is_ephemeral
    assert "A preview: this is what everybody in #product will read." in preview.text
    assert shared_in(slack, "C01PRODUCT", "Digest · ") == []
    click = slack.sandbox.slack.payloads.click_in_message(
        mina.person.user, preview.raw, *_button(preview, "Post it"), None, trigger_id="1.2.3",
        response_url=slack.sandbox.slack.response_urls.new(mina.id, preview.channel, original=preview.raw)[0],
    )  # fmt: skip
    await mina.clicks("Post it", on=preview)
    post = await mina.sees("#product", containing="Digest · ")
    assert "Two renewals wait for it" in post.text
    await slack.sandbox.slack.delivery.request("interactive", click)
    await mina.sees_only_me("#product", containing="posted to #product already")
    assert stored(bot, "SELECT count(*) FROM outbox WHERE kind = 'excerpt'") == [1]


def _button(message: Message, label: str) -> tuple[dict[str, object], dict[str, object]]:
    for block in message.blocks:
        for element in block.get("elements") or []:
            if isinstance(element.get("text"), dict) and element["text"]["text"] == label:
                return block, element
    raise AssertionError(f"no {label!r} in {message.text!r}")


@one_database
async def test_the_roadmap_is_shared_without_what_not_everybody_may_read(mina: Slacker, slack: Slack) -> None:
    preview = await mina.types("#engineering", "/roadmap share to:#product")
    assert "2 left out: not for everyone in #product" in preview.text
    assert "New pricing tiers" not in preview.text
    await mina.clicks("Post it", on=preview)
    post = await mina.sees("#product", containing="RM-1 SSO for all plans · on track")
    assert "New pricing tiers" not in post.text
    assert "left out" not in post.text
    assert "$" not in post.text


@one_database
async def test_an_item_is_shared_by_its_id(mina: Slacker, slack: Slack) -> None:
    preview = await mina.types("#product", "/roadmap share RM-2")
    await mina.clicks("Post it", on=preview)
    post = await mina.sees("#product", containing="RM-2 Invoice export")
    assert "AT RISK" in post.text


@one_database
async def test_nothing_is_posted_when_it_is_cancelled(mina: Slacker, slack: Slack, bot: Linchpin) -> None:
    preview = await mina.types("#product", "/roadmap share next")
    await mina.clicks("Cancel", on=preview)
    await mina.sees_only_me("#product", containing="Nothing was posted.")
    assert stored(bot, "SELECT count(*) FROM outbox WHERE kind = 'excerpt'") == [0]


@pytest.mark.parametrize(
    ("where", "typed", "said"),
    [
        ("#acme-shared", "share RM-1", "shared with another company"),
        ("#product", "share RM-1 to:#acme-shared", "shared with another company"),
        ("#product", "share RM-1 to:#design", "Type /invite @linchpin in it"),
        ("#product", "share RM-99", "I can't find RM-99."),
        ("@linchpin", "digest here", "I can't tell where it should go."),
        ("#product", "digest since:soon", "I can't read “soon” as a time."),
    ],
)
@one_database
async def test_what_cannot_be_shared_is_refused_in_a_sentence(mina: Slacker, where: str, typed: str, said: str) -> None:
    refused = await mina.types(where, f"/roadmap {typed}")
    assert said in refused.text


@one_database
async def test_a_contributor_posts_nothing_for_all(lee: Slacker) -> None:
    refused = await lee.types("#product", "/roadmap digest here")
    assert refused.text.startswith("Only product managers can share the roadmap with a channel.")


@one_database
async def test_what_is_shared_to_a_channel_that_is_closed_meanwhile_is_told_to_whoever_shared_it(
    mina: Slacker, slack: Slack, bot: Linchpin
) -> None:
    preview = await mina.types("#product", "/roadmap share RM-1")
    slack.sandbox.faults.delay("conversations.members", 0.0)
    with bot.database.engine.begin() as connection:
        from sqlalchemy import text

        connection.execute(text("UPDATE item SET visibility = 'product' WHERE number = 1"))
    await mina.clicks("Post it", on=preview)
    await mina.dm_from_bot(containing="What you shared was not posted to #product. Not everybody there may read it")
    assert shared_in(slack, "C01PRODUCT", "RM-1 SSO for all plans · on track") == []


@one_database
async def test_a_mention_for_a_digest_is_answered_with_what_everybody_there_may_read(
    mina: Slacker, slack: Slack
) -> None:
    asked = await mina.writes("#product", "@linchpin digest")
    digest = await mina.sees("#product", containing="Digest · ", thread=asked)
    assert "New pricing tiers" not in digest.text
    asked = await mina.writes("#product", "@linchpin digest here")
    await mina.sees("#product", containing="To post a digest here, type /roadmap digest here.", thread=asked)


@one_database
async def test_a_preview_does_not_wait_for_the_members_of_a_channel(mina: Slacker, slack: Slack) -> None:
    slack.sandbox.faults.delay("conversations.members", 4)
    preview = await mina.types("#product", "/roadmap digest here")
    assert "Digest · " in preview.text
