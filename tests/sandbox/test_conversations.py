"""conversations.*, users.*, reactions.*, and who may call what."""

import copy

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox import Sandbox
from tests.person import Slacker
from tests.sandbox.conftest import client_of, refusal, running
from tests.sandbox.stories import MANIFEST


async def test_auth_test_says_who_and_where(sandbox: Sandbox, client: AsyncWebClient) -> None:
    who = await client.auth_test()
    assert (who["team_id"], who["user_id"], who["bot_id"]) == ("T0PAPER", "U0SANDBOX", "B0SANDBOX")
    assert who["url"] == f"{sandbox.url}/"


async def test_a_wrong_token_is_refused(sandbox: Sandbox) -> None:
    assert await refusal(client_of(sandbox, "xoxb-wrong").auth_test()) == "invalid_auth"
    assert await refusal(AsyncWebClient(base_url=sandbox.api_url).auth_test()) == "not_authed"
    assert await refusal(client_of(sandbox, sandbox.app_token).auth_test()) == "not_allowed_token_type"
    with pytest.raises(SlackApiError) as refused:
        await client_of(sandbox, "xoxb-wrong").auth_test()
    assert "X-OAuth-Scopes" not in refused.value.response.headers
    assert "X-OAuth-Scopes" in (await client_of(sandbox).auth_test()).headers


async def test_an_unknown_method_is_named(client: AsyncWebClient) -> None:
    assert await refusal(client.api_call("chat.levitate")) == "unknown_method"


async def test_a_scope_that_the_manifest_does_not_ask_for_is_missing() -> None:
    manifest = copy.deepcopy(MANIFEST)
    manifest["oauth_config"]["scopes"]["bot"] = ["chat:write", "channels:read"]
    async with running(manifest=manifest) as sandbox:
        client = client_of(sandbox)
        assert (await client.conversations_info(channel="C0PRODUCT"))["ok"]
        assert await refusal(client.reactions_add(channel="C0PRODUCT", name="eyes", timestamp="1")) == "missing_scope"
        call = client.conversations_history(channel="C0PRODUCT")
        assert await refusal(call) == "missing_scope"
        assert sandbox.calls[-1].response["needed"] == "channels:history"
        assert sandbox.calls[-1].response["provided"] == "chat:write,channels:read"


async def test_history_is_newest_first_and_has_no_replies(client: AsyncWebClient, mina: Slacker) -> None:
    await mina.writes("#product", "newest")
    texts = [m["text"] for m in (await client.conversations_history(channel="C0PRODUCT"))["messages"]]
    assert texts == ["newest", "Acme asks for SSO"]


async def test_history_pages_by_cursor(client: AsyncWebClient, mina: Slacker) -> None:
    for n in range(4):
        await mina.writes("#product", f"m{n}")
    seen = [
        message["text"]
        async for page in await client.conversations_history(channel="C0PRODUCT", limit=2)
        for message in page["messages"]
    ]
    assert seen == ["m3", "m2", "m1", "m0", "Acme asks for SSO"]
    bad = client.conversations_history(channel="C0PRODUCT", cursor="nonsense")
    assert await refusal(bad) == "invalid_cursor"


async def test_history_between_two_times_leaves_the_ends_out_unless_inclusive(
    client: AsyncWebClient, mina: Slacker
) -> None:
    one, two, three = [(await mina.writes("#product", text)).ts for text in ("one", "two", "three")]
    between = await client.conversations_history(channel="C0PRODUCT", oldest=one, latest=three)
    assert [m["ts"] for m in between["messages"]] == [two]
    all_three = await client.conversations_history(channel="C0PRODUCT", oldest=one, latest=three, inclusive=True)
    assert len(all_three["messages"]) == 3


async def test_history_at_the_ts_of_a_reply_gives_another_message(client: AsyncWebClient, mina: Slacker) -> None:
    reply = await mina.sees("#product", containing="On it")
    found = await client.conversations_history(channel="C0PRODUCT", latest=reply.ts, inclusive=True, limit=1)
    assert found["messages"][0]["ts"] != reply.ts


async def test_metadata_is_shown_to_those_who_ask(client: AsyncWebClient) -> None:
    metadata = {"event_type": "card", "event_payload": {"key": "k1"}}
    await client.chat_postMessage(channel="C0PRODUCT", text="card", metadata=metadata)
    plain = await client.conversations_history(channel="C0PRODUCT", limit=1)
    asked = await client.conversations_history(channel="C0PRODUCT", limit=1, include_all_metadata=True)
    assert "metadata" not in plain["messages"][0]
    assert asked["messages"][0]["metadata"] == metadata


async def test_replies_come_with_their_root_first(client: AsyncWebClient, mina: Slacker) -> None:
    root = await mina.sees("#product", containing="SSO")
    await mina.writes("#product", "shipping it", thread=root)
    thread = await client.conversations_replies(channel="C0PRODUCT", ts=root.ts)
    assert [m["text"] for m in thread["messages"]] == ["Acme asks for SSO", "On it", "shipping it"]
    assert thread["messages"][0]["reply_count"] == 2
    assert thread["messages"][1]["parent_user_id"] == "U0LEE"
    missing = client.conversations_replies(channel="C0PRODUCT", ts="1.000001")
    assert await refusal(missing) == "thread_not_found"


async def test_history_needs_membership(client: AsyncWebClient) -> None:
    assert await refusal(client.conversations_history(channel="C0SALES")) == "not_in_channel"
    assert await refusal(client.conversations_history(channel="C0NOWHERE")) == "channel_not_found"


async def test_the_app_lists_public_channels_and_its_own(client: AsyncWebClient) -> None:
    listed = await client.conversations_list(types="public_channel,private_channel")
    assert [(c["name"], c["is_member"]) for c in listed["channels"]] == [
        ("acme", True), ("product", True), ("sales", False),
    ]  # fmt: skip
    own = await client.users_conversations()
    assert {c["name"] for c in own["channels"]} == {"acme", "product"}


async def test_joining_a_public_channel_makes_the_app_a_member(client: AsyncWebClient) -> None:
    assert (await client.conversations_join(channel="C0SALES"))["channel"]["is_member"]
    assert (await client.chat_postMessage(channel="C0SALES", text="hi"))["ok"]


async def test_a_direct_message_is_opened_once(client: AsyncWebClient) -> None:
    first = await client.conversations_open(users="U0MINA")
    again = await client.conversations_open(users=["U0MINA"], return_im=True)
    assert first["channel"]["id"] == again["channel"]["id"]
    assert again["already_open"]
    assert again["channel"]["user"] == "U0MINA"
    assert await refusal(client.conversations_open(users="U0NOBODY")) == "user_not_found"


async def test_members_are_listed_in_pages(client: AsyncWebClient) -> None:
    page = await client.conversations_members(channel="C0ACME", limit=2)
    assert page["members"] == ["U0LEE", "U0ANN"]
    rest = await client.conversations_members(
        channel="C0ACME", limit=2, cursor=page["response_metadata"]["next_cursor"]
    )
    assert rest["members"] == ["U0GUS", "U0SANDBOX"]


async def test_people_are_known_with_their_zone(client: AsyncWebClient) -> None:
    mina = (await client.users_info(user="U0MINA"))["user"]
    assert (mina["tz"], mina["is_admin"]) == ("Europe/Berlin", True)
    assert mina["tz_offset"] in (3600, 7200)
    ann = (await client.users_info(user="U0ANN"))["user"]
    assert ann["is_stranger"]
    assert await refusal(client.users_info(user="U0NOBODY")) == "user_not_found"


async def test_people_of_other_companies_are_not_listed(client: AsyncWebClient) -> None:
    names = [m["name"] async for page in await client.users_list(limit=2) for m in page["members"]]
    assert names == ["mina", "lee", "gus", "echo"]


async def test_the_team_and_the_bot_are_known(client: AsyncWebClient) -> None:
    assert (await client.team_info())["team"]["name"] == "Paperwing"
    assert (await client.bots_info(bot="B0SANDBOX"))["bot"]["user_id"] == "U0SANDBOX"


async def test_a_reaction_can_be_added_once_and_removed_once(client: AsyncWebClient, mina: Slacker) -> None:
    message = await mina.writes("#product", "nice")
    await client.reactions_add(channel="C0PRODUCT", timestamp=message.ts, name="inbox_tray")
    assert message.reactions == {"inbox_tray": ["echo"]}
    again = client.reactions_add(channel="C0PRODUCT", timestamp=message.ts, name="inbox_tray")
    assert await refusal(again) == "already_reacted"
    await client.reactions_remove(channel="C0PRODUCT", timestamp=message.ts, name="inbox_tray")
    assert message.reactions == {}
    gone = client.reactions_remove(channel="C0PRODUCT", timestamp=message.ts, name="inbox_tray")
    assert await refusal(gone) == "no_reaction"


async def test_reactions_are_refused_where_they_make_no_sense(client: AsyncWebClient, mina: Slacker) -> None:
    outside = await mina.writes("#sales", "not for the bot")
    call = client.reactions_add(channel="C0SALES", timestamp=outside.ts, name="eyes")
    assert await refusal(call) == "not_in_channel"
    assert await refusal(client.reactions_add(channel="C0PRODUCT", timestamp="1.0", name="eyes")) == "message_not_found"
    assert (
        await refusal(client.api_call("reactions.add", params={"channel": "C0PRODUCT", "name": "eyes"}))
        == "no_item_specified"
    )
    inside = await mina.writes("#product", "for the bot")
    bad = client.reactions_add(channel="C0PRODUCT", timestamp=inside.ts, name="no such emoji")
    assert await refusal(bad) == "invalid_name"


async def test_a_message_can_be_fetched_with_its_reactions_where_the_app_is_no_member(
    sandbox: Sandbox, client: AsyncWebClient, mina: Slacker
) -> None:
    message = await mina.writes("#sales", "a wish")
    await mina.reacts(message, "bulb")
    got = (await client.reactions_get(channel="C0SALES", timestamp=message.ts, full=True))["message"]
    assert (got["text"], got["user"]) == ("a wish", "U0MINA")
    assert got["reactions"] == [{"name": "bulb", "users": ["U0MINA"], "count": 1}]
    assert got["permalink"].startswith(f"{sandbox.url}/archives/C0SALES/p")
