"""What the page asks for and sends: snapshots, live changes, and acts of the person it shows."""

import asyncio
import base64
import json
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from aiohttp import WSCloseCode, web

from bot.errors import BotError
from bot.sandbox import page_shapes as shapes
from bot.sandbox.acts import Outcome, Person, Where
from bot.sandbox.local_slack import LocalSlack
from bot.sandbox.member import RefusedError
from bot.sandbox.orders import ORDERS
from bot.sandbox.workspace import Change, Json

logger = logging.getLogger(__name__)

PAGE = Path(__file__).parent / "page"
HERE = {"127.0.0.1", "localhost"}
SAFETY = {
    "Content-Security-Policy": (
        "default-src 'self'; img-src 'self' data:; connect-src 'self' ws://127.0.0.1:* ws://localhost:*; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",
}

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@web.middleware
async def only_from_here(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuse other hosts and other origins: a web page elsewhere must not drive the sandbox."""
    host = urlsplit(f"//{request.headers.get('Host', '')}")
    origin = request.headers.get("Origin")
    if host.hostname not in HERE or (origin is not None and origin != f"http://{host.netloc}"):
        return web.Response(status=403, text="The sandbox answers only to its own page on this computer.")
    return await handler(request)


class PageApi:
    """Serve the page, its state, its live changes, and what people do on it."""

    def __init__(self, slack: LocalSlack) -> None:
        self._slack = slack
        self._live: dict[web.WebSocketResponse, asyncio.Queue[Json]] = {}

    def add_routes(self, app: web.Application) -> None:
        """Add the page's routes to the server."""
        app.router.add_get("/", self._on_page)
        app.router.add_get("/archives/{channel}/{message}", self._on_page)
        app.router.add_get("/archives/{channel}", self._on_page)
        app.router.add_get("/page/{file}", self._on_file)
        app.router.add_get("/page-api/state", self._on_state)
        app.router.add_get("/page-api/live", self._on_live)
        app.router.add_post("/page-api/act", self._on_act)

    async def close(self) -> None:
        """Close the live connections."""
        for socket in list(self._live):
            await socket.close(code=WSCloseCode.GOING_AWAY)

    def _person(self, user_id: str) -> Person:
        user = self._slack.workspace.users.get(user_id)
        if user is None or user.is_bot:
            raise web.HTTPNotFound(text="There is nobody with this id.")
        return Person(self._slack, user)

    # the page itself

    async def _on_page(self, request: web.Request) -> web.StreamResponse:
        return web.FileResponse(PAGE / "index.html", headers=SAFETY)

    async def _on_file(self, request: web.Request) -> web.StreamResponse:
        path = PAGE / request.match_info["file"]
        if path.parent != PAGE or not path.is_file():
            raise web.HTTPNotFound
        return web.FileResponse(path, headers=SAFETY)

    async def _on_state(self, request: web.Request) -> web.Response:
        users = self._slack.workspace.users
        reader = users.get(request.query.get("as", ""))
        if reader is None or reader.is_bot:
            people = [user for user in users.values() if not user.is_bot]
            reader = next((user for user in people if user.is_admin), people[0])
        return web.json_response(shapes.snapshot(self._slack, reader))

    # live

    async def _on_live(self, request: web.Request) -> web.StreamResponse:
        person = self._person(request.query.get("as", ""))
        socket = web.WebSocketResponse(heartbeat=30.0)
        await socket.prepare(request)
        queue: asyncio.Queue[Json] = asyncio.Queue()
        self._live[socket] = queue

        def on_change(change: Change) -> None:
            if (news := shapes.change_for(self._slack, person.user, change)) is not None:
                queue.put_nowait(news)

        stop = self._slack.workspace.subscribe(on_change)
        sender = asyncio.ensure_future(self._send_all(socket, queue))
        try:
            async for _ in socket:
                pass
        finally:
            stop()
            sender.cancel()
            del self._live[socket]
        return socket

    async def _send_all(self, socket: web.WebSocketResponse, queue: asyncio.Queue[Json]) -> None:
        with suppress(ConnectionError):
            while True:
                await socket.send_str(json.dumps(await queue.get()))

    # acts

    async def _on_act(self, request: web.Request) -> web.Response:
        if request.content_type != "application/json":
            raise web.HTTPUnsupportedMediaType(text="Send JSON.")
        try:
            act: Any = await request.json()
            person = self._person(str(act["as"]))
            do = ACTS[act["do"]]
            answer = await do(person, act)
        except BotError as refusal:
            return web.json_response({"ok": False, "error": str(refusal)})
        except (AttributeError, KeyError, TypeError, ValueError):
            logger.warning("An act of the page could not be read.", exc_info=True)
            return web.json_response({"ok": False, "error": "The page sent something I can't read."})
        return web.json_response({"ok": True, **(answer or {})})


def _where(act: Json) -> Where:
    where = act.get("where") or act
    if where.get("home"):
        return Where(home=True)
    if where.get("view"):
        return Where(view_id=str(where["view"]))
    place = where.get("message") or where
    return Where(channel=str(place["channel"]), ts=str(place["ts"]))


def _outcome(outcome: Outcome) -> Json:
    return {"notice": outcome.notice} if outcome.notice else {}


async def _post(person: Person, act: Json) -> Json:
    message = await person.post(act["channel"], act["text"], act.get("thread_ts"))
    return {"message": shapes.message(person.slack, message)}


async def _edit(person: Person, act: Json) -> None:
    await person.edit(act["channel"], act["ts"], act["text"])


async def _upload(person: Person, act: Json) -> Json:
    files = [(one["name"], base64.b64decode(one["content"], validate=True)) for one in act["files"]]
    message = await person.share_files(act["channel"], files, act.get("text") or "", act.get("thread_ts"))
    return {"message": shapes.message(person.slack, message)}


async def _bring_file(person: Person, act: Json) -> Json:
    """Keep a file that a field of a modal asked for."""
    file = person.slack.uploads.keep(person.id, act["name"], base64.b64decode(act["content"], validate=True))
    return {"file": person.slack.uploads.share(file, None)}


async def _share(person: Person, act: Json) -> None:
    """Share a channel with the other company that the story knows."""
    ours = person.slack.workspace.team_id
    theirs = (user.team_id for user in person.slack.workspace.users.values() if user.team_id != ours)
    await person.share(act["channel"], next(theirs, "T0ELSEWHERE"))


async def _command(person: Person, act: Json) -> Json:
    return _outcome(await person.command(act["channel"], act["text"]))


async def _message_shortcut(person: Person, act: Json) -> Json:
    return _outcome(await person.message_shortcut(act["channel"], act["ts"], act["callback_id"]))


async def _global_shortcut(person: Person, act: Json) -> Json:
    return _outcome(await person.global_shortcut(act["callback_id"]))


async def _click(person: Person, act: Json) -> Json:
    return _outcome(
        await person.click(_where(act), act["block_id"], act["action_id"], act.get("value"), act.get("state"))
    )


async def _submit(person: Person, act: Json) -> Json:
    done = await person.submit(act["view"], act.get("state"))
    return {
        **({"errors": done.errors} if done.errors else {}),
        **({"notice": done.notice} if done.notice else {}),
    }


async def _suggestions(person: Person, act: Json) -> Json:
    return await person.suggestions(_where(act), act["block_id"], act["action_id"], act.get("value") or "")


async def _open_dm(person: Person, act: Json) -> Json:
    channel = await person.open_dm(act["user"])
    return {"channel": shapes.channel(person.slack, channel, person.user)}


async def _move_clock(person: Person, act: Json) -> None:
    clock = person.slack.workspace.clock
    try:
        if "to" in act:
            clock.move_to(float(act["to"]))
        else:
            clock.move_by(float(act["by"]))
    except ValueError as back:
        raise RefusedError(str(back)) from back


async def _fault(person: Person, act: Json) -> None:
    """Let something go wrong next."""
    ORDERS[act["what"]](person.slack.faults, act)


ACTS: dict[str, Callable[[Person, Json], Awaitable[Json | None]]] = {
    "post": _post,
    "edit": _edit,
    "delete": lambda person, act: person.delete(act["channel"], act["ts"]),
    "react": lambda person, act: person.react(act["channel"], act["ts"], act["name"]),
    "unreact": lambda person, act: person.unreact(act["channel"], act["ts"], act["name"]),
    "command": _command,
    "message_shortcut": _message_shortcut,
    "global_shortcut": _global_shortcut,
    "click": _click,
    "submit": _submit,
    "close": lambda person, act: person.close(act["view"]),
    "suggestions": _suggestions,
    "open_home": lambda person, act: person.open_home(act.get("tab") or "home"),
    "open_dm": _open_dm,
    "move_clock": _move_clock,
    "fault": _fault,
    "dismiss_ephemeral": lambda person, act: person.dismiss_ephemeral(act["channel"], act["ts"]),
    "join": lambda person, act: person.join(act["channel"]),
    "invite_bot": lambda person, act: person.invite_bot(act["channel"]),
    "invite": lambda person, act: person.invite(act["channel"], act["user"]),
    "leave": lambda person, act: person.leave(act["channel"]),
    "archive": lambda person, act: person.archive(act["channel"]),
    "unarchive": lambda person, act: person.unarchive(act["channel"]),
    "share": _share,
    "unshare": lambda person, act: person.unshare(act["channel"]),
    "upload": _upload,
    "bring_file": _bring_file,
    "look_at": lambda person, act: person.look_at(act["channel"]),
    "stop": lambda person, act: person.stop(act["channel"], act["ts"]),
    "remove_bot": lambda person, act: person.remove_bot(act["channel"]),
    "read": lambda person, act: person.read(act["channel"]),
}
