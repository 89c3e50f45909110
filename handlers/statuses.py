"""How an item is doing: said by its owner, seen by them first, and confirmed when it is still true."""

from collections.abc import Mapping
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond

from bot.errors import BotError
from bot.services import statuses
from bot.services.refs import number_of
from handlers import ids
from handlers.grammar import ITEM, TEXT, command, one_of, optional
from handlers.house import House
from handlers.needs import Need
from handlers.slack import Asking, answer_click, asking, open_view
from handlers.views import Reply
from handlers.views import statuses as views
from handlers.views.forms import values
from storage.models import Role

NEEDS = Need()

SPOKEN = one_of("status", *statuses.SPOKEN)


@command(
    "update",
    usage="RM-12 at-risk The tax review is not booked",
    role=Role.VIEWER,
    takes=(ITEM, optional(SPOKEN), optional(TEXT)),
)
async def update(ask: Asking) -> Reply:
    """How an item you own is doing, in your words; you see it before it is published."""
    draft = await statuses.draft(
        ask.house.database,
        by=ask.reader,
        number=number_of(ask.asked["item"]),
        status=ask.asked.get("status"),
        text=ask.asked.get("text") or "",
    )
    return views.preview_reply(views.Said(draft.item.number, ask.asked.get("status"), draft.text, ask.cause), draft)


def register(app: AsyncApp, house: House) -> None:
    """Listen to the buttons of a preview, to the form that changes it, and to "Still true"."""

    @app.action(ids.STATUS_PUBLISH)
    async def on_publish(ack: AsyncAck, body: dict[str, Any], action: dict[str, Any], respond: AsyncRespond) -> None:
        await ack()
        said = views.Said.unpacked(str(action["value"]))
        reply = await _publish(await asking(house, body), said, cause=_button(said))
        await respond(replace_original=True, **reply.whispered())

    @app.action(ids.STATUS_CHANGE)
    async def on_change(ack: AsyncAck, body: dict[str, Any], action: dict[str, Any]) -> None:
        await ack()
        await open_view(house, body, views.change_modal(views.Said.unpacked(str(action["value"]))))

    @app.view(ids.STATUS_SUBMIT)
    async def on_changed(ack: AsyncAck, body: dict[str, Any], view: Mapping[str, Any]) -> None:
        filled = values(view["state"]["values"])
        said = views.Said.unpacked(view["private_metadata"]).changed(filled["status"], filled.get("text", ""))
        try:
            ask = await asking(house, body)
            reply = await _publish(ask, said, cause=ask.cause)
        except BotError as error:
            await ack(response_action="errors", errors={"text": error.message.replace("`", "")})
            return
        await ack(response_action="update", view=views.published_modal(reply))

    @app.action(ids.STATUS_CANCEL)
    async def on_cancel(ack: AsyncAck, respond: AsyncRespond) -> None:
        await ack()
        await respond(delete_original=True)

    @app.action(ids.STATUS_CONFIRM)
    async def on_still_true(ack: AsyncAck, body: dict[str, Any], action: dict[str, Any], respond: AsyncRespond) -> None:
        await ack()
        ask = await asking(house, body)
        item = await statuses.confirm(
            house.database, by=ask.reader, number=int(action["value"]), cause=ask.cause, now=ask.now
        )
        await answer_click(body, respond, views.confirmed_reply(item).whispered())


async def _publish(ask: Asking, said: views.Said, *, cause: str) -> Reply:
    draft = await statuses.publish(
        ask.house.database, by=ask.reader, number=said.number, status=said.status, text=said.text,
        preview=_button(said), cause=cause, now=ask.now,
    )  # fmt: skip
    return views.published_reply(draft)


def _button(said: views.Said) -> str:
    """Return the cause of the button below a preview: what it shows is published once, whoever presses how often."""
    return f"update:{said.preview}"
