"""The modal that links a message to an item of the roadmap."""

from collections.abc import Sequence

from slack_sdk.models.blocks import Option

from bot.services.feedback_cards import Captured
from bot.services.suggestions import Match, Prefilled
from handlers import ids
from handlers.views import Block, View
from handlers.views.blocks import context, modal, option, radio_input, search_input, section, words_input
from handlers.views.capture import Source, match_option, readers_input
from handlers.views.words import joined, lane, link_words, quoted
from storage.models import Item

OTHER = "other"
"""The value of "another item"."""


def link_modal(
    quote: str, source: Source, *, captured: Captured | None, matches: Sequence[Match], known: Prefilled
) -> View:
    """Return the modal that links a message; one that is not captured yet is captured with it."""
    blocks: list[Block] = []
    if captured is not None:
        feedback = captured.feedback
        blocks.append(section(f"*{feedback.ref}* {link_words(feedback, captured.item)}\n{quoted(feedback.quote)}"))
    if matches:
        other = option("Another item: find it below", OTHER)
        offered = [*(match_option(one) for one in matches), other]
        blocks.append(radio_input("match", "Which item is it about?", offered, initial=offered[0]))
    blocks.append(
        search_input(
            "item", "Another item" if matches else "Which item is it about?", ids.ITEM_OPTIONS,
            placeholder="RM-12, or words of its title", optional=bool(matches),
        )
    )  # fmt: skip
    if captured is None:
        blocks += [
            words_input("quote", "Quote", initial=quote, lines=True, optional=False),
            words_input("customer", "Customer", initial=known.customer, length=80, placeholder="Acme"),
            readers_input(known.visibility, in_channel=True),
            context("It is captured as feedback, too, and its author can see and withdraw it."),
        ]
    callback, metadata = ids.LINK_SUBMIT, source.packed()
    return modal("Link to roadmap item", blocks, callback_id=callback, submit="Link", private_metadata=metadata)


def item_options(items: Sequence[Item]) -> list[Option]:
    """Return what somebody may choose while they type."""
    return [option(f"{one.ref} {one.title}", str(one.number), joined([lane(one.lane), one.area])) for one in items]
