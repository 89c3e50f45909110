"""HTTP: how posts reach a request URL, signed, and what happens when they do not."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import parse_qs

import aiohttp
import pytest
from aiohttp import web
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.signature import SignatureVerifier
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox import Sandbox
from bot.sandbox.http_delivery import ForeignUrlError, UnverifiedUrlError
from tests.person import Slack, Slacker
from tests.sandbox.conftest import client_of, running

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@asynccontextmanager
async def serving(app: web.Application) -> AsyncIterator[str]:
    """Serve an app on a free port, and yield its address."""
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


@asynccontextmanager
async def posting_to(app: AsyncApp, sandbox: Sandbox) -> AsyncIterator[None]:
    """Let the sandbox deliver to an unmodified Bolt app over HTTP."""
    async with serving(app.web_app()) as address:
        await sandbox.deliver_to(f"{address}/slack/events")
        yield


@asynccontextmanager
async def answering(sandbox: Sandbox, answer: Handler) -> AsyncIterator[None]:
    """Let the sandbox deliver to a server that passes the challenge, and then answers like this."""

    async def on_post(request: web.Request) -> web.StreamResponse:
        if (request.content_type == "application/json") and "challenge" in (asked := await request.json()):
            return web.Response(text=asked["challenge"])
        return await answer(request)

    app = web.Application()
    app.router.add_post("/slack/events", on_post)
    async with serving(app) as address:
        await sandbox.deliver_to(f"{address}/slack/events")
        yield


@pytest.fixture
def app(sandbox: Sandbox, client: AsyncWebClient) -> AsyncApp:
    """Return an unmodified Bolt app that checks signatures."""
    return AsyncApp(client=client, signing_secret=sandbox.signing_secret)


async def test_an_event_reaches_an_unmodified_app(sandbox: Sandbox, app: AsyncApp, mina: Slacker) -> None:
    heard: list[dict[str, Any]] = []

    @app.event("message")
    async def on_message(body: dict[str, Any]) -> None:
        heard.append(body)

    async with posting_to(app, sandbox):
        message = await mina.writes("#product", "hello")
        await sandbox.delivered()
    assert [(body["type"], body["event"]["ts"]) for body in heard] == [("event_callback", message.ts)]
    assert sandbox.undelivered_events == []


async def test_a_command_is_answered_by_the_response(sandbox: Sandbox, app: AsyncApp, mina: Slacker) -> None:
    @app.command("/echo")
    async def echo(ack: AsyncAck, command: dict[str, Any]) -> None:
        await ack(f"{command['text']}, {command['user_name']}")

    async with posting_to(app, sandbox):
        assert (await mina.types("#product", "/echo größer = besser & mehr")).text == "größer = besser & mehr, mina"


async def test_a_modal_is_opened_refused_and_accepted(sandbox: Sandbox, app: AsyncApp, mina: Slacker) -> None:
    field = {"type": "input", "block_id": "note", "label": {"type": "plain_text", "text": "Note"}}
    field["element"] = {"type": "plain_text_input", "action_id": "value"}
    view = {"type": "modal", "callback_id": "note", "title": {"type": "plain_text", "text": "A note"}}

    @app.shortcut("note_this")
    async def on_shortcut(ack: AsyncAck, shortcut: dict[str, Any], client: AsyncWebClient) -> None:
        await ack()
        submit = {"type": "plain_text", "text": "Save"}
        await client.views_open(trigger_id=shortcut["trigger_id"], view=view | {"submit": submit, "blocks": [field]})

    @app.view("note")
    async def on_note(ack: AsyncAck, view: dict[str, Any]) -> None:
        if view["state"]["values"]["note"]["value"]["value"] == "right":
            await ack()
        else:
            await ack(response_action="errors", errors={"note": "Not that"})

    async with posting_to(app, sandbox):
        message = await mina.writes("#product", "hello")
        modal = await mina.uses("Note this", on=message)
        assert await modal.fill(note="wrong").submit() == {"note": "Not that"}
        assert await modal.fill(note="right").submit() is None
    assert not modal.is_open


async def test_every_post_is_signed_and_in_slacks_form(sandbox: Sandbox, mina: Slacker) -> None:
    posts: dict[str, tuple[str, bytes]] = {}
    is_signed = SignatureVerifier(sandbox.signing_secret).is_valid_request

    async def note(request: web.Request) -> web.Response:
        body = await request.read()
        assert is_signed(body, dict(request.headers))
        assert abs(int(request.headers["X-Slack-Request-Timestamp"]) - time.time()) < 60
        assert not is_signed(body + b" ", dict(request.headers))
        posts[request.content_type + str(len(posts))] = (request.headers.get("X-Slack-Retry-Num", "first"), body)
        return web.Response()

    sandbox.clock.move_by(7 * 86_400)  # signatures follow the machine's clock
    async with answering(sandbox, note):
        message = await mina.writes("#product", "hello")
        await sandbox.delivered()
        await mina.person.command("#product", "/echo hi")
        await mina.person.message_shortcut(message.channel, message.ts, "note_this")
    event, command, shortcut = posts
    assert event == "application/json0"
    assert (command, shortcut) == ("application/x-www-form-urlencoded1", "application/x-www-form-urlencoded2")
    assert posts[event][0] == "first"
    assert parse_qs(posts[command][1].decode())["text"] == ["hi"]
    assert list(parse_qs(posts[shortcut][1].decode())) == ["payload"]


async def refused(_: web.Request) -> web.StreamResponse:
    return web.Response(status=503)


async def friendly(_: web.Request) -> web.StreamResponse:
    return web.Response(text="ok")


async def redirected(request: web.Request) -> web.StreamResponse:
    raise web.HTTPTemporaryRedirect(request.path)


async def cut_off(request: web.Request) -> web.StreamResponse:
    assert request.transport is not None
    request.transport.abort()
    return web.Response()


async def silent(_: web.Request) -> web.StreamResponse:
    await asyncio.Event().wait()
    return web.Response()


@pytest.mark.parametrize(
    ("answer", "reason", "posts_each"),
    [
        (refused, "http_error", 1),
        (redirected, "too_many_redirects", 3),
        (cut_off, "connection_failed", 1),
        (silent, "http_timeout", 1),
    ],
)
async def test_what_is_not_accepted_comes_three_times_more_and_says_why(
    answer: Handler, reason: str, posts_each: int
) -> None:
    attempts: list[tuple[str | None, str | None]] = []
    ids: set[str] = set()

    async def note(request: web.Request) -> web.StreamResponse:
        attempt = (request.headers.get("X-Slack-Retry-Num"), request.headers.get("X-Slack-Retry-Reason"))
        attempts.append(attempt)
        ids.add((await request.json())["event_id"])
        return await answer(request)

    async with running(ack_timeout=0.2) as sandbox, answering(sandbox, note):
        await Slack(sandbox).as_("mina").writes("#product", "hello")
        await sandbox.delivered()
        assert len(sandbox.undelivered_events) == 1
    assert attempts[::posts_each] == [(None, None), ("1", reason), ("2", reason), ("3", reason)]
    assert len(attempts) == 4 * posts_each
    assert len(ids) == 1


async def test_an_app_can_ask_for_no_further_delivery(sandbox: Sandbox, mina: Slacker) -> None:
    posts: list[str] = []

    async def refuse(request: web.Request) -> web.Response:
        posts.append(request.path)
        return web.Response(status=500, headers={"X-Slack-No-Retry": "1"})

    async with answering(sandbox, refuse):
        await mina.writes("#product", "hello")
        await sandbox.delivered()
    assert len(posts) == 1


@pytest.mark.parametrize(
    ("answer", "error"),
    [(refused, "http_service_error"), (cut_off, "dispatch_failed"), (silent, "operation_timeout")],
)
async def test_a_command_that_fails_is_told_in_slacks_words_and_not_repeated(answer: Handler, error: str) -> None:
    posts: list[str] = []

    async def note(request: web.Request) -> web.StreamResponse:
        posts.append(request.path)
        return await answer(request)

    async with running(ack_timeout=0.2) as sandbox, answering(sandbox, note):
        outcome = await sandbox.person("mina").command("#product", "/echo hi")
        await sandbox.delivered()
    assert outcome.notice == f'/echo failed with the error "{error}"'
    assert len(posts) == 1


async def test_choosing_http_ends_socket_mode(sandbox: Sandbox, app: AsyncApp) -> None:
    opened = await client_of(sandbox).apps_connections_open(app_token=sandbox.app_token)
    async with aiohttp.ClientSession() as session, session.ws_connect(opened["url"]) as socket:
        assert (await socket.receive_json())["type"] == "hello"
        told = asyncio.create_task(socket.receive_json())
        async with posting_to(app, sandbox):
            said = await told
    assert said["reason"] == "link_disabled"


async def test_a_url_where_nobody_meets_the_challenge_is_not_taken(sandbox: Sandbox, mina: Slacker) -> None:
    stranger = AsyncApp(client=client_of(sandbox), signing_secret="another")
    async with serving(stranger.web_app()) as address:
        with pytest.raises(UnverifiedUrlError):
            await sandbox.deliver_to(f"{address}/slack/events")
        with pytest.raises(UnverifiedUrlError):
            await sandbox.deliver_to(f"{address}/nowhere")
    other = web.Application()
    other.router.add_post("/", friendly)
    async with serving(other) as address:
        with pytest.raises(UnverifiedUrlError):
            await sandbox.deliver_to(address)
    with pytest.raises(ForeignUrlError):
        await sandbox.deliver_to("https://example.com/slack/events")
    assert not sandbox.slack.is_connected


async def test_events_come_twice_late_or_again_when_asked_to(sandbox: Sandbox, app: AsyncApp, mina: Slacker) -> None:
    heard: list[str] = []

    @app.event("message")
    async def on_message(event: dict[str, Any]) -> None:
        heard.append(event["text"])

    async with posting_to(app, sandbox):
        sandbox.faults.duplicate_events()
        await mina.writes("#product", "twice")
        await sandbox.delivered()
        sandbox.faults.lose_acks()
        await mina.writes("#product", "again")
        await sandbox.delivered()
        sandbox.faults.reorder_events()
        for text in ("late", "early", "after"):
            await mina.writes("#product", text)
        await sandbox.delivered()
        sandbox.faults.reorder_events()
        await mina.writes("#product", "alone")
        await sandbox.delivered()
    assert heard[:4] == ["twice", "twice", "again", "again"]
    assert heard.index("early") < heard.index("late")
    assert sorted(heard[4:]) == ["after", "alone", "early", "late"]
