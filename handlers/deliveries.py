"""Asking a person about a message of which Slack did not say whether it was posted."""

from collections.abc import Mapping
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp

from bot.outbox import Rendered
from bot.services import deliveries, updates
from handlers import ids
from handlers.needs import Need
from handlers.slack import House, asking
from handlers.views import deliveries as views
from storage.models import OutboxRow

NEEDS = Need(scopes=("chat:write", "im:write"))


def register(app: AsyncApp, house: House) -> None:
    """Listen to both answers."""

    async def decide(body: dict[str, Any], action: dict[str, Any], *, there: bool) -> None:
        ask = await asking(house, body)
        row = await deliveries.decide(
            house.database, by=ask.reader, key=str(action["value"]), there=there, cause=ask.cause
        )
        if there and row.kind == "update_post":
            await updates.take_as_posted(house.database, by=ask.reader, number=int(row.nouns["number"]), now=ask.now)

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

    async def notice(row: OutboxRow) -> Rendered | None:
        held = await deliveries.find(house.database, team_id=row.team_id, key=str(row.nouns["key"]))
        return views.held_notice(held) if held is not None else None

    return {"held_notice": notice}
