"""chat.*: what the app may say, change and delete."""

import asyncio

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_async_handlers import AsyncRateLimitErrorRetryHandler
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox import Sandbox
from tests.person import Slacker
from tests.sandbox.conftest import client_of, refusal, running

SECTION = {"type": "section", "text": {"type": "mrkdwn", "text": "*Hello*"}}


async def test_a_post_is_seen_by_everybody_in_the_channel(client: AsyncWebClient, mina: Slacker) -> None:
    posted = await client.chat_postMessage(channel="C0PRODUCT", text="hi", blocks=[SECTION])
    seen = await mina.sees("#product", containing="Hello")
    assert seen.ts == posted["ts"]
    assert posted["message"]["bot_id"] == "B0SANDBOX"
    assert posted["message"]["blocks"][0]["block_id"]


async def test_every_ts_is_later_than_the_one_before_even_when_the_clock_stands_still(
    sandbox: Sandbox, client: AsyncWebClient
) -> None:
    noon = sandbox.clock.now()
    sandbox.clock.now = lambda: noon  # type: ignore[method-assign]
    stamps = [(await client.chat_postMessage(channel="C0PRODUCT", text=str(n)))["ts"] for n in range(5)]
    assert stamps == sorted(set(stamps))
    assert all(len(ts.split(".")[1]) == 6 for ts in stamps)


async def test_a_channel_can_be_named_instead_of_given_by_id(client: AsyncWebClient) -> None:
    assert (await client.chat_postMessage(channel="#product", text="hi"))["channel"] == "C0PRODUCT"


async def test_posting_needs_membership(client: AsyncWebClient) -> None:
    assert await refusal(client.chat_postMessage(channel="C0SALES", text="hi")) == "not_in_channel"


async def test_a_private_channel_without_the_app_does_not_exist_for_it(client: AsyncWebClient) -> None:
    assert await refusal(client.chat_postMessage(channel="C0BOARD", text="hi")) == "channel_not_found"
    assert await refusal(client.conversations_info(channel="C0BOARD")) == "channel_not_found"


async def test_an_archived_channel_takes_no_posts(client: AsyncWebClient, mina: Slacker) -> None:
    await mina.person.archive("#product")
    assert await refusal(client.chat_postMessage(channel="C0PRODUCT", text="hi")) == "is_archived"


async def test_posting_to_a_person_opens_the_direct_message(client: AsyncWebClient, mina: Slacker) -> None:
    posted = await client.chat_postMessage(channel="U0MINA", text="psst")
    assert posted["channel"].startswith("D")
    assert (await mina.dm_from_bot(containing="psst")).ts == posted["ts"]


async def test_a_reply_goes_below_its_root_even_when_it_names_another_reply(
    client: AsyncWebClient, mina: Slacker
) -> None:
    root = await mina.sees("#product", containing="SSO")
    reply = await mina.sees("#product", containing="On it")
    await client.chat_postMessage(channel="C0PRODUCT", text="noted", thread_ts=reply.ts)
    assert (await mina.sees("#product", containing="noted", thread=root)).thread_ts == root.ts


async def test_a_reply_to_nothing_is_refused(client: AsyncWebClient) -> None:
    call = client.chat_postMessage(channel="C0PRODUCT", text="hi", thread_ts="1.000001")
    assert await refusal(call) == "thread_not_found"


async def test_a_message_without_words_is_refused(client: AsyncWebClient) -> None:
    with pytest.warns(UserWarning, match="text"):
        assert await refusal(client.chat_postMessage(channel="C0PRODUCT")) == "no_text"


async def test_bad_blocks_are_refused_with_the_place_that_is_wrong(client: AsyncWebClient) -> None:
    long = {"type": "section", "text": {"type": "mrkdwn", "text": "x" * 3001}}
    with pytest.raises(SlackApiError) as refused:
        await client.chat_postMessage(channel="C0PRODUCT", text="hi", blocks=[long])
    assert refused.value.response["error"] == "invalid_blocks"
    assert refused.value.response["response_metadata"]["messages"] == [
        "[ERROR] must be less than 3001 characters [json-pointer:/blocks/0/text/text]"
    ]


async def test_an_update_changes_the_message_in_place(client: AsyncWebClient, mina: Slacker) -> None:
    posted = await client.chat_postMessage(channel="C0PRODUCT", text="one")
    message = await mina.sees("#product", containing="one")
    updated = await client.chat_update(channel="C0PRODUCT", ts=posted["ts"], text="two")
    assert message.text == "two"
    assert updated["text"] == "two"
    assert updated["message"]["edited"]["user"] == "U0SANDBOX"


async def test_an_update_with_text_alone_takes_the_blocks_away(client: AsyncWebClient, mina: Slacker) -> None:
    posted = await client.chat_postMessage(channel="C0PRODUCT", text="one", blocks=[SECTION])
    await client.chat_update(channel="C0PRODUCT", ts=posted["ts"], text="two")
    assert (await mina.sees("#product", containing="two")).blocks == []


async def test_an_update_keeps_metadata_that_it_does_not_name(client: AsyncWebClient) -> None:
    metadata = {"event_type": "card", "event_payload": {"key": "k1"}}
    posted = await client.chat_postMessage(channel="C0PRODUCT", text="one", metadata=metadata)
    updated = await client.chat_update(channel="C0PRODUCT", ts=posted["ts"], text="two")
    assert updated["message"]["metadata"] == metadata


async def test_only_own_messages_can_be_changed(client: AsyncWebClient, mina: Slacker) -> None:
    message = await mina.writes("#product", "mine")
    change = client.chat_update(channel="C0PRODUCT", ts=message.ts, text="ours")
    assert await refusal(change) == "cant_update_message"
    assert await refusal(client.chat_delete(channel="C0PRODUCT", ts=message.ts)) == "cant_delete_message"
    assert await refusal(client.chat_update(channel="C0PRODUCT", ts="1.000001", text="x")) == "message_not_found"


async def test_an_update_of_more_than_4000_characters_is_too_long(client: AsyncWebClient) -> None:
    posted = await client.chat_postMessage(channel="C0PRODUCT", text="x" * 4001)
    change = client.chat_update(channel="C0PRODUCT", ts=posted["ts"], text="x" * 4001)
    assert await refusal(change) == "msg_too_long"


async def test_a_deleted_message_is_gone(client: AsyncWebClient, mina: Slacker) -> None:
    posted = await client.chat_postMessage(channel="C0PRODUCT", text="oops")
    message = await mina.sees("#product", containing="oops")
    await client.chat_delete(channel="C0PRODUCT", ts=posted["ts"])
    await mina.no_longer_sees(message)


async def test_an_ephemeral_message_is_seen_by_one_member_only(
    sandbox: Sandbox, client: AsyncWebClient, mina: Slacker, lee: Slacker
) -> None:
    await client.chat_postEphemeral(channel="C0PRODUCT", user="U0MINA", text="secret")
    assert (await mina.sees_only_me("#product", containing="secret")).is_ephemeral
    assert [m.only_for for m in sandbox.workspace.ephemerals] == ["U0MINA"]
    history = await client.conversations_history(channel="C0PRODUCT")
    assert "secret" not in [m["text"] for m in history["messages"]]
    call = client.chat_postEphemeral(channel="C0PRODUCT", user="U0ANN", text="x")
    assert await refusal(call) == "user_not_in_channel"


async def test_a_permalink_opens_the_page_at_the_message(sandbox: Sandbox, client: AsyncWebClient) -> None:
    posted = await client.chat_postMessage(channel="C0PRODUCT", text="look")
    answer = await client.chat_getPermalink(channel="C0PRODUCT", message_ts=posted["ts"])
    link = answer["permalink"]
    assert link == f"{sandbox.url}/archives/C0PRODUCT/p{posted['ts'].replace('.', '')}"
    async with aiohttp.ClientSession() as session, session.get(link) as page:
        assert page.status == 200
        assert "text/html" in page.headers["Content-Type"]


async def test_more_than_one_post_a_second_in_a_channel_is_limited() -> None:
    async with running(post_interval=60.0) as sandbox:
        client = client_of(sandbox)
        await client.chat_postMessage(channel="C0PRODUCT", text="one")
        await client.chat_postMessage(channel="C0ACME", text="another channel")
        with pytest.raises(SlackApiError) as refused:
            await client.chat_postMessage(channel="C0PRODUCT", text="two")
        assert refused.value.response.status_code == 429
        assert 1 <= int(refused.value.response.headers["Retry-After"]) <= 60
        assert "two" not in [m.text for m in sandbox.workspace.messages["C0PRODUCT"].values()]


async def test_the_sdk_retries_after_a_rate_limit(sandbox: Sandbox, client: AsyncWebClient) -> None:
    client.retry_handlers.append(AsyncRateLimitErrorRetryHandler(max_retry_count=1))
    sandbox.faults.rate_limit("chat.postMessage", retry_after=0)
    assert (await client.chat_postMessage(channel="C0PRODUCT", text="at last"))["ok"]


async def test_a_lost_reply_leaves_the_message_in_the_channel(
    sandbox: Sandbox, client: AsyncWebClient, mina: Slacker
) -> None:
    client.retry_handlers.clear()
    sandbox.faults.lose_reply("chat.postMessage")
    with pytest.raises(aiohttp.ClientError):
        await client.chat_postMessage(channel="C0PRODUCT", text="did it arrive")
    await mina.sees("#product", containing="did it arrive")


async def test_a_server_error_stores_nothing(sandbox: Sandbox, client: AsyncWebClient) -> None:
    sandbox.faults.fail("chat.postMessage", status=503)
    with pytest.raises(SlackApiError):
        await client.chat_postMessage(channel="C0PRODUCT", text="never")
    assert "never" not in [m.text for m in sandbox.workspace.messages["C0PRODUCT"].values()]


async def test_a_late_answer_is_an_answer_to_who_waits(sandbox: Sandbox, client: AsyncWebClient) -> None:
    sandbox.faults.delay("auth.test", 0.2, times=2)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.1):
            await client.auth_test()
    assert (await client.auth_test())["ok"]


async def test_calls_are_recorded_with_the_arguments_nobody_looked_at(sandbox: Sandbox, client: AsyncWebClient) -> None:
    await client.chat_postMessage(channel="C0PRODUCT", text="hi", unheard_of="yes", unfurl_links=False)
    call = sandbox.calls[-1]
    assert (call.method, call.args["text"], call.response["ok"]) == ("chat.postMessage", "hi", True)
    assert call.unknown_args == ["unheard_of"]
