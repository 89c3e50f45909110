"""Scheduled updates: planned by command, previewed and approved by buttons, posted by the clock."""

from collections.abc import Mapping
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond

from bot.errors import InvalidInputError
from bot.outbox import Receipt, Rendered
from bot.services import schedules, updates
from bot.services.due import parse_duration
from bot.services.refusals import refusal_of
from handlers import ids
from handlers.grammar import TEXT, command, optional
from handlers.needs import Need
from handlers.roadmap import person_in
from handlers.slack import Asking, House, asking, known_channel, open_view
from handlers.views import Reply
from handlers.views import updates as views
from handlers.views.feedback import values
from storage.database import Session
from storage.models import Lane, OutboxRow

NEEDS = Need(
    scopes=("channels:read", "chat:write", "groups:read", "im:write"),
    optional_scopes=("channels:history", "groups:history"),
)


class PlanIncompleteError(InvalidInputError):
    """To schedule an update I need a day, a time and a channel."""


@command(
    "schedule new", usage='"Weekly roadmap" every:thu at:09:00 tz:Europe/Berlin to:#product', role="pm", takes=(TEXT,)
)
async def schedule_new(ask: Asking) -> Reply:
    """An update that posts by itself; also view:now+next, approve:@Mina, preview:24h, if-empty:skip, late:2h."""
    asked = ask.asked.filters
    if missing := [f"`{name}:`" for name in ("every", "to") if name not in asked]:
        usage = '/roadmap schedule new "Weekly roadmap" every:thu at:09:00 to:#product'
        raise PlanIncompleteError(f"I need {' and '.join(missing)} too. Like this: `{usage}`")
    await known_channel(ask.house, ask.reader.team_id, asked["to"])
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
            preview_hours=_hours(asked.get("preview"), 24),
            if_empty=_policy(asked.get("if-empty", "skip")),
            late_hours=_hours(asked.get("late"), 2),
        ),
        cause=ask.cause,
        now=ask.now,
    )
    return views.scheduled_reply(planned)


@command("schedule", "schedule list", role="pm", reads_only=True)
async def schedule_list(ask: Asking) -> Reply:
    """Scheduled updates: how the last one went, and when the next one comes."""
    return views.schedules_reply(await schedules.list_all(ask.house.database, reader=ask.reader, now=ask.now))


@command("schedule preview", usage='"Weekly roadmap"', role="pm", takes=(optional(TEXT),), reads_only=True)
async def schedule_preview(ask: Asking) -> Reply:
    """What an update would say if it were posted now."""
    name = ask.asked.get("text") or ""
    draft = await updates.preview(ask.house.database, reader=ask.reader, name=name, now=ask.now)
    return views.preview_reply(draft)


@command("schedule pause", "schedule resume", usage='"Weekly roadmap"', role="pm", takes=(optional(TEXT),))
async def schedule_pause(ask: Asking) -> Reply:
    """An update pauses, or goes on."""
    paused = ask.asked.verb == "schedule pause"
    name = ask.asked.get("text") or ""
    schedule = await schedules.pause(ask.house.database, by=ask.reader, name=name, paused=paused)
    return views.paused_reply(schedule)


def register(app: AsyncApp, house: House) -> None:
    """Listen to the buttons of a preview."""

    @app.action(ids.UPDATE_APPROVE)
    async def on_approve(ack: AsyncAck, body: dict[str, Any], action: dict[str, Any]) -> None:
        await ack()
        ask, number = await asking(house, body), int(action["value"])
        await updates.approve(house.database, by=ask.reader, number=number, cause=ask.cause, now=ask.now)

    @app.action(ids.UPDATE_POST)
    async def on_post_now(ack: AsyncAck, body: dict[str, Any], action: dict[str, Any]) -> None:
        await ack()
        ask, number = await asking(house, body), int(action["value"])
        await updates.post_now(house.database, by=ask.reader, number=number, cause=ask.cause, now=ask.now)

    @app.action(ids.UPDATE_SKIP)
    async def on_skip(ack: AsyncAck, body: dict[str, Any], action: dict[str, Any]) -> None:
        await ack()
        ask, number = await asking(house, body), int(action["value"])
        await updates.skip(house.database, by=ask.reader, number=number, cause=ask.cause, now=ask.now)

    @app.action(ids.UPDATE_EDIT)
    async def on_edit_wanted(
        ack: AsyncAck, body: dict[str, Any], action: dict[str, Any], respond: AsyncRespond
    ) -> None:
        await ack()
        ask, number = await asking(house, body), int(action["value"])
        draft = await updates.draft(house.database, team_id=ask.reader.team_id, number=number, now=ask.now)
        await open_view(house, body, views.intro_modal(draft), respond)

    @app.view(ids.INTRO_SUBMIT)
    async def on_edited(ack: AsyncAck, body: dict[str, Any], view: Mapping[str, Any]) -> None:
        ask, number = await asking(house, body), int(view["private_metadata"])
        intro = values(view["state"]["values"]).get("intro", "")
        await updates.edit(house.database, by=ask.reader, number=number, intro=intro, cause=ask.cause, now=ask.now)
        await ack()


def renderers(house: House) -> Mapping[str, Any]:
    """Return what renders previews, posts and notices, at the moment they are sent."""

    async def draft_of(row: OutboxRow) -> updates.Draft:
        number = int(row.nouns["number"])
        return await updates.draft(house.database, team_id=row.team_id, number=number, now=house.now())

    async def preview(row: OutboxRow) -> Rendered:
        return views.update_preview(await draft_of(row))

    async def post(row: OutboxRow) -> Rendered:
        return views.update_post(await draft_of(row))

    async def notice(row: OutboxRow) -> Rendered:
        outcome = (await draft_of(row)).run.outcome if "number" in row.nouns else ""
        name, missed = str(row.nouns["schedule"]), int(row.nouns.get("missed") or 0)
        if refused := row.nouns.get("refused"):
            return views.refused_notice(name, refusal_of(str(refused)))
        return views.notice_reply(name, outcome=outcome, missed=missed)

    return {"update_preview": preview, "update_post": post, "update_notice": notice}


def receipts(house: House) -> Mapping[str, Receipt]:
    """Return what notes how a post ended."""

    def posted(session: Session, row: OutboxRow) -> None:
        link = house.permalink(row.sent_channel or row.channel, row.ts) if row.ts else None
        updates.note_receipt(session, row, permalink=link, now=house.now())

    return {"update_post": posted}


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
