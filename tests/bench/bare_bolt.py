"""The peer: Bolt alone, which acks and does nothing. `python -m tests.bench.bare_bolt socket`."""

import asyncio
import os

from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient


def bare_app() -> AsyncApp:
    """Return an app that answers with nothing."""
    client = AsyncWebClient(token=os.environ["SLACK_BOT_TOKEN"], base_url=os.environ["SLACK_API_URL"])
    app = AsyncApp(client=client, token=os.environ["SLACK_BOT_TOKEN"], process_before_response=True)

    @app.event("reaction_added")
    async def on_reaction() -> None:
        """Do nothing."""

    @app.command("/roadmap")
    async def on_command(ack: AsyncAck) -> None:
        await ack("ok")

    return app


async def main() -> None:
    """Connect, say so, and stay."""
    handler = AsyncSocketModeHandler(bare_app(), os.environ["SLACK_APP_TOKEN"])
    await handler.connect_async()  # type: ignore[no-untyped-call]  # Bolt has no types here
    print("ready", flush=True)  # noqa: T201 (the bench waits for it)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main())
