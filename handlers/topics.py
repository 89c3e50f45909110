"""Every topic, and what they bring together: listeners, renderers, receipts, tasks, needs."""

from collections.abc import Mapping
from typing import Any

from slack_bolt.async_app import AsyncApp

from bot.jobs import Task
from bot.outbox import Receipt, Renderer
from handlers import commands, deliveries, errors, feedback, questions, reactions, roadmap, summaries, updates
from handlers.needs import collect
from handlers.slack import House

TOPICS = (commands, roadmap, questions, feedback, reactions, summaries, updates, deliveries)
NEEDS = collect(TOPICS)


def register(app: AsyncApp, house: House) -> None:
    """Let every topic listen."""
    for topic in TOPICS:
        topic.register(app, house)
    errors.register(app)


def renderers(house: House) -> Mapping[str, Renderer]:
    """Return what renders each kind of message."""
    return _gathered("renderers", house)


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
