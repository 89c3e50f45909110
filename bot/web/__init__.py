"""The bot's own web server: is it alive, is it ready.

May import the services; to add a page, add its file here and its route in `site`.
"""

from collections.abc import Awaitable, Callable

from aiohttp import web

Probe = Callable[[], Awaitable[str | None]]
"""Says why the bot is not ready; None when it is."""


def site(ready: Probe) -> web.Application:
    """Return the web application: `/healthz` (the loop turns) and `/readyz` (Slack and the database can be used)."""

    async def healthz(_: web.Request) -> web.Response:
        return web.json_response({"status": "alive"})

    async def readyz(_: web.Request) -> web.Response:
        why = await ready()
        return web.json_response({"status": why or "ready"}, status=200 if why is None else 503)

    app = web.Application()
    app.add_routes([web.get("/healthz", healthz), web.get("/readyz", readyz)])
    return app
