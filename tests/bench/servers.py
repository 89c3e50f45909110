"""Doors to knock at, as processes: `python -m tests.bench.servers http|socket durable|done|bare FOLDER`.

`durable` stores and acks, and dispatches nothing; `done` dispatches each event into Bolt too, whose listener does
nothing; `bare` is Bolt alone with the same listener. All on the same server and loop, with the same packages.
"""

import asyncio
import os
import sys

from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.web.async_client import AsyncWebClient

from bot.intake import Held, Intake
from bot.loop import run
from bot.web import Handler, site
from handlers.door import Door, PatientClient
from handlers.http_door import HttpDoor
from storage.database import Database
from storage.migrations import bring_up

SECRET = "bench"


async def serve(transport: str, kind: str, folder: str) -> None:
    """Open the door, say where, and stay."""
    app = _app()
    door = await _door(app, folder, stopped=kind == "durable") if kind != "bare" else None
    if transport == "http":
        on_post: Handler = HttpDoor(door, SECRET).on_post if door is not None else _bare_post(app)
        runner = web.AppRunner(site(_ready, on_post=on_post), access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        where = str(runner.addresses[0][1])
    else:
        where = "socket"
        client: SocketModeClient = PatientClient(os.environ["SLACK_APP_TOKEN"], web_client=app.client)
        if door is not None:
            client.socket_mode_request_listeners.append(door.on_envelope)
        else:
            client = AsyncSocketModeHandler(app, os.environ["SLACK_APP_TOKEN"], web_client=app.client).client
        await client.connect()  # type: ignore[no-untyped-call]  # the SDK has no types here
    print(where, flush=True)  # noqa: T201 (the bench waits for it)
    await asyncio.Event().wait()


def _app() -> AsyncApp:
    async def authorize() -> AuthorizeResult:
        return AuthorizeResult(enterprise_id=None, team_id="T", bot_user_id="UBOT", bot_id="BBOT", bot_token="xoxb-0")

    client = AsyncWebClient(token="xoxb-0", base_url=os.environ["SLACK_API_URL"])
    app = AsyncApp(client=client, authorize=authorize, signing_secret=SECRET, process_before_response=True)

    @app.event("reaction_added")
    async def on_reaction() -> None:
        """Do nothing."""

    return app


async def _door(app: AsyncApp, folder: str, *, stopped: bool) -> Door:
    database = Database(f"sqlite:///{folder}/bench.db")
    bring_up(database.engine)
    door = Door(app, _concerned, _told)
    door.intake = Intake(database, _never if stopped else door.dispatch, owner="bench")
    await door.intake.start()
    return door


async def _never(_: Held) -> None:
    await asyncio.Event().wait()


async def _concerned(_: object) -> bool:
    return True


async def _told(_: object, __: str) -> bool:
    return True


async def _ready() -> None:
    return None


def _bare_post(app: AsyncApp) -> Handler:
    async def on_post(request: web.Request) -> web.StreamResponse:
        return await to_aiohttp_response(await app.async_dispatch(await to_bolt_request(request)))

    return on_post


if __name__ == "__main__":
    run(serve(*sys.argv[1:4]))
