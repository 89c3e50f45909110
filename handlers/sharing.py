"""Digests, and parts of the roadmap posted to a channel: previewed, then posted once."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond

from bot.errors import InvalidInputError
from bot.outbox import Receipt, Rendered
from bot.services import access, roadmap, sharing
from bot.services.due import parse_duration
from handlers import ids
from handlers.directory import ASK_SECONDS, known_channel, learn_members, open_channel
from handlers.grammar import ITEM, command, either, one_of, optional
from handlers.house import House
from handlers.needs import Need
from handlers.slack import Asking, asking
from handlers.views import Reply
from handlers.views import sharing as views
from storage.database import Session
from storage.models import Lane, OutboxRow, Role

NEEDS = Need(scopes=("channels:read", "chat:write", "groups:read", "im:write"))

WEEK = timedelta(days=7)
WHAT = either("what", ITEM, one_of("lane", *Lane, "all"))


@command(
    "digest", usage="here since:7d", takes=(optional(one_of("here", "here")),), reads_only=True, filters=("since",)
)
async def digest(ask: Asking) -> Reply:
    """What changed, shipped and was asked for; with `here` a product manager posts it to this channel."""
    since = ask.now - _length(ask.asked.filters.get("since"))
    if ask.asked.get("here"):
        if not ask.reader.user_id:
            raise InvalidInputError("To post a digest here, type `/roadmap digest here`. You see it first.")
        return await _preview(ask, sharing.DIGEST, ask.channel, since)
    shown = await sharing.gather(ask.house.database, reader=ask.reader, what=sharing.DIGEST, since=since, until=ask.now)
    return views.excerpt_reply(shown, ask.tz)


@command("share", usage="RM-12 to:#product", role=Role.PM, takes=(optional(WHAT),), filters=("to",))
async def share(ask: Asking) -> Reply:
    """An item, a lane, or all of the roadmap is posted to a channel, after you have seen what it will read."""
    return await _preview(ask, ask.asked.get("what") or "all", ask.asked.filters.get("to", ask.channel), ask.now)


async def _preview(ask: Asking, what: str, channel_id: str, since: datetime) -> Reply:
    access.require(ask.reader, Role.PM, "share the roadmap with a channel")
    channel = await open_channel(ask.house, ask.reader.team_id, channel_id)
    if channel is not None and channel.speaks:
        await learn_members(ask.house, channel_id, seconds=ASK_SECONDS / 2)  # what may be said depends on who reads it
    shown = await sharing.preview(
        ask.house.database, by=ask.reader, what=what, channel=channel_id, since=since, now=ask.now
    )
    value = "|".join((what, channel_id, since.isoformat(), ask.now.isoformat(), ask.cause))
    return views.preview_reply(shown, ask.tz, channel_id=channel_id, value=value)


def register(app: AsyncApp, house: House) -> None:
    """Listen to the buttons of a preview."""

    @app.action(ids.SHARE_POST)
    async def on_post(ack: AsyncAck, body: dict[str, Any], action: dict[str, Any], respond: AsyncRespond) -> None:
        await ack()
        ask = await asking(house, body)
        what, channel_id, since, until, preview = str(action["value"]).split("|", 4)
        await open_channel(house, ask.reader.team_id, channel_id)
        new = await sharing.post(
            house.database, by=ask.reader, what=what, channel=channel_id, since=datetime.fromisoformat(since),
            until=datetime.fromisoformat(until), preview=preview, cause=ask.cause, now=ask.now,
        )  # fmt: skip
        await respond(replace_original=True, **views.posted_reply(channel_id, new=new).whispered())

    @app.action(ids.SHARE_CANCEL)
    async def on_cancel(ack: AsyncAck, respond: AsyncRespond) -> None:
        await ack()
        await respond(replace_original=True, **views.cancelled_reply().whispered())


def renderers(house: House) -> Mapping[str, Any]:
    """Return what renders what is shared, at the moment it is sent: as everybody there may read it by then."""

    async def excerpt(row: OutboxRow) -> Rendered | None:
        channel = await known_channel(house, row.team_id, row.channel)
        if channel is None or not channel.speaks:
            return None
        await learn_members(house, row.channel)
        reader = await access.audience(house.database, team_id=row.team_id, channel_id=row.channel, now=house.now())
        since, until = (datetime.fromisoformat(str(row.nouns[name])) for name in ("since", "until"))
        what = str(row.nouns["what"])
        try:
            shown = await sharing.gather(house.database, reader=reader, what=what, since=since, until=until)
        except roadmap.UnknownItemError:
            return None  # hidden from them meanwhile
        sharer, _ = await access.find_person(
            house.database, team_id=row.team_id, user_id=str(row.nouns["by"]), now=house.now()
        )
        return views.excerpt_reply(shown, sharer.tz if sharer else "UTC")

    async def refused(row: OutboxRow) -> Rendered:
        return views.refused_notice(str(row.nouns["channel"]), str(row.nouns["refused"]))

    return {"excerpt": excerpt, "excerpt_refused": refused}


def receipts(_: House) -> Mapping[str, Receipt]:
    """Return what tells whoever shared something how it ended."""

    def ended(session: Session, row: OutboxRow) -> None:
        sharing.note_receipt(session, row)

    return {"excerpt": ended}


def _length(typed: str | None) -> timedelta:
    if typed is None:
        return WEEK
    length = parse_duration(typed)
    if length is None:
        raise InvalidInputError(f"I can't read “{typed}” as a time. Type it like `since:7d` or `since:2w`.")
    return length
