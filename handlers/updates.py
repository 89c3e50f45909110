"""Scheduled updates: previewed and approved by buttons, posted by the clock."""

from collections.abc import Mapping
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp

from bot.outbox import Receipt, Rendered
from bot.services import updates
from bot.services.meanwhile import ChangedMeanwhileError
from bot.services.update_runs import Draft
from handlers import ids
from handlers.directory import look_at
from handlers.house import House
from handlers.needs import Need
from handlers.slack import Asking, asking, open_view
from handlers.views import schedules as schedule_views
from handlers.views import updates as views
from handlers.views.forms import read_opened, values
from storage.database import Session
from storage.models import OutboxRow

NEEDS = Need(
    scopes=("channels:read", "chat:write", "groups:read", "im:write"),
    optional_scopes=("channels:history", "groups:history"),
)


def register(app: AsyncApp, house: House) -> None:
    """Listen to the buttons of a preview, and to the form of its note."""
    _decide(app, house)
    _note(app, house)


def _decide(app: AsyncApp, house: House) -> None:
    @app.action(ids.UPDATE_APPROVE)
    async def on_approve(ack: AsyncAck, body: dict[str, Any], action: dict[str, Any]) -> None:
        await ack()
        ask, number = await asking(house, body), int(action["value"])
        await _look(ask, number)
        await updates.approve(house.database, by=ask.reader, number=number, cause=ask.cause, now=ask.now)

    @app.action(ids.UPDATE_POST)
    async def on_post_now(ack: AsyncAck, body: dict[str, Any], action: dict[str, Any]) -> None:
        await ack()
        ask, number = await asking(house, body), int(action["value"])
        await _look(ask, number)
        await updates.post_now(house.database, by=ask.reader, number=number, cause=ask.cause, now=ask.now)

    @app.action(ids.UPDATE_SKIP)
    async def on_skip(ack: AsyncAck, body: dict[str, Any], action: dict[str, Any]) -> None:
        await ack()
        ask, number = await asking(house, body), int(action["value"])
        await updates.skip(house.database, by=ask.reader, number=number, cause=ask.cause, now=ask.now)


def _note(app: AsyncApp, house: House) -> None:
    @app.action(ids.UPDATE_EDIT)
    async def on_note_wanted(ack: AsyncAck, body: dict[str, Any], action: dict[str, Any]) -> None:
        await ack()
        ask, number = await asking(house, body), int(action["value"])
        draft = await updates.draft(house.database, team_id=ask.reader.team_id, number=number, now=ask.now)
        await open_view(house, body, views.intro_modal(number, draft.run.intro))

    @app.view(ids.INTRO_SUBMIT)
    async def on_noted(ack: AsyncAck, body: dict[str, Any], view: Mapping[str, Any]) -> None:
        ask, (what, seen) = await asking(house, body), read_opened(str(view["private_metadata"]))
        number, intro = int(what), values(view["state"]["values"]).get("intro", "")
        try:
            await updates.edit(
                house.database, by=ask.reader, number=number, intro=intro, seen=seen, cause=ask.cause, now=ask.now
            )
        except ChangedMeanwhileError as error:
            await ack(response_action="update", view=views.intro_modal(number, intro, meanwhile=error))
        else:
            await ack()


async def _look(ask: Asking, number: int) -> None:
    draft = await updates.draft(ask.house.database, team_id=ask.reader.team_id, number=number, now=ask.now)
    await look_at(ask.house, ask.reader.team_id, draft.schedule.channel)


def renderers(house: House) -> Mapping[str, Any]:
    """Return what renders previews, posts and notices, at the moment they are sent."""

    async def draft_of(row: OutboxRow) -> Draft:
        number = int(row.nouns["number"])
        return await updates.draft(house.database, team_id=row.team_id, number=number, now=house.now())

    async def preview(row: OutboxRow) -> Rendered:
        return views.update_preview(await draft_of(row), house.now())

    async def post(row: OutboxRow) -> Rendered:
        return views.update_post(await draft_of(row))

    async def notice(row: OutboxRow) -> Rendered:
        name, missed = str(row.nouns["schedule"]), int(row.nouns.get("missed") or 0)
        if why := row.nouns.get("paused"):
            return schedule_views.paused_notice(name, str(row.nouns["channel"]), str(why))
        noted = (await draft_of(row)).run.outcome if "number" in row.nouns else ""
        return schedule_views.notice_reply(name, noted=noted, missed=missed)

    return {"update_preview": preview, "update_post": post, "update_notice": notice}


def receipts(house: House) -> Mapping[str, Receipt]:
    """Return what notes how a post ended."""

    def posted(session: Session, row: OutboxRow) -> None:
        link = house.permalink(row.sent_channel or row.channel, row.ts) if row.ts else None
        updates.note_receipt(session, row, permalink=link, now=house.now())

    return {"update_post": posted}
