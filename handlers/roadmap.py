"""The roadmap by command: overview, lanes, items, and their changes."""

from collections.abc import Mapping, Sequence
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond

from bot.services import customer_view, feedback, filters, roadmap
from bot.services.lanes import LIVE
from bot.services.refs import number_of
from handlers import ids
from handlers.asked import read
from handlers.grammar import FEEDBACK, ITEM, LANE, command, either
from handlers.house import House
from handlers.needs import Need
from handlers.slack import Asking, answer_click, asking
from handlers.views import Reply
from handlers.views import customer_view as customer_views
from handlers.views import feedback as feedback_views
from handlers.views import roadmap as views
from storage.models import Role

NEEDS = Need()


@command("", reads_only=True, filters=filters.NAMES)
async def overview(ask: Asking) -> Reply:
    """The roadmap: Now, Next, Later, and what changed since you last looked."""
    wanted = _filters(ask, ask.asked.filters)
    if wanted.as_customer:
        return await _as_customer(ask, LIVE, wanted)
    seen = await roadmap.overview(ask.house.database, reader=ask.reader, now=ask.now, filters=wanted)
    if not wanted.typed:
        await roadmap.mark_looked(ask.house.database, reader=ask.reader, now=ask.now)
    return views.overview_reply(seen, ask.reader, ask.tz)


@command("now", "next", "later", "shipped", reads_only=True, filters=filters.NAMES)
async def lane(ask: Asking) -> Reply:
    """One lane; area:, status:, owner:, obj:, quarter:, theme:, customer: narrow it; also sort:votes, as:customer."""
    return await _lane(ask, ask.asked.verb, ask.asked.filters, rows=views.ROWS)


@command("show", usage="RM-12", takes=(either("what", ITEM, FEEDBACK),), reads_only=True)
async def show(ask: Asking) -> Reply:
    """An item, what stands behind it, and its history; or a piece of feedback, as FB-104."""
    what = ask.asked["what"]
    if what.startswith("FB-"):
        captured = await feedback.show(ask.house.database, reader=ask.reader, number=number_of(what))
        return feedback_views.feedback_reply(captured, ask.reader, ask.tz)
    return await _card(ask, number_of(what))


@command("move", usage='RM-12 next reason:"why"', role=Role.PM, takes=(ITEM, LANE), filters=("reason",))
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


def register(app: AsyncApp, house: House) -> None:
    """Listen to the roadmap's menus and buttons."""

    @app.action(ids.ITEM_SHOW)
    async def on_item_chosen(
        ack: AsyncAck, body: dict[str, Any], action: dict[str, Any], respond: AsyncRespond
    ) -> None:
        await ack()
        ask = await asking(house, body)
        reply = await _card(ask, int(action["selected_option"]["value"]))
        await answer_click(body, respond, reply.whispered())

    @app.action(ids.LANE_MORE)
    async def on_more_wanted(
        ack: AsyncAck, body: dict[str, Any], action: dict[str, Any], respond: AsyncRespond
    ) -> None:
        await ack()
        ask = await asking(house, body)
        wanted = read(str(action["value"]))
        reply = await _lane(ask, wanted.rest, wanted.filters, rows=views.EVERY_ROW)
        await answer_click(body, respond, reply.whispered())


async def _lane(ask: Asking, name: str, typed: Mapping[str, str], *, rows: int) -> Reply:
    wanted = _filters(ask, typed)
    if wanted.as_customer:
        return await _as_customer(ask, (name,), wanted)
    seen = await roadmap.overview(ask.house.database, reader=ask.reader, now=ask.now, lanes=(name,), filters=wanted)
    return views.lane_reply(name, seen, ask.reader, ask.tz, rows=rows)


def _filters(ask: Asking, typed: Mapping[str, str]) -> filters.Filters:
    return filters.Filters.read(typed, me=ask.reader.user_id, now=ask.now, tz=ask.tz)


async def _as_customer(ask: Asking, lanes: Sequence[str], wanted: filters.Filters) -> Reply:
    told = await customer_view.lanes(ask.house.database, reader=ask.reader, now=ask.now, lanes=lanes, filters=wanted)
    return customer_views.lanes_reply(told, lanes, ask.reader, ask.tz)


async def _card(ask: Asking, number: int) -> Reply:
    card = await roadmap.show(ask.house.database, reader=ask.reader, number=number)
    return views.item_reply(card, ask.reader, ask.now, ask.tz)
