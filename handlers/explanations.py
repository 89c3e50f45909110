"""Explanations: why a reaction or a mention did nothing, told to whoever made it."""

from collections.abc import Mapping
from typing import Any

from bot.outbox import Rendered
from handlers.house import House
from handlers.needs import Need
from handlers.views import explanations as views
from storage.models import OutboxRow

NEEDS = Need(scopes=("chat:write", "im:write"))


def renderers(_: House) -> Mapping[str, Any]:
    """Return what renders an explanation, at the moment it is sent."""

    async def explanation(row: OutboxRow) -> Rendered:
        return views.explanation(str(row.nouns["why"]))

    # Until 2026-11-23 the kind was "reaction_word", and such rows may still wait in a running database.
    return {"explanation": explanation, "reaction_word": explanation}
