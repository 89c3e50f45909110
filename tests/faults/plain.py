"""A listener as tutorials have it: Slack's Bolt acks an event, then the listener looks the message up and keeps it.

For comparison only. It gets the same settings and the same kills as Linchpin.
"""

import asyncio
import os
import re
import sqlite3
from typing import Any

from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from tests.faults.bots import READY

FILE = "plain.db"


async def _main() -> None:
    kept = sqlite3.connect(FILE, isolation_level=None)
    kept.execute("CREATE TABLE IF NOT EXISTS support (channel TEXT, ts TEXT, person TEXT)")
    client = AsyncWebClient(os.environ["SLACK_BOT_TOKEN"], base_url=os.environ["SLACK_API_URL"])
    app = AsyncApp(client=client)

    @app.event("reaction_added")
    async def on_reaction(event: dict[str, Any]) -> None:
        item = event["item"]
        await client.reactions_get(channel=item["channel"], timestamp=item["ts"], full=True)
        kept.execute("INSERT INTO support VALUES (?, ?, ?)", (item["channel"], item["ts"], event["user"]))

    @app.event(re.compile(".*"))
    async def on_anything_else() -> None:
        """Let Bolt ack what is not for us."""

    handler = AsyncSocketModeHandler(app, os.environ["SLACK_APP_TOKEN"])
    await handler.connect_async()  # type: ignore[no-untyped-call]
    print(READY.decode(), "Slack by Bolt alone", flush=True)  # noqa: T201
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(_main())
