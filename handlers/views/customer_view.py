"""The customer view: what of the roadmap customers are told, and what somebody may tell them."""

from collections.abc import Sequence

from bot.services.customer_view import CustomerAnswer, CustomerRoadmap
from handlers.views import Block, Reply
from handlers.views.blocks import context, fit, header, section, sections
from handlers.views.roadmap import filter_words
from handlers.views.words import as_of, esc, joined, lane, many, person
from storage.models import Lane, Reader


def answer_reply(answer: CustomerAnswer) -> Reply:
    """Answer as customers may read it: no date, no money, no name but that of their contact."""
    contact = f"your contact is {person(answer.contact)}" if answer.contact else "please ask the people you work with"
    if not answer.items:
        said = f"I can't say anything about that here; {contact}."
    else:
        told = [_told_of(title, lane_) for title, lane_ in answer.items]
        said = f"{' '.join(told)} We don't share dates here; {contact}."
    return Reply(said, [section(said)])


def _told_of(title: str, lane_: Lane) -> str:
    """Return what customers are told of an item."""
    if lane_ is Lane.SHIPPED:
        return f"{esc(title)} has shipped."
    return f'{esc(title)} is on our roadmap under "{lane(lane_)}".'


def safe_reply(answer: CustomerAnswer) -> Reply:
    """Say what of an answer a customer may hear: titles and lanes, and nothing else."""
    if not answer.items:
        said = "Nothing of that may be told to customers: not everybody may see it, or its title tells too much."
        return Reply(said, [section(said)])
    told = " ".join([*(_told_of(title, in_lane) for title, in_lane in answer.items), "We don't share dates."])
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
