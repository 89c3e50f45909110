"""Scheduling updates: `/roadmap schedule …`."""

from bot.errors import InvalidInputError
from bot.services import schedules, updates
from bot.services.due import parse_duration
from bot.services.refs import person_in
from handlers.directory import ASK_SECONDS, look_at, open_channel
from handlers.grammar import TEXT, command, optional
from handlers.slack import Asking
from handlers.views import Reply
from handlers.views import schedules as views
from handlers.views import updates as update_views
from storage.models import Lane, Role

NAME = optional(TEXT)
"""A schedule's name; it may be left out where there is only one."""


class PlanIncompleteError(InvalidInputError):
    """To schedule an update I need a day, a time and a channel."""


@command(
    "schedule new",
    usage='"Weekly roadmap" every:thu at:09:00 tz:Europe/Berlin to:#product',
    role=Role.PM,
    takes=(TEXT,),
    filters=("every", "at", "tz", "to", "view", "approve", "delegate", "preview", "if-empty", "late"),
)
async def schedule_new(ask: Asking) -> Reply:
    """An update that posts by itself; view:now+next, approve:@Mina, delegate:@Lee, preview:24h, if-empty:, late:2h."""
    asked = ask.asked.filters
    if missing := [f"`{name}:`" for name in ("every", "to") if name not in asked]:
        raise PlanIncompleteError(f"I need {' and '.join(missing)} too. Like this: `{views.EXAMPLE}`")
    await open_channel(ask.house, ask.reader.team_id, asked["to"])
    planned = await schedules.create(
        ask.house.database,
        by=ask.reader,
        plan=schedules.Plan(
            name=ask.asked["text"],
            every=asked["every"],
            at=asked.get("at", "09:00"),
            tz=asked.get("tz", ask.tz),
            channel=asked["to"],
            view=_view(asked.get("view", "now+next")),
            approver=person_in(asked["approve"]) if "approve" in asked else None,
            delegate=person_in(asked["delegate"]) if "delegate" in asked else None,
            preview_hours=_hours(asked.get("preview"), 24),
            if_empty=_policy(asked.get("if-empty", "skip")),
            late_hours=_hours(asked.get("late"), 2),
        ),
        cause=ask.cause,
        now=ask.now,
    )
    return views.scheduled_reply(planned)


@command("schedule", "schedule list", role=Role.PM, reads_only=True)
async def schedule_list(ask: Asking) -> Reply:
    """Scheduled updates: how the last one went, and when the next one comes."""
    return views.schedules_reply(await schedules.list_all(ask.house.database, reader=ask.reader, now=ask.now))


@command("schedule preview", usage='"Weekly roadmap"', role=Role.PM, takes=(NAME,), reads_only=True)
async def schedule_preview(ask: Asking) -> Reply:
    """What an update would say if it were posted now."""
    name = ask.asked.get("text") or ""
    await _look(ask, name)
    draft = await updates.preview(ask.house.database, reader=ask.reader, name=name, now=ask.now)
    return update_views.preview_reply(draft)


@command("schedule pause", "schedule resume", usage='"Weekly roadmap"', role=Role.PM, takes=(NAME,))
async def schedule_pause(ask: Asking) -> Reply:
    """An update pauses, or goes on."""
    paused = ask.asked.verb == "schedule pause"
    name, database = ask.asked.get("text") or "", ask.house.database
    known = await schedules.find(database, reader=ask.reader, name=name)
    if not paused:
        await open_channel(ask.house, ask.reader.team_id, known.channel)
    return views.paused_reply(await schedules.pause(database, by=ask.reader, name=name, paused=paused))


@command("schedule skip", usage='"Weekly roadmap"', role=Role.PM, takes=(NAME,))
async def schedule_skip(ask: Asking) -> Reply:
    """An update is left out once; the one after it comes as planned."""
    name = ask.asked.get("text") or ""
    draft = await updates.skip_next(ask.house.database, by=ask.reader, name=name, cause=ask.cause, now=ask.now)
    return views.skipped_reply(draft)


@command("schedule run", usage='"Weekly roadmap"', role=Role.PM, takes=(NAME,))
async def schedule_run(ask: Asking) -> Reply:
    """An update out of turn: a preview comes at once, and it posts when it is approved."""
    name = ask.asked.get("text") or ""
    await _look(ask, name)
    draft = await updates.run_now(ask.house.database, by=ask.reader, name=name, cause=ask.cause, now=ask.now)
    return views.run_reply(draft)


async def _look(ask: Asking, name: str) -> None:
    """Ask Slack what a schedule's channel is today, and who reads it, while whoever typed waits."""
    known = await schedules.find(ask.house.database, reader=ask.reader, name=name)
    await look_at(ask.house, ask.reader.team_id, known.channel, seconds=ASK_SECONDS / 2)


def _view(typed: str) -> str:
    lanes = typed.lower().replace(",", "+").split("+")
    if not set(lanes) <= set(Lane):
        raise InvalidInputError(f"I can't show “{typed}”. Choose from now, next, later and shipped: `view:now+next`.")
    return "+".join(lanes)


def _policy(typed: str) -> str:
    if typed.lower() not in ("skip", "post"):
        raise InvalidInputError(
            "When there is nothing to tell, I skip it or post it: `if-empty:skip`, `if-empty:post`."
        )
    return typed.lower()


def _hours(typed: str | None, otherwise: int) -> int:
    if typed is None:
        return otherwise
    length = parse_duration(typed)
    if length is None:
        raise InvalidInputError(f"I can't read “{typed}” as a time. Type it like `24h` or `2d`.")
    return int(length.total_seconds() // 3600)
