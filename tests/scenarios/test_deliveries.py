"""A message of which Slack never said whether it was posted."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from bot.sandbox import Sandbox
from bot.sandbox.faults import Faults
from tests.person import Slack
from tests.scenarios.conftest import one_database
from tests.scenarios.test_path import next_thursday_at
from tests.seen import Message

pytestmark = one_database


async def asked_about_a_post(slack: Slack, lose: Callable[[Faults], None]) -> Message:
    """Lose Thursday's post where the bot may not read the channel; return what its approver is asked."""
    mina = slack.as_("mina")
    thursday = next_thursday_at(9, datetime.fromtimestamp(slack.sandbox.clock.now(), UTC))
    slack.moves_clock_to(thursday - timedelta(hours=23))
    await mina.clicks("Approve", on=await mina.dm_from_bot(containing="Weekly roadmap"))
    await mina.dm_from_bot(containing="Approved by")
    forget_history(slack.sandbox)
    lose(slack.sandbox.faults)
    slack.moves_clock_to(thursday + timedelta(minutes=1))
    return await mina.dm_from_bot(containing="Is it there?")


def forget_history(sandbox: Sandbox) -> None:
    """Take the history scopes from the app, as an installer may who unticks them."""
    scopes = sandbox.app.manifest["oauth_config"]["scopes"]["bot"]
    scopes[:] = [scope for scope in scopes if scope not in ("channels:history", "groups:history")]


def posts(slack: Slack) -> list[str]:
    """Return the weekly updates in #product."""
    said = [one.text for one in slack.workspace.messages["C01PRODUCT"].values() if one.bot_id]
    return [text for text in said if "Weekly roadmap" in text]


async def test_its_owner_is_asked_and_says_it_is_there(slack: Slack, broken: None) -> None:
    mina = slack.as_("mina")
    question = await asked_about_a_post(slack, lambda faults: faults.lose_reply("chat.postMessage"))
    await mina.clicks("It's there", on=question)
    await question.shows("that is settled")
    await mina.dm_from_bot(containing="Posted Thu")
    assert len(posts(slack)) == 1


async def test_its_owner_is_asked_and_has_it_posted_again(slack: Slack, broken: None) -> None:
    mina = slack.as_("mina")
    question = await asked_about_a_post(slack, lambda faults: faults.fail("chat.postMessage"))
    assert posts(slack) == []
    await mina.clicks("Post again", on=question)
    await mina.sees("#product", containing="approved by")
    await mina.dm_from_bot(containing="Posted Thu")
    assert len(posts(slack)) == 1


async def test_a_post_that_slack_refuses_tells_its_owner_that_it_is_paused_and_how_it_goes_on(slack: Slack) -> None:
    mina = slack.as_("mina")
    thursday = next_thursday_at(9, datetime.fromtimestamp(slack.sandbox.clock.now(), UTC))
    slack.moves_clock_to(thursday - timedelta(hours=23))
    preview = await mina.dm_from_bot(containing="Weekly roadmap")
    await mina.types("#product", "/roadmap share RM-1")  # asks Slack what the channel is
    slack.workspace.channels["C01PRODUCT"].is_archived = True  # of which no event reaches us
    await mina.clicks("Post now", on=preview)
    told = await mina.dm_from_bot(containing="Weekly roadmap is paused, and nothing is posted to #product.")
    assert "The channel is archived. " in told.text.replace("\n", " ")
    assert "Bring it back, or choose another channel." in told.text
    assert '/roadmap schedule resume "Weekly roadmap"' in told.text
