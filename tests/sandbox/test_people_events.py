"""What the app hears of people and user groups, and of its own end."""

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox import Sandbox
from bot.sandbox.workspace import User
from tests.person import Slacker
from tests.sandbox.conftest import refusal
from tests.sandbox.test_events import Ears, ears

__all__ = ["ears"]


async def test_somebody_new_is_told(sandbox: Sandbox, ears: Ears, client: AsyncWebClient) -> None:
    sandbox.slack.administration.let_in(User("U0ZOE", "zoe", "Zoe New", "T0PAPER", tz="Asia/Tokyo"))
    (event,) = await ears.all("team_join")
    assert (event["user"]["id"], event["user"]["tz_offset"]) == ("U0ZOE", 9 * 3600)
    assert (await client.users_info(user="U0ZOE"))["user"]["real_name"] == "Zoe New"


async def test_a_changed_profile_is_told(ears: Ears, mina: Slacker, lee: Slacker) -> None:
    await mina.changes_profile(tz="America/New_York", is_admin=False)
    await lee.changes_profile(is_deleted=True)
    changed = [event["user"] for event in await ears.all("user_change")]
    assert (changed[0]["tz"], changed[0]["is_admin"]) == ("America/New_York", False)
    assert changed[1]["deleted"]


async def test_a_user_group_is_told_when_it_is_formed_and_when_its_people_change(sandbox: Sandbox, ears: Ears) -> None:
    office = sandbox.slack.administration
    group = office.form_group("leads", "Leads", ["U0MINA"], by="U0MINA")
    office.set_members(group, ["U0LEE"])
    office.disable(group)
    (created,) = await ears.all("subteam_created")
    (members,) = await ears.all("subteam_members_changed")
    moved, disabled = await ears.all("subteam_updated")
    assert (created["subteam"]["handle"], created["subteam"]["users"]) == ("leads", ["U0MINA"])
    assert (members["added_users"], members["removed_users"]) == (["U0LEE"], ["U0MINA"])
    assert moved["subteam"]["users"] == ["U0LEE"]
    assert disabled["subteam"]["date_delete"] > 0


async def test_a_user_group_can_be_mentioned(ears: Ears, mina: Slacker) -> None:
    written = await mina.writes("#product", "ask the @pms")
    (message,) = await ears.all("message")
    assert message["text"] == "ask the <!subteam^S0PMS>"
    assert message["blocks"][0]["elements"][0]["elements"][1] == {"type": "usergroup", "usergroup_id": "S0PMS"}
    assert written.text == "ask the @pms"


async def test_an_app_that_is_taken_out_hears_it_and_its_token_is_dead(
    sandbox: Sandbox, ears: Ears, client: AsyncWebClient
) -> None:
    sandbox.slack.administration.uninstall()
    assert len(await ears.all("app_uninstalled")) == 1
    assert [event["tokens"]["bot"] for event in await ears.all("tokens_revoked")] == [["U0SANDBOX"]]
    assert await refusal(client.auth_test()) == "account_inactive"


@pytest.mark.parametrize("tab", ["home", "messages"])
async def test_opening_the_app_is_told_with_its_tab(ears: Ears, mina: Slacker, tab: str) -> None:
    await mina.person.open_home(tab)
    (event,) = await ears.all("app_home_opened")
    assert (event["tab"], event["user"]) == (tab, "U0MINA")


async def test_the_app_hears_what_people_look_at_with_the_agent_open(ears: Ears, mina: Slacker) -> None:
    await mina.person.look_at("#product")
    (event,) = await ears.all("app_context_changed")
    (entity,) = event["context"]["entities"]
    assert (entity["type"], entity["value"]) == ("slack#/types/channel_id", "C0PRODUCT")
