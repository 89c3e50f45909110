"""Asking a person about a message of which Slack did not say whether it was posted."""

from collections.abc import Mapping
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp

from bot.outbox import Rendered
from bot.services import deliveries, updates
from handlers import ids
from handlers.house import House
from handlers.needs import Need
from handlers.slack import asking
from handlers.views import deliveries as views
from storage.models import OutboxRow

NEEDS = Need(scopes=("chat:write", "im:write"))


def register(app: AsyncApp, house: House) -> None:
    """Listen to both answers."""

    async def decide(body: dict[str, Any], action: dict[str, Any], *, there: bool) -> None:
        ask, notice = await asking(house, body), str(action["value"])
        await deliveries.decide(
            house.database, by=ask.reader, notice=notice, there=there, cause=ask.cause, now=ask.now,
            seen={"update_post": updates.note_seen},
        )  # fmt: skip

    @app.action(ids.DELIVERY_THERE)
    async def on_there(ack: AsyncAck, body: dict[str, Any], action: dict[str, Any]) -> None:
        await ack()
        await decide(body, action, there=True)

    @app.action(ids.DELIVERY_AGAIN)
    async def on_again(ack: AsyncAck, body: dict[str, Any], action: dict[str, Any]) -> None:
        await ack()
        await decide(body, action, there=False)


def renderers(house: House) -> Mapping[str, Any]:
    """Return what renders the question."""

    async def notice(row: OutboxRow) -> Rendered:
        held = await deliveries.find(house.database, notice=row)
        return views.held_notice(held, notice=row.target or row.key) if held is not None else views.settled_notice()

    return {"held_notice": notice}
