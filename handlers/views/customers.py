"""The roadmap as a customer may be told of it."""

from collections.abc import Sequence

from bot.services.customer_view import CustomerAnswer, CustomerRoadmap
from handlers.views import Block, Reply
from handlers.views.blocks import context, fit, header, section, sections
from handlers.views.channels import told_of
from handlers.views.roadmap import filter_words
from handlers.views.words import as_of, esc, joined, lane, many
from storage.models import Reader


def safe_reply(answer: CustomerAnswer) -> Reply:
    """Say what of an answer a customer may hear: titles and lanes, and nothing else."""
    if not answer.items:
        said = "Nothing of that may be told to customers: not everybody may see it, or its title tells too much."
        return Reply(said, [section(said)])
    told = " ".join([*(told_of(title, in_lane) for title, in_lane in answer.items), "We don't share dates."])
    return Reply(f"You can tell a customer: {told}", [section(f"You can tell a customer:\n>{told}")])


def lanes_reply(told: CustomerRoadmap, lanes: Sequence[str], reader: Reader, tz: str) -> Reply:
    """Show titles under their lanes, and say how much is left out."""
    seen_by = "only you see this" if reader.user_id else ""
    small = joined([many(len(told.titles), "item"), filter_words(told.filters), seen_by, as_of(told.as_of, tz)])
    blocks: list[Block] = [header("Roadmap · as customers may hear it"), context(small)]
    for name in lanes:
        titles = [f"• {esc(title)}" for title, in_lane in told.titles if in_lane == name]
        blocks += sections([f"*{lane(name)}*", *titles]) if titles else []
    if not told.titles:
        blocks.append(section("Nothing here may be told to customers."))
    why = "not for everyone in the company, or a title that names a customer, money or a date"
    left_out = f" {many(told.left_out, 'item')} left out: {why}." if told.left_out else ""
    blocks.append(context(f"Titles and lanes, nothing else.{left_out}"))
    return Reply(f"Roadmap as customers may hear it: {many(len(told.titles), 'item')}", fit(blocks))
