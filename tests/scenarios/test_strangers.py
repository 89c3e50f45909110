"""People of another company, and channels shared with one."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.app import Linchpin
from handlers.slack import StrangerError, asking
from tests.person import Slack
from tests.scenarios.conftest import one_database
from tests.scenarios.test_path import next_thursday_at

pytestmark = one_database


async def test_a_command_by_somebody_of_another_company_is_refused(slack: Slack, bot: Linchpin) -> None:
    # Slack offers them no command of ours; should one arrive all the same, nothing is told.
    typed = {"command": "/roadmap", "text": "", "user_id": "U02HANNAH", "channel_id": "C01ACMESHARED"}
    with pytest.raises(StrangerError):
        await asking(bot.house, {**typed, "team_id": bot.house.identity.team_id, "trigger_id": "1.1"})


async def test_an_approved_update_is_not_posted_into_a_channel_that_was_shared_meanwhile(
    slack: Slack, bot: Linchpin
) -> None:
    mina = slack.as_("mina")
    thursday = next_thursday_at(9, datetime.fromtimestamp(slack.sandbox.clock.now(), UTC))
    slack.moves_clock_to(thursday - timedelta(hours=23))
    await mina.clicks("Approve", on=await mina.dm_from_bot(containing="Weekly roadmap"))
    await mina.dm_from_bot(containing="Approved by")
    slack.workspace.channels["C01PRODUCT"].is_ext_shared = True
    slack.moves_clock_to(thursday + timedelta(minutes=1))
    await mina.dm_from_bot(containing="is shared with another company now")
    listed = await mina.types("#support", "/roadmap schedule list")
    assert "paused" in listed.text
    posts = [one.text for one in slack.workspace.messages["C01PRODUCT"].values() if one.bot_id]
    assert [text for text in posts if "Weekly roadmap" in text] == []
