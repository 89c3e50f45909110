"""Following items: who follows one hears when it moves, and `mine` says where all of one's own stands."""

from collections.abc import Mapping
from typing import Any

from bot.outbox import Rendered
from bot.services import follows
from bot.services.refs import number_of
from handlers.grammar import ITEM, command
from handlers.house import House
from handlers.needs import Need
from handlers.slack import Asking, reader_of
from handlers.views import Reply
from handlers.views import follows as views
from handlers.views.roadmap import EVERY_ROW, ROWS
from storage.models import OutboxRow

NEEDS = Need(scopes=("chat:write", "im:write"))


@command("follow", usage="RM-12", takes=(ITEM,))
async def follow(ask: Asking) -> Reply:
    """You hear when an item's lane, status or date changes."""
    found = await follows.follow(
        ask.house.database, by=ask.reader, number=number_of(ask.asked["item"]), cause=ask.cause, now=ask.now
    )
    return views.following_reply(found)


@command("unfollow", usage="RM-12", takes=(ITEM,))
async def unfollow(ask: Asking) -> Reply:
    """You hear of an item no more."""
    found = await follows.unfollow(
        ask.house.database, by=ask.reader, number=number_of(ask.asked["item"]), cause=ask.cause, now=ask.now
    )
    return views.following_reply(found)


@command("mine", "mine all", reads_only=True, personal=True)
async def mine(ask: Asking) -> Reply:
    """What you asked for, voted for and follow, and where it stands."""
    found = await follows.mine(ask.house.database, reader=ask.reader)
    rows = EVERY_ROW if ask.asked.verb == "mine all" else ROWS
    return views.mine_reply(found, ask.now, ask.tz, rows=rows)


def renderers(house: House) -> Mapping[str, Any]:
    """Return what renders news for a follower, as they may see the item when it is sent."""

    async def news(row: OutboxRow) -> Rendered | None:
        told = await follows.told(
            house.database,
            reader=await reader_of(house, row.team_id, row.channel),
            number=int(row.nouns["number"]),
            cause=str(row.nouns["cause"]),
        )
        return views.news(told, last=bool(row.nouns["last"])) if told is not None else None

    return {"item_news": news}
