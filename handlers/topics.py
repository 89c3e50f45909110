"""Every topic, and what they bring together: listeners, renderers, receipts, tasks, needs."""

from collections.abc import Mapping
from typing import Any

from slack_bolt.async_app import AsyncApp

from bot.jobs import Task
from bot.outbox import Receipt, Renderer
from handlers import (
    capture,
    channels,
    commands,
    deliveries,
    errors,
    explanations,
    exports,
    feedback,
    follows,
    home,
    imports,
    items,
    linking,
    originals,
    questions,
    reactions,
    roadmap,
    roles,
    search,
    setup,
    sharing,
    statuses,
    summaries,
    updates,
    votes,
)
from handlers.house import House
from handlers.needs import collect

TOPICS = (
    commands,
    roadmap,
    search,
    items,
    statuses,
    votes,
    follows,
    questions,
    capture,
    feedback,
    linking,
    reactions,
    explanations,
    originals,
    summaries,
    updates,
    sharing,
    deliveries,
    channels,
    roles,
    setup,
    exports,
    imports,
    home,
)
NEEDS = collect(TOPICS)


def register(app: AsyncApp, house: House) -> None:
    """Let every topic listen."""
    for topic in (*TOPICS, errors):
        listen = getattr(topic, "register", None)
        if listen is not None:
            listen(app, house)


def renderers(house: House) -> Mapping[str, Renderer]:
    """Return what renders each kind of message; nothing internal is said where another company reads along."""
    found = _gathered("renderers", house)
    return {kind: channels.guarded(house, kind, render) for kind, render in found.items()}


def receipts(house: House) -> Mapping[str, Receipt]:
    """Return what notes how each kind of message ended."""
    return _gathered("receipts", house)


def tasks(house: House) -> Mapping[str, Task]:
    """Return the slow work by name."""
    return _gathered("tasks", house)


def _gathered(name: str, house: House) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for topic in TOPICS:
        gather = getattr(topic, name, None)
        found.update(gather(house) if gather is not None else {})
    return found
