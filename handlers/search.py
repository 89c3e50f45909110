"""Search: `/roadmap find`, and the upkeep of the index."""

from collections.abc import Mapping
from typing import Any

from bot.services import filters, roadmap, search
from handlers.grammar import TEXT, command
from handlers.house import House
from handlers.needs import Need
from handlers.slack import Asking
from handlers.views import Reply
from handlers.views import search as views

NEEDS = Need()


@command("find", usage="words", takes=(TEXT,), reads_only=True, filters=(*filters.OF_ITEMS, *filters.OF_EVIDENCE))
async def find(ask: Asking) -> Reply:
    """Items and feedback that hold these words; typos are forgiven, and the filters of a lane narrow it."""
    text = ask.asked["text"]
    wanted = filters.Filters.read(ask.asked.filters, me=ask.reader.user_id, now=ask.now, tz=ask.tz)
    found = await roadmap.find(ask.house.database, reader=ask.reader, text=text, filters=wanted)
    return views.found_reply(found, text, wanted, ask.reader, ask.now, ask.tz)


def tasks(house: House) -> Mapping[str, Any]:
    """Return the slow work of search."""

    async def merge_index(_team_id: str, _args: dict[str, Any]) -> None:
        """Take what was forgotten out of the index, in small steps: others write between them."""
        while await search.merge_index(house.database):
            pass

    return {"merge_index": merge_index}
