"""What a capture is prefilled with: the customer, who may read it, and the items that it may be about."""

import re
from dataclasses import dataclass

from bot.services import roadmap, search
from storage import accounts
from storage.database import Read, Session
from storage.models import Channel, FeedbackVisibility, Item, Reader

MATCHES = 3
ALIKE = 0.3
"""Share of a message's telling words that an item must hold to be offered as a match."""


@dataclass(frozen=True)
class Match:
    """An item that a message may be about."""

    item: Item
    words: tuple[str, ...]
    """The words that both hold."""


@Read
def matches(session: Session, *, reader: Reader, text: str) -> tuple[Match, ...]:
    """Return the items that a message is likeliest about, each with the words that they share."""
    wanted = search.telling_words(text)
    found = search.find.within(session, reader=reader, text=text, limit=20)
    likely = []
    for hit in found.hits:
        if isinstance(hit.noun, Item) and hit.noun.lane in roadmap.LIVE:
            shared = tuple(wanted[stem] for stem in search.stems_of_item(hit.noun) if stem in wanted)
            if shared and (hit.covered >= ALIKE or len(shared) > 1):
                likely.append(Match(hit.noun, tuple(dict.fromkeys(shared))[:4]))
    return tuple(likely[:MATCHES])


@Read
def customer_in(session: Session, *, team_id: str, channel_name: str, text: str) -> str:
    """Return the account that a channel's name or a text names; empty when there is none."""
    said = accounts.name_key(f"{channel_name.replace('-', ' ').replace('_', ' ')} | {text}")
    named = [one for one in accounts.search(session, team_id=team_id) if is_named(one.name_key, said)]
    return max((one.name for one in named), key=len, default="")


def default_visibility(channel: Channel | None) -> FeedbackVisibility:
    """Return who may read what comes from a channel, unless its capturer says otherwise."""
    if channel is None or channel.is_private or channel.is_shared:
        return FeedbackVisibility.MEMBERS
    return FeedbackVisibility.EVERYONE


def is_named(name_key: str, said: str) -> bool:
    """Say whether a text in lower case holds a name as words of its own."""
    return re.search(rf"(?<!\w){re.escape(name_key)}(?!\w)", said) is not None
