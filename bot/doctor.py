"""What `linchpin doctor` finds: settings, database, Slack and the model, each with what to do about it."""

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

from bot.settings import Settings

if TYPE_CHECKING:
    from bot.app import Linchpin

Finding = tuple[bool, str, str]
"""Whether it is good, what it is about, and what is so."""


async def findings(settings: Settings) -> list[Finding]:
    """Look beside a running bot, without changing anything."""
    from bot.app import Linchpin, Tokens

    bot = Linchpin(settings, Tokens(*settings.slack_tokens()), api_url=settings.slack_api_url, serve=False)
    try:
        await bot.look()
        return [*await _health(settings, bot), (True, "door", door(settings)), *await _connections(bot)]
    finally:
        await bot.stop()


def door(settings: Settings, *ports: int) -> str:
    """Say how Slack reaches the bot; `ports` are those it listens on, when it does."""
    if settings.slack_app_token is None:
        return f"HTTP, /slack/events at {settings.host} port {(*ports, settings.port)[0]}"
    return f"Socket Mode{', so SLACK_SIGNING_SECRET is not used' if settings.slack_signing_secret else ''}"


async def _health(settings: Settings, bot: "Linchpin") -> list[Finding]:
    """Say what the database holds, and what in it waits for a person."""
    from bot.services import upkeep
    from storage.migrations import HEAD

    address = settings.database.partition("@")[2] or settings.database
    found = await asyncio.to_thread(_version, settings, bot)
    if found != HEAD:
        why = "is empty" if found is None else f"is at version {found}, not {HEAD}"
        return [(False, "database", f"{address} {why}: `linchpin migrate` or `linchpin run` sets it up")]
    stuck = await upkeep.stuck_across_teams(bot.database)
    said = (
        f"{stuck.arrivals} arrivals laid aside, {stuck.held} posts in doubt, {stuck.dead} posts not sent,"
        f" {stuck.jobs} jobs failed{f', {stuck.late} posts late by more than an hour' if stuck.late else ''}"
    )
    return [(True, "database", address), (stuck == upkeep.Stuck(0, 0, 0, 0), "work", said)]


def _version(settings: Settings, bot: "Linchpin") -> str | None:
    from storage.migrations import version

    if bot.database.is_sqlite and not Path(settings.database.removeprefix("sqlite:///")).exists():
        return None  # SQLite would make the file
    return version(bot.database.engine)


async def _connections(bot: "Linchpin") -> list[Finding]:
    """Say what Slack and the model are."""
    from bot.services import setup
    from handlers.scopes import losses
    from handlers.setup import ask_slack

    missing, skew = await ask_slack(bot.house)
    clock = setup.clock(skew)
    granted = "all granted" if missing is not None else "not told"
    scopes = f"not granted: {'; '.join(losses(missing))}" if missing else granted
    model = bot.house.model.name if bot.house.model else "none: summaries are extractive"
    return [
        (True, "slack", bot.house.identity.url),
        (missing == (), "scopes", scopes),
        (clock.is_good, "clock", clock.said),
        (True, "model", model),
    ]
