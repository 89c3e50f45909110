"""What the app hears of channels: who comes and goes, what becomes of them, and files."""

import copy
from collections.abc import AsyncIterator

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox import Sandbox
from bot.sandbox.event_types import EVENTS
from bot.sandbox.member import RefusedError
from tests.person import Slack, Slacker
from tests.sandbox.conftest import connected, running
from tests.sandbox.stories import MANIFEST
from tests.sandbox.test_events import Ears, ears

__all__ = ["ears"]


@pytest.fixture
async def deaf() -> AsyncIterator[Sandbox]:
    """Run a sandbox whose app subscribes to everything and has only one scope."""
    manifest = copy.deepcopy(MANIFEST)
    manifest["settings"]["event_subscriptions"]["bot_events"] = list(EVENTS)
    manifest["oauth_config"]["scopes"]["bot"] = ["groups:read"]
    async with running(manifest=manifest) as sandbox:
        yield sandbox


async def test_an_event_is_not_sent_without_its_scope(deaf: Sandbox) -> None:
    ears, mina = Ears(deaf), Slack(deaf).as_("mina")
    async with connected(deaf, ears.app):
        await mina.writes("#product", "hi @echo")
        await mina.invites_bot("#sales")
        await mina.invites_bot("#board")
        await mina.person.rename("#board", "council")
        assert [event["channel"] for event in await ears.all("member_joined_channel")] == ["C0BOARD"]
        assert [event["channel"]["name"] for event in await ears.all("group_rename")] == ["council"]
    assert {event["type"] for event in ears.heard} == {"member_joined_channel", "group_rename"}


async def test_people_who_come_and_go_are_heard_where_the_app_is(ears: Ears, mina: Slacker, slack: Slack) -> None:
    gus, said = slack.as_("gus"), await slack.as_("lee").writes("#acme", "for those who are here")
    with pytest.raises(RefusedError, match="not in #acme"):
        await mina.reacts(said, "eyes")
    await mina.invites("#product", gus)
    await mina.invites("#sales", gus)
    await gus.person.leave("#product")
    (joined,) = await ears.all("member_joined_channel")
    (left,) = await ears.all("member_left_channel")
    assert (joined["user"], joined["inviter"], joined["channel_type"]) == ("U0GUS", "U0MINA", "C")
    assert (left["user"], left["channel"]) == ("U0GUS", "C0PRODUCT")


async def test_slacks_own_commands_work_as_in_slack(ears: Ears, mina: Slacker, sandbox: Sandbox) -> None:
    product = sandbox.workspace.channels["C0PRODUCT"]
    for typed in ("/invite @gus", "/remove @lee", "/rename plans", "/leave"):
        assert (await mina.person.command(product.id, typed)).acknowledged
    assert (product.name, product.members) == ("plans", ["U0SANDBOX", "U0GUS"])
    with pytest.raises(RefusedError):
        await mina.person.command("#sales", "/invite @nobody")
    await mina.person.command("#sales", "/archive")
    assert sandbox.workspace.channels["C0SALES"].is_archived


async def test_a_channel_may_be_archived_and_come_back(ears: Ears, mina: Slacker) -> None:
    said = await mina.writes("#product", "in time")
    await mina.reacts(said, "eyes")
    await mina.archives("#product")
    for refused in (mina.writes("#product", "too late"), mina.reacts(said, "bulb"), mina.unreacts(said, "eyes")):
        with pytest.raises(RefusedError, match="#product is archived"):
            await refused
    assert said.reactions == {"eyes": ["mina"]}
    await mina.unarchives("#product")
    await mina.writes("#product", "back again")
    assert len(await ears.all("channel_archive")) == len(await ears.all("channel_unarchive")) == 1


async def test_a_private_channel_has_events_of_its_own(ears: Ears, mina: Slacker) -> None:
    await mina.invites_bot("#board")
    await mina.archives("#board")
    await mina.unarchives("#board")
    await mina.removes_bot("#board")
    heard = [event["channel"] for kind in ("archive", "unarchive", "left") for event in await ears.all(f"group_{kind}")]
    assert heard == ["C0BOARD"] * 3
    assert not [event for event in ears.heard if event["type"].startswith("channel_")]


async def test_a_channel_that_becomes_shared_is_told_and_so_is_the_way_back(
    ears: Ears, mina: Slacker, client: AsyncWebClient
) -> None:
    await mina.shares("#product", with_team="T0ACME")
    shape = (await client.conversations_info(channel="C0PRODUCT"))["channel"]
    assert (shape["is_ext_shared"], shape["shared_team_ids"]) == (True, ["T0ACME", "T0PAPER"])
    await mina.unshares("#product")
    (shared,) = await ears.all("channel_shared")
    (unshared,) = await ears.all("channel_unshared")
    assert (shared["channel"], shared["connected_team_id"]) == ("C0PRODUCT", "T0ACME")
    assert (unshared["previously_connected_team_id"], unshared["is_ext_shared"]) == ("T0ACME", False)


async def test_people_of_the_other_company_are_out_when_a_channel_is_no_longer_shared(
    sandbox: Sandbox, slack: Slack
) -> None:
    await slack.as_("lee").unshares("#acme")
    assert sandbox.workspace.channels["C0ACME"].members == ["U0LEE", "U0GUS", "U0SANDBOX"]


async def test_guests_and_strangers_do_not_run_channels(slack: Slack) -> None:
    for name in ("gus", "ann"):
        with pytest.raises(RefusedError):
            await slack.as_(name).archives("#acme")


async def test_a_channel_may_get_another_id_and_keeps_what_was_said(
    sandbox: Sandbox, ears: Ears, client: AsyncWebClient
) -> None:
    new = sandbox.slack.talk.give_new_id(sandbox.workspace.channels["C0PRODUCT"])
    (event,) = await ears.all("channel_id_changed")
    assert (event["old_channel_id"], event["new_channel_id"]) == ("C0PRODUCT", new)
    said = await client.conversations_history(channel=new)
    assert [message["text"] for message in said["messages"]] == ["Acme asks for SSO"]


async def test_a_file_comes_as_a_message_with_its_link(ears: Ears, mina: Slacker) -> None:
    await mina.uploads("#product", "screen shot.png", "Look at this, @lee", content=b"\x89PNG")
    (message,) = await ears.all("file_share")
    (file,) = message["files"]
    assert (message["text"], message["user"]) == ("Look at this, <@U0LEE>", "U0MINA")
    assert (file["name"], file["mimetype"], file["size"]) == ("screen shot.png", "image/png", 4)
    async with aiohttp.ClientSession() as session, session.get(file["url_private"]) as answer:
        assert (answer.status, answer.content_type, await answer.read()) == (200, "image/png", b"\x89PNG")


async def test_a_file_that_is_no_picture_is_never_shown_as_a_page(mina: Slacker) -> None:
    message = await mina.uploads("#product", "evil.html", content=b"<script>")
    async with aiohttp.ClientSession() as session, session.get(message.raw.files[0]["permalink"]) as answer:
        assert answer.content_type == "application/octet-stream"
        assert answer.headers["Content-Disposition"] == "attachment"
