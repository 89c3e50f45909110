"""Items, one by one: adding them in a line, and the form in which they are written and edited."""

import re
from collections.abc import Mapping
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp

from bot.errors import InvalidInputError
from bot.services import items, votes
from bot.services.accounts import UnknownAccountError
from bot.services.due import Due, parse_due
from bot.services.filters import objective_in
from bot.services.meanwhile import ChangedMeanwhileError
from bot.services.refs import number_of, person_in
from handlers import ids
from handlers.grammar import ITEM, TEXT, command
from handlers.house import House
from handlers.needs import Need, Shortcut
from handlers.slack import Asking, asking, open_for, open_view
from handlers.views import Reply
from handlers.views import items as views
from handlers.views import roadmap as roadmap_views
from handlers.views.forms import read_opened
from storage.models import Lane, Role

NEEDS = Need(
    shortcuts=(Shortcut("global", ids.NEW_ITEM, "New roadmap item", "Put something on the roadmap, with its details"),)
)


@command("add", usage="Dark mode", role=Role.PM, takes=(TEXT,), filters=("area", "lane", "owner", "due", "obj", "for"))
async def add(ask: Asking) -> Reply:
    """A new item; with area:, lane:, owner:, due:, obj: and for: if you like."""
    asked = ask.asked.filters
    if "for" in asked:
        try:
            await votes.check_customer(ask.house.database, by=ask.reader, customer=asked["for"])
        except UnknownAccountError as error:
            return roadmap_views.not_added_reply(error.message, error.typed)
    draft = items.Draft(
        ask.asked["text"],
        area=asked.get("area", ""),
        owner=person_in(asked["owner"]) if "owner" in asked else ask.reader.user_id,
        due=due_in(asked["due"], ask) if "due" in asked else None,
        objective=objective_in(asked["obj"]) if "obj" in asked else None,
    )
    lane = asked.get("lane", Lane.LATER)
    item = await items.add(ask.house.database, by=ask.reader, draft=draft, lane=lane, cause=ask.cause, now=ask.now)
    if "for" in asked:
        await votes.cast(
            ask.house.database, by=ask.reader, number=item.number, customer=asked["for"], weight=None,
            cause=f"{ask.cause}:for", now=ask.now,
        )  # fmt: skip
    return roadmap_views.added_reply(item)


@command("edit", usage="RM-12", role=Role.PM, takes=(ITEM,))
async def edit(ask: Asking) -> None:
    """All that is written of an item, in a form."""
    form = await items.form(ask.house.database, reader=ask.reader, number=number_of(ask.asked["item"]))
    await open_for(ask, views.item_modal(form, tz=ask.tz))


def register(app: AsyncApp, house: House) -> None:
    """Listen to the shortcut and to the form."""

    @app.shortcut(ids.NEW_ITEM)
    async def on_item_wanted(ack: AsyncAck, body: dict[str, Any]) -> None:
        await ack()
        ask = await asking(house, body)
        form = await items.form(house.database, reader=ask.reader, number=None)
        await open_view(house, body, views.item_modal(form, tz=ask.tz))

    @app.view(ids.ITEM_SUBMIT)
    async def on_item_written(ack: AsyncAck, body: dict[str, Any], view: Mapping[str, Any]) -> None:
        ask = await asking(house, body)
        filled, (what, seen) = views.read_form(view["state"]["values"]), read_opened(str(view["private_metadata"]))
        errors, due, effort = _read_again(filled, ask)
        if errors:
            await ack(response_action="errors", errors=errors)
            return
        told: dict[str, Any] = {"draft": views.draft_of(filled, due, effort), "cause": ask.cause, "now": ask.now}
        if what == views.NEW:
            await items.add(house.database, by=ask.reader, **told)
            await ack()
            return
        try:
            await items.edit(house.database, by=ask.reader, number=int(what), seen=seen, **told)
        except ChangedMeanwhileError as error:
            form = await items.form_again(house.database, reader=ask.reader, number=int(what), meanwhile=error)
            await ack(response_action="update", view=views.item_modal(form, tz=ask.tz))
            return
        await ack()


def due_in(typed: str, ask: Asking) -> Due:
    """Return the date that somebody typed. Raises InvalidInputError."""
    found = parse_due(typed, ask.now, ask.tz)
    if found is None:
        raise InvalidInputError(f"I can't read “{typed}” as a date. Type it like `2026-10-01`, `14 Oct` or `Q4`.")
    return found


def _read_again(filled: views.Filled, ask: Asking) -> tuple[dict[str, str], Due | None, float | None]:
    """Return what cannot be read of a form, by field, with the date and the effort that can."""
    errors: dict[str, str] = {}
    if not filled.title:
        errors["title"] = "An item needs a title."
    due = parse_due(filled.due, ask.now, ask.tz) if filled.due else None
    if filled.due and due is None:
        errors["due"] = "I can't read that as a date. Type it like 2026-10-01, 14 Oct or Q4."
    number = filled.effort.replace(",", ".")
    effort = float(number) if re.fullmatch(r"[0-9]{1,4}(\.[0-9]{1,2})?", number, re.ASCII) else None
    if filled.effort and effort is None:
        errors["effort"] = "Type the number of weeks, like 3 or 0.5."
    return errors, due, effort
