"""Socket Mode: how events and requests reach a Bolt app, and what happens when they do not."""

import asyncio
from typing import Any

import aiohttp
import pytest
from slack_bolt.async_app import AsyncAck, AsyncApp

from bot.sandbox import Sandbox
from tests.person import Slack, Slacker
from tests.sandbox.conftest import bolt_app, client_of, connected, refusal, running


async def test_an_event_reaches_the_app_in_slacks_wrapper(sandbox: Sandbox, app: AsyncApp, mina: Slacker) -> None:
    heard: list[dict[str, Any]] = []

    @app.event("message")
    async def on_message(body: dict[str, Any]) -> None:
        heard.append(body)

    async with connected(sandbox, app):
        message = await mina.writes("#product", "hello")
        await sandbox.delivered()
    body = heard[0]
    assert body["type"] == "event_callback"
    assert body["event_id"].startswith("Ev")
    assert body["authorizations"][0]["user_id"] == "U0SANDBOX"
    assert not body["is_ext_shared_channel"]
    assert body["event"]["ts"] == body["event"]["event_ts"] == message.ts
    assert (body["event"]["user"], body["event"]["channel_type"]) == ("U0MINA", "channel")
    assert body["event"]["blocks"][0]["type"] == "rich_text"


async def test_an_unacknowledged_event_comes_again_with_the_same_id() -> None:
    attempts: list[tuple[str, int, str]] = []
    async with running(ack_timeout=0.05) as impatient:
        async with aiohttp.ClientSession() as session:
            opened = await client_of(impatient, impatient.app_token).apps_connections_open(
                app_token=impatient.app_token
            )
            async with session.ws_connect(opened["url"]) as socket:
                assert (await socket.receive_json())["type"] == "hello"
                await Slack(impatient).as_("mina").writes("#product", "hello")
                for _ in range(4):
                    envelope = await socket.receive_json()
                    attempts.append(
                        (envelope["payload"]["event_id"], envelope["retry_attempt"], envelope["retry_reason"])
                    )
                await impatient.delivered()
        assert len(impatient.undelivered_events) == 1
    assert [(number, reason) for _, number, reason in attempts] == [
        (0, ""), (1, "timeout"), (2, "timeout"), (3, "timeout"),
    ]  # fmt: skip
    assert len({event_id for event_id, _, _ in attempts}) == 1


async def test_an_event_without_a_listener_is_not_acknowledged_by_bolt() -> None:
    async with running(ack_timeout=0.1) as sandbox, connected(sandbox, bolt_app(sandbox)):
        await Slack(sandbox).as_("mina").writes("#product", "hello")
        await sandbox.delivered()
        assert [body["event"]["type"] for body in sandbox.undelivered_events] == ["message"]


async def test_an_event_waits_for_a_connection_as_long_as_retries_last() -> None:
    heard = asyncio.Event()
    async with running(retry_delays=(0.0, 0.3, 0.3)) as sandbox:
        app = bolt_app(sandbox)

        @app.event("message")
        async def on_message(event: dict[str, Any]) -> None:
            heard.set()

        await Slack(sandbox).as_("mina").writes("#product", "is anybody there")
        async with connected(sandbox, app):
            await asyncio.wait_for(heard.wait(), 5)
            await sandbox.delivered()
        assert sandbox.undelivered_events == []


async def test_a_duplicated_event_arrives_twice_with_one_id(sandbox: Sandbox, app: AsyncApp, mina: Slacker) -> None:
    heard: list[str] = []

    @app.event("message")
    async def on_message(body: dict[str, Any]) -> None:
        heard.append(body["event_id"])

    sandbox.faults.duplicate_events()
    async with connected(sandbox, app):
        await mina.writes("#product", "once")
        await sandbox.delivered()
    assert len(heard) == 2
    assert len(set(heard)) == 1


async def test_each_envelope_goes_to_one_of_the_connections(sandbox: Sandbox, mina: Slacker) -> None:
    heard: list[str] = []

    def listening(name: str) -> AsyncApp:
        app = bolt_app(sandbox)

        @app.event("message")
        async def on_message(event: dict[str, Any]) -> None:
            heard.append(name)

        return app

    async with connected(sandbox, listening("one")), connected(sandbox, listening("two")):
        for n in range(4):
            await mina.writes("#product", f"m{n}")
            await sandbox.delivered()
    assert sorted(heard) == ["one", "one", "two", "two"]


async def test_the_app_reconnects_when_it_is_told_to(sandbox: Sandbox, app: AsyncApp, slack: Slack) -> None:
    @app.command("/echo")
    async def echo(ack: AsyncAck) -> None:
        await ack("still here")

    async with connected(sandbox, app):
        before = sandbox.socket.connections[0]
        await sandbox.socket.disconnect("refresh_requested")
        await slack.until(lambda: True if sandbox.socket.is_connected else None, "no new connection")
        assert before.closing
        assert (await slack.as_("mina").types("#product", "/echo")).text == "still here"


async def test_a_connection_is_warned_then_asked_to_go_then_closed_and_keeps_its_last_ack(
    sandbox: Sandbox, slack: Slack
) -> None:
    opened = await client_of(sandbox).apps_connections_open(app_token=sandbox.app_token)
    async with aiohttp.ClientSession() as session, session.ws_connect(opened["url"]) as socket:
        await socket.receive_json()
        refreshing = asyncio.create_task(sandbox.socket.refresh(notice=0.2))
        assert (await socket.receive_json())["reason"] == "warning"
        await slack.as_("mina").writes("#product", "hello")
        envelope = await socket.receive_json()
        assert (await socket.receive_json())["reason"] == "refresh_requested"
        assert not sandbox.socket.is_connected
        await socket.send_json({"envelope_id": envelope["envelope_id"]})
        assert (await socket.receive()).type == aiohttp.WSMsgType.CLOSE
        await asyncio.gather(refreshing, sandbox.delivered())
    assert sandbox.undelivered_events == []


async def test_no_event_is_lost_while_connections_are_renewed() -> None:
    heard: set[str] = set()
    async with running(retry_delays=(0.0, 0.1, 0.5, 1.0), ack_timeout=0.3) as sandbox:
        app = bolt_app(sandbox)

        @app.event("message")
        async def on_message(event: dict[str, Any]) -> None:
            heard.add(event["text"])

        async with connected(sandbox, app):
            refreshing = asyncio.create_task(sandbox.socket.refresh(notice=0.05))
            for n in range(10):
                await Slack(sandbox).as_("mina").writes("#product", f"m{n}")
            await asyncio.gather(refreshing, sandbox.delivered())
        assert sandbox.undelivered_events == []
    assert len(heard) == 10


async def test_what_socket_mode_is_switched_off_for_is_told_so_instead_of_a_hello(sandbox: Sandbox) -> None:
    await sandbox.socket.switch_off()
    opened = await client_of(sandbox).apps_connections_open(app_token=sandbox.app_token)
    async with aiohttp.ClientSession() as session, session.ws_connect(opened["url"]) as socket:
        said = await socket.receive_json()
        assert (said["type"], said["reason"]) == ("disconnect", "link_disabled")
        assert (await socket.receive()).type == aiohttp.WSMsgType.CLOSE


async def test_a_ticket_opens_one_connection_only(sandbox: Sandbox) -> None:
    opened = await client_of(sandbox).apps_connections_open(app_token=sandbox.app_token)
    async with aiohttp.ClientSession() as session:
        async with session.ws_connect(opened["url"]) as socket:
            hello = await socket.receive_json()
            assert (hello["type"], hello["num_connections"]) == ("hello", 1)
        async with session.get(opened["url"]) as again:
            assert again.status == 408


async def test_the_bot_token_opens_no_connection(sandbox: Sandbox) -> None:
    call = client_of(sandbox).apps_connections_open(app_token=sandbox.bot_token)
    assert await refusal(call) == "not_allowed_token_type"


async def test_what_is_no_acknowledgement_is_ignored(sandbox: Sandbox) -> None:
    opened = await client_of(sandbox).apps_connections_open(app_token=sandbox.app_token)
    async with aiohttp.ClientSession() as session, session.ws_connect(opened["url"]) as socket:
        await socket.receive_json()
        for nonsense in ("{", "[]", '{"envelope_id": 7}', '{"envelope_id": "unknown"}'):
            await socket.send_str(nonsense)
        assert sandbox.socket.is_connected


async def test_a_ping_is_answered_with_its_own_words(sandbox: Sandbox) -> None:
    opened = await client_of(sandbox).apps_connections_open(app_token=sandbox.app_token)
    async with aiohttp.ClientSession() as session, session.ws_connect(opened["url"], autoping=False) as socket:
        await socket.receive_json()
        await socket.ping(b"sdk-ping-pong:1")
        pong = await socket.receive()
        assert (pong.type, pong.data) == (aiohttp.WSMsgType.PONG, b"sdk-ping-pong:1")


async def test_the_app_comes_back_after_a_broken_connection(sandbox: Sandbox, app: AsyncApp, slack: Slack) -> None:
    async with connected(sandbox, app, ping_interval=0.1):
        sandbox.faults.disconnect()
        await slack.until(lambda: None if sandbox.socket.is_connected else True, "still connected")
        await slack.until(lambda: True if sandbox.socket.is_connected else None, "no new connection")


async def test_closing_takes_less_than_a_second_and_frees_the_port() -> None:
    loop = asyncio.get_running_loop()
    async with running() as sandbox:
        port = int(sandbox.url.rsplit(":", 1)[1])
        async with (
            connected(sandbox, bolt_app(sandbox)),
            aiohttp.ClientSession() as session,
            session.ws_connect(f"{sandbox.url}/page-api/live?as=U0MINA"),
        ):
            before = loop.time()
            await sandbox.close()
            assert loop.time() - before < 1
    async with running(port=port) as again:
        assert again.url.endswith(f":{port}")


async def test_a_port_in_use_raises_oserror(sandbox: Sandbox) -> None:
    port = int(sandbox.url.rsplit(":", 1)[1])
    with pytest.raises(OSError, match=str(port)):
        async with running(port=port):
            pass
