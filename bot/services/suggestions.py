"""What a capture is prefilled with: the customer, who may read it, and the items that it may be about."""

import re
from collections.abc import Set
from dataclasses import dataclass

from bot.services import channels, search
from bot.services.lanes import LIVE
from bot.services.words import stems
from storage import accounts
from storage import roadmap as items
from storage.database import Read, Session
from storage.models import Channel, FeedbackVisibility, Item, Reader

MATCHES = 3
OFFERED = 100
"""Items in a menu; Slack shows no more."""
ALIKE, ALIKE_BY_TITLE = 0.3, 0.15
"""Share of a message's telling words, by their rarity, that an item must hold to be offered as a match."""
ALONE = 0.4
"""The same where one word of the title is all that they share, and less than a third of the title."""


@dataclass(frozen=True)
class Match:
    """An item that a message may be about."""

    item: Item
    words: tuple[str, ...]
    """The words that both hold."""


@dataclass(frozen=True)
class Prefilled:
    """What is known of a capture before anybody has typed."""

    customer: str
    visibility: FeedbackVisibility
    listens: bool = True
    """Whether an admin lets anything be captured there."""


@Read
def prefilled(session: Session, *, team_id: str, channel: Channel | None, channel_id: str, text: str) -> Prefilled:
    """Return what a capture from a channel is prefilled with, as an admin decided or as its name and the text say."""
    setting = channels.setting_of.within(session, team_id=team_id, channel_id=channel_id)
    customer = channels.customer_at.within(session, team_id=team_id, channel_id=channel_id)
    if not customer:
        customer = customer_in.within(session, team_id=team_id, channel_name=channel.name if channel else "", text=text)
    return Prefilled(customer, channels.default_visibility(channel, setting), channels.listens(setting))


@Read
def items_like(session: Session, *, reader: Reader, typed: str) -> tuple[Item, ...]:
    """Return the items that somebody may look for with what they have typed so far; the first ones for nothing."""
    found = items.search(session, team_id=reader.team_id, reader=reader, lanes=LIVE)
    words = typed.strip().lower()
    said = {one.ref: f"{one.ref} {one.title}".lower() for one in found}
    plain = [one for one in found if words in said[one.ref]]
    if plain:
        return tuple(plain[:OFFERED])
    likely = search.find.within(session, reader=reader, text=typed, limit=OFFERED).items
    return tuple(one for one in likely if one.lane in LIVE)


@Read
def matches(session: Session, *, reader: Reader, text: str) -> tuple[Match, ...]:
    """Return the items that a message is likeliest about, each with the words that they share."""
    wanted = search.telling_words(text)
    found = search.find.within(session, reader=reader, text=text, limit=20)
    likely = []
    for hit in found.hits:
        if isinstance(hit.noun, Item) and hit.noun.lane in LIVE:
            shared = dict.fromkeys(wanted[stem] for stem in search.stems_of_item(hit.noun) if stem in wanted)
            if shared and _is_telling(hit.noun.title, hit.covered, len(shared), wanted.keys()):
                likely.append(Match(hit.noun, tuple(shared)[:4]))
    return tuple(likely[:MATCHES])


def _is_telling(title: str, covered: float, shared: int, wanted: Set[str]) -> bool:
    """Say whether what a message shares with an item is more than a passing word: both may say "noted"."""
    of_title = set(stems(title))
    in_title = len(of_title & wanted)
    if shared > 1:
        return covered >= (ALIKE_BY_TITLE if in_title else ALIKE)
    return in_title > 0 and (covered >= ALONE or 3 * in_title >= len(of_title))


@Read
def customer_in(session: Session, *, team_id: str, channel_name: str, text: str) -> str:
    """Return the account that a channel's name or a text names; empty when there is none."""
    said = accounts.name_key(f"{channel_name.replace('-', ' ').replace('_', ' ')} | {text}")
    named = [one for one in accounts.search(session, team_id=team_id) if is_named(one.name_key, said)]
    return max((one.name for one in named), key=len, default="")


def is_named(name_key: str, said: str) -> bool:
    """Say whether a text in lower case holds a name as words of its own."""
    return re.search(rf"(?<!\w){re.escape(name_key)}(?!\w)", said) is not None
