"""The roadmap by command: overview, lanes, items, search, and their changes."""

import re
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond

from bot.errors import InvalidInputError
from bot.services import feedback, roadmap, search
from bot.services.due import Due, parse_due
from handlers import ids
from handlers.grammar import FEEDBACK, ITEM, LANE, TEXT, command, either
from handlers.needs import Need
from handlers.slack import Asking, House, asking
from handlers.views import Reply
from handlers.views import feedback as feedback_views
from handlers.views import roadmap as views
from storage.models import Lane

NEEDS = Need()


@command("", reads_only=True)
async def overview(ask: Asking) -> Reply:
    """The roadmap: Now, Next, Later, and what changed since you last looked."""
    seen = await roadmap.overview(ask.house.database, reader=ask.reader, now=ask.now)
    await roadmap.mark_looked(ask.house.database, reader=ask.reader, now=ask.now)
    return views.overview_reply(seen, ask.reader, ask.tz)


@command("now", "next", "later", "shipped", reads_only=True)
async def lane(ask: Asking) -> Reply:
    """One lane of the roadmap."""
    return await _lane(ask, ask.asked.verb, rows=views.ROWS)


@command("show", usage="RM-12", takes=(either("what", ITEM, FEEDBACK),), reads_only=True)
async def show(ask: Asking) -> Reply:
    """An item, what stands behind it, and its history; or a piece of feedback, as FB-104."""
    what = ask.asked["what"]
    if what.startswith("FB-"):
        captured = await feedback.show(ask.house.database, reader=ask.reader, number=number_of(what))
        return feedback_views.feedback_reply(captured, ask.tz)
    return await _card(ask, number_of(what))


@command("find", usage="words", takes=(TEXT,), reads_only=True)
async def find(ask: Asking) -> Reply:
    """Items and feedback that hold these words; typos are forgiven."""
    text = ask.asked["text"]
    found = await search.find(ask.house.database, reader=ask.reader, text=text)
    return views.found_reply(found, text, ask.now, ask.tz)


@command("add", usage="Dark mode", role="pm", takes=(TEXT,))
async def add(ask: Asking) -> Reply:
    """A new item; with area:, lane:, owner: and due: if you like."""
    asked = ask.asked.filters
    item = await roadmap.add(
        ask.house.database,
        by=ask.reader,
        title=ask.asked["text"],
        cause=ask.cause,
        now=ask.now,
        lane=asked.get("lane", Lane.LATER),
        area=asked.get("area", ""),
        owner=person_in(asked["owner"]) if "owner" in asked else None,
        due=_due(asked["due"], ask) if "due" in asked else None,
    )
    return views.added_reply(item)


@command("move", usage='RM-12 next reason:"why"', role="pm", takes=(ITEM, LANE))
async def move(ask: Asking) -> Reply:
    """An item goes to another lane, for a reason."""
    reason = ask.asked.filters.get("reason", "")
    item, left = await roadmap.move(
        ask.house.database,
        by=ask.reader,
        number=number_of(ask.asked["item"]),
        lane=ask.asked["lane"],
        reason=reason,
        cause=ask.cause,
        now=ask.now,
    )
    return views.moved_reply(item, left, reason)


EVERY_ROW = 1000
"""More rows than fit into one message are cut by `fit`, which says so."""


def register(app: AsyncApp, house: House) -> None:
    """Listen to the roadmap's menus and buttons."""

    @app.action(ids.ITEM_SHOW)
    async def on_item_chosen(
        ack: AsyncAck, body: dict[str, Any], action: dict[str, Any], respond: AsyncRespond
    ) -> None:
        await ack()
        ask = await asking(house, body)
        reply = await _card(ask, int(action["selected_option"]["value"]))
        await respond(replace_original=False, **reply.whispered())

    @app.action(ids.LANE_MORE)
    async def on_more_wanted(
        ack: AsyncAck, body: dict[str, Any], action: dict[str, Any], respond: AsyncRespond
    ) -> None:
        await ack()
        ask = await asking(house, body)
        reply = await _lane(ask, action["value"], rows=EVERY_ROW)
        await respond(replace_original=False, **reply.whispered())


def number_of(ref: str) -> int:
    """Return the number in an id such as RM-12."""
    return int(ref.rpartition("-")[2])


def person_in(typed: str) -> str:
    """Return the user id that a filter such as `owner:@mina` holds."""
    if not re.fullmatch(r"[UW][A-Z0-9]+", typed):
        raise InvalidInputError(f"I can't tell who “{typed}” is. Type @ and choose the person from Slack's list.")
    return typed


def _due(typed: str, ask: Asking) -> Due:
    found = parse_due(typed, ask.now, ask.tz)
    if found is None:
        raise InvalidInputError(f"I can't read “{typed}” as a date. Type it like `2026-10-01`, `14 Oct` or `Q4`.")
    return found


async def _lane(ask: Asking, name: str, *, rows: int) -> Reply:
    seen = await roadmap.overview(ask.house.database, reader=ask.reader, now=ask.now, lanes=(name,))
    return views.lane_reply(name, seen, ask.reader, ask.tz, rows=rows)


async def _card(ask: Asking, number: int) -> Reply:
    card = await roadmap.show(ask.house.database, reader=ask.reader, number=number)
    return views.item_reply(card, ask.reader, ask.now, ask.tz)
