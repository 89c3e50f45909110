"""Channels: the greeting, what an admin sets up in each, and how they close."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.app import Linchpin
from bot.services import channels
from handlers.directory import SilentSlackError, get_channel, known_channel
from storage.models import Reader, Role
from tests.person import Message, Modal, Slack, Slacker
from tests.scenarios.conftest import one_database
from tests.scenarios.words import all_done, captured_by, stored
from tests.waiting import until

WISH = "Stark wants to see who changed a payout, and when."


@one_database
async def test_the_bot_says_once_what_it_does_where_it_is_invited(mina: Slacker, slack: Slack, bot: Linchpin) -> None:
    await mina.invites_bot("#design")
    greeting = await mina.sees("#design", containing="I'm Linchpin")
    assert ":bulb: keeps a wish · :bug: a problem · :heavy_plus_sign: says me too" in greeting.text
    assert greeting.buttons == ["Set up this channel", "Help"]
    await mina.removes_bot("#design")
    await mina.invites_bot("#design")
    await all_done(slack, bot)
    said = [one for one in slack.workspace.messages["C01DESIGN"].values() if one.bot_id]
    assert len(said) == 1
    await mina.clicks("Help", on=greeting)
    await mina.sees_only_me("#design", containing="What you can type")


@one_database
async def test_in_a_shared_channel_only_the_inviter_is_greeted(mina: Slacker, slack: Slack, bot: Linchpin) -> None:
    slack.workspace.channels["C01DESIGN"].is_ext_shared = True
    await mina.invites_bot("#design")
    await mina.dm_from_bot(containing="Thanks for bringing me to #design. It is shared with another company")
    await all_done(slack, bot)
    assert [one for one in slack.workspace.messages.get("C01DESIGN", {}).values() if one.bot_id] == []


async def test_an_admin_maps_reactions_and_names_the_customer_at_once(
    mina: Slacker, lee: Slacker, sofia: Slacker, slack: Slack, bot: Linchpin
) -> None:
    modal = await mina.opens("#support", "/roadmap channel")
    assert modal.fields["request"] == ":bulb:"
    modal.fill(customer="Initech", request=":tada: :bulb:", problem="", visibility="Product team")
    other = Reader(bot.house.identity.team_id, "U01GRACE", Role.ADMIN)
    plan = channels.Plan(customer="Acme")
    now = bot.house.now()
    await channels.set_up(bot.database, by=other, channel_id="C01SUPPORT", plan=plan, cause="c", now=now)
    again = await modal.submit()
    assert isinstance(again, Modal)
    assert "This changed while you were writing." in again.text
    assert "• Customer whose channel this is: Acme" in again.text
    assert (again.fields["customer"], again.fields["request"]) == ("Initech", ":tada: :bulb:")
    saved = await again.submit()
    assert isinstance(saved, Modal)
    assert saved.text == "Saved. #support works like this from now on."
    said = await sofia.writes("#support", WISH)
    await lee.reacts(said, "tada")
    await lee.sees("#support", containing="FB-7", thread=said)
    assert stored(bot, "SELECT visibility FROM feedback WHERE number = 7") == ["product"]
    kept = "SELECT count(*) FROM change WHERE ref = '#C01SUPPORT' AND field LIKE 'channel %' AND by = 'U01MINA'"
    assert stored(bot, kept) == [3]
    again = await mina.opens("#support", "/roadmap channel #support")
    assert (again.fields["customer"], again.fields["problem"]) == ("Initech", None)


@one_database
async def test_an_emoji_that_is_none_or_means_two_things_keeps_the_form_open(mina: Slacker) -> None:
    modal = await mina.opens("#support", "/roadmap channel")
    await modal.fill(problem="a bug!").submit()
    assert modal.errors == {"problem": "“bug!” is no emoji name. Write it as you type it in Slack, like :bulb:."}
    await modal.fill(problem=":bulb:").submit()
    assert modal.errors == {"problem": ":bulb: can't mean two things. Choose another emoji for one of them."}


@one_database
async def test_only_an_admin_sets_up_a_channel(lee: Slacker, mina: Slacker, slack: Slack) -> None:
    refused = await lee.types("#support", "/roadmap channel")
    assert refused.text.startswith("Only admins can")
    await mina.invites_bot("#design")
    greeting = await mina.sees("#design", containing="I'm Linchpin")
    await slack.as_("yuki").clicks("Set up this channel", on=greeting)
    await slack.as_("yuki").sees_only_me("#design", containing="Only admins can set up channels")
    assert slack.workspace.top_view(slack.as_("yuki").id) is None


@one_database
async def test_where_the_bot_is_not_the_setup_says_how_to_bring_it_in(mina: Slacker) -> None:
    closed = await mina.types("#product", "/roadmap channel #design")
    assert closed.text == "I'm not in #design. Type /invite @linchpin there, then try again."


@one_database
async def test_a_channel_closes_the_moment_it_is_shared_even_if_slack_says_no_more(
    mina: Slacker, lee: Slacker, sofia: Slacker, slack: Slack, bot: Linchpin
) -> None:
    said = await sofia.writes("#support", WISH)
    await mina.shares("#support")
    slack.sandbox.faults.fail("conversations.info", times=50)
    await lee.reacts(said, "bulb")
    await lee.writes("#support", "@linchpin what is on the roadmap?")
    await all_done(slack, bot)
    assert _public(slack, "C01SUPPORT", since=said) == []


@one_database
async def test_a_channel_closes_too_when_its_sharing_is_told_late_and_slack_says_no_more(
    slack: Slack, bot: Linchpin, broken: None
) -> None:
    slack.workspace.channels["C01SUPPORT"].is_ext_shared = True
    slack.sandbox.faults.fail("conversations.info", times=50)
    _is_told_late_of_sharing(slack, "C01SUPPORT")
    await until(lambda: stored(bot, "SELECT max(failures) FROM intake") == [1], "the first try fails")
    assert stored(bot, "SELECT is_shared FROM channel WHERE channel_id = 'C01SUPPORT'") == [1]


def _is_told_late_of_sharing(slack: Slack, channel_id: str) -> None:
    happened = f"{slack.workspace.clock.now() - 3600:.6f}"
    event = {"type": "channel_shared", "channel": channel_id, "event_ts": happened}
    slack.sandbox.slack.events.send("channel_shared", event)


@one_database
async def test_a_reaction_waits_until_slack_says_what_the_channel_is_by_now(
    lee: Slacker, sofia: Slacker, slack: Slack, bot: Linchpin, broken: None
) -> None:
    said = await sofia.writes("#support", WISH)
    slack.workspace.channels["C01SUPPORT"].is_ext_shared = True  # and the event that would say so is lost
    slack.moves_clock_to(_now(slack) + timedelta(hours=2))
    slack.sandbox.faults.fail("conversations.info")
    await lee.reacts(said, "bulb")
    await until(lambda: stored(bot, "SELECT max(failures) FROM intake") == [1], "the first try fails")
    await all_done(slack, bot)
    assert _public(slack, "C01SUPPORT", since=said) == []
    assert said.reactions == {"bulb": ["lee"]}


@one_database
async def test_a_shared_channel_is_answered_for_customers_once_an_admin_allows_it(
    mina: Slacker, slack: Slack, bot: Linchpin
) -> None:
    hannah = slack.as_("hannah")
    asked = await hannah.writes("#acme-shared", "@linchpin when do we get SSO?")
    await all_done(slack, bot)
    assert _public(slack, "C01ACMESHARED", since=asked) == []
    assert not any(one.only_for == hannah.id for one in slack.workspace.ephemerals)
    modal = await mina.opens("#acme-shared", "/roadmap channel")
    assert "never dates, money or names" in modal.text
    saved = await modal.fill(customer="Acme", customer_view="Yes").submit()
    assert isinstance(saved, Modal)
    asked = await hannah.writes("#acme-shared", "@linchpin when do we get SSO?")
    answer = await hannah.sees("#acme-shared", containing="SSO", thread=asked)
    said = 'SSO for all plans is on our roadmap under "Now". We don\'t share dates here; your contact is @lee.'
    assert answer.text == said
    _is_told_late_of_sharing(slack, "C01ACMESHARED")  # which was before she allowed it
    await all_done(slack, bot)
    asked = await hannah.writes("#acme-shared", "@linchpin show RM-1")
    answer = await hannah.sees("#acme-shared", containing="roadmap", thread=asked)
    assert answer.text == said
    asked = await hannah.writes("#acme-shared", "@linchpin what did Globex ask for?")
    answer = await hannah.sees("#acme-shared", containing="contact", thread=asked)
    assert answer.text == "I can't say anything about that here; your contact is @lee."
    assert "silent" not in (await mina.types("#product", "/roadmap setup")).text
    await mina.unshares("#acme-shared")
    await all_done(slack, bot)
    await mina.shares("#acme-shared")
    asked = await mina.writes("#acme-shared", "@linchpin when do we get SSO?")
    told = await mina.sees_only_me("#acme-shared", containing="I don't answer mentions in channels shared")
    assert "/roadmap and your question: only you see the answer." in told.text.replace("`", "")
    await all_done(slack, bot)
    assert _public(slack, "C01ACMESHARED", since=asked) == []


@one_database
async def test_a_card_in_a_channel_that_was_shared_meanwhile_says_nothing_any_more(
    mina: Slacker, lee: Slacker, sofia: Slacker, omar: Slacker, slack: Slack, bot: Linchpin
) -> None:
    said = await sofia.writes("#support", WISH)
    ref = await captured_by(lee, said, problem="Payouts can't be traced")
    card = await lee.sees("#support", containing=ref, thread=said)
    await mina.shares("#support")
    await omar.clicks("Me too · 1", on=card)
    await card.shows("shared with another company now")
    assert ref not in card.text
    assert "Payouts" not in card.text
    await mina.unshares("#support")
    await all_done(slack, bot)
    await omar.reacts(said, "heavy_plus_sign")
    await mina.reacts(said, "heavy_plus_sign")
    await card.shows(ref, "Payouts can't be traced", "Me too · 3")


@one_database
async def test_what_opens_a_channel_is_believed_for_an_hour_while_slack_is_silent(
    mina: Slacker, slack: Slack, bot: Linchpin
) -> None:
    where = (bot.house, bot.house.identity.team_id, "C01SUPPORT")
    known = await get_channel(*where, anew=True)
    assert known is not None
    slack.sandbox.faults.fail("conversations.info", times=3)
    slack.moves_clock_to(_now(slack) + timedelta(minutes=59))
    found = await known_channel(*where)
    assert found is not None
    assert found.speaks
    slack.moves_clock_to(_now(slack) + timedelta(minutes=2))
    assert await known_channel(*where) is None
    with pytest.raises(SilentSlackError):
        await get_channel(*where)


@one_database
async def test_a_channel_that_the_bot_left_or_that_was_archived_is_closed(
    mina: Slacker, slack: Slack, bot: Linchpin
) -> None:
    await mina.removes_bot("#support")
    await mina.archives("#engineering")
    await all_done(slack, bot)
    left = "SELECT count(*) FROM channel WHERE NOT has_bot AND name IN ('support', 'engineering')"
    assert stored(bot, left) == [2]
    steps = await mina.types("#product", "/roadmap setup")
    assert "#support" not in steps.text


@one_database
async def test_what_is_posted_to_a_channel_pauses_when_it_is_archived_and_its_owner_is_told(
    mina: Slacker, slack: Slack, bot: Linchpin
) -> None:
    await mina.archives("#product")
    await mina.dm_from_bot(containing="Weekly roadmap")
    assert stored(bot, "SELECT paused, paused_why FROM schedule") == [1, "archived"]


def _now(slack: Slack) -> datetime:
    return datetime.fromtimestamp(slack.sandbox.clock.now(), UTC)


def _public(slack: Slack, channel: str, *, since: Message) -> list[str]:
    said = slack.workspace.messages.get(channel, {}).values()
    return [one.text for one in said if one.bot_id and one.ts > since.ts]
