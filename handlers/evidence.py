"""Why an item stands where it stands: `/roadmap why RM-12`."""

from bot.services import evidence
from bot.services.refs import number_of
from handlers.grammar import ITEM, command, one_of, optional
from handlers.slack import Asking
from handlers.views import Reply
from handlers.views import evidence as views


@command("why", usage="RM-12", takes=(ITEM, optional(one_of("all", "all"))), reads_only=True)
async def why(ask: Asking) -> Reply:
    """What stands behind an item: quotes, accounts counted once, votes, its rank, and what would change that."""
    found = await evidence.why(ask.house.database, reader=ask.reader, number=number_of(ask.asked["item"]), now=ask.now)
    return views.why_reply(found, ask.reader, ask.tz, whole=ask.asked.get("all") is not None)
