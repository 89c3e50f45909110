"""The bot's own web server: is it alive, is it ready; and where Slack posts to, over HTTP.

May import the services; to add a page, add its file here and its route in `site`.
"""

from collections.abc import Awaitable, Callable

from aiohttp import web

Probe = Callable[[], Awaitable[str | None]]
"""Says why the bot is not ready; None when it is."""

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def site(ready: Probe, *, on_post: Handler | None = None) -> web.Application:
    """Return the web application.

    `/healthz` says that the loop turns, `/readyz` that Slack and the database can be used. `on_post` takes what Slack
    posts to `/slack/events`; over Socket Mode there is none.
    """

    async def healthz(_: web.Request) -> web.Response:
        return web.json_response({"status": "alive"})

    async def readyz(_: web.Request) -> web.Response:
        why = await ready()
        return web.json_response({"status": why or "ready"}, status=200 if why is None else 503)

    app = web.Application()
    app.add_routes([web.get("/healthz", healthz), web.get("/readyz", readyz)])
    if on_post is not None:
        app.add_routes([web.post("/slack/events", on_post)])
    return app
