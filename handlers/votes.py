"""Votes for items, one's own or on behalf of an account."""

from bot.services import votes
from bot.services.accounts import UnknownAccountError
from bot.services.refs import number_of
from handlers.grammar import ITEM, command
from handlers.needs import Need
from handlers.slack import Asking
from handlers.views import Reply
from handlers.views import votes as views
from storage.models import Role

NEEDS = Need()


@command("vote", usage="RM-12 for:Acme weight:blocker", role=Role.CONTRIBUTOR, takes=(ITEM,), filters=("for", "weight"))
async def vote(ask: Asking) -> Reply:
    """A vote for an item, yours or on behalf of an account; weight: nice, important or blocker."""
    number, asked = number_of(ask.asked["item"]), ask.asked.filters
    try:
        cast = await votes.cast(
            ask.house.database, by=ask.reader, number=number, customer=asked.get("for", ""),
            weight=asked.get("weight"), cause=ask.cause, now=ask.now,
        )  # fmt: skip
    except UnknownAccountError as error:
        return views.unknown_account_reply(error, number, asked.get("weight"))
    return views.cast_reply(cast, ask.reader)


@command("unvote", usage="RM-12 for:Acme", role=Role.CONTRIBUTOR, takes=(ITEM,), filters=("for",))
async def unvote(ask: Asking) -> Reply:
    """A vote taken back."""
    number, customer = number_of(ask.asked["item"]), ask.asked.filters.get("for", "")
    taken = await votes.take_back(
        ask.house.database, by=ask.reader, number=number, customer=customer, cause=ask.cause, now=ask.now
    )
    return views.taken_back_reply(taken, ask.reader)
