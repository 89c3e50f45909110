"""Capturing feedback by message shortcut and by form, and what can be done with it."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond

from bot.outbox import Receipt, Rendered
from bot.services import access, feedback, feedback_cards, suggestions
from bot.services.update_facts import audience
from handlers import ids
from handlers.arrivals import team_of
from handlers.grammar import FEEDBACK, ITEM, command
from handlers.needs import Need, Shortcut
from handlers.roadmap import number_of
from handlers.slack import (
    Asking,
    House,
    asking,
    known_channel,
    learn_members,
    open_view,
    thread_of,
    update_view,
    words_in,
)
from handlers.views import Reply
from handlers.views import feedback as views
from storage.models import OutboxRow, Reader

NEEDS = Need(
    scopes=("channels:read", "chat:write", "groups:read", "im:write", "reactions:write", "users:read"),
    optional_scopes=("channels:history", "groups:history"),
    shortcuts=(
        Shortcut("message", ids.CAPTURE, "Capture feedback", "Keep what somebody said, and link it to an item"),
    ),
)


@command("link", usage="FB-104 RM-12", role="pm", takes=(FEEDBACK, ITEM))
async def link(ask: Asking) -> Reply:
    """Feedback is about an item: it counts as demand, and its card follows the item."""
    captured = await feedback.link(
        ask.house.database,
        by=ask.reader,
        number=number_of(ask.asked["feedback"]),
        item=number_of(ask.asked["item"]),
        cause=ask.cause,
        now=ask.now,
    )
    return views.linked_reply(captured)


def register(app: AsyncApp, house: House) -> None:
    """Listen to the shortcut, the modals and the buttons of cards."""

    @app.shortcut(ids.CAPTURE)
    async def on_capture_wanted(ack: AsyncAck, body: dict[str, Any], respond: AsyncRespond) -> None:
        await ack()
        await _open_capture(house, body, respond)

    @app.view(ids.CAPTURE_SUBMIT)
    async def on_capture_submitted(ack: AsyncAck, body: dict[str, Any], view: Mapping[str, Any]) -> None:
        ask = await asking(house, body)
        draft = _draft(house, view)
        # asked before the capture, which decides by it where the card may stand
        channel = await known_channel(house, ask.reader.team_id, draft.channel) if draft.channel else None
        try:
            captured = await feedback.capture(house.database, by=ask.reader, draft=draft, cause=ask.cause, now=ask.now)
        except feedback.NothingSaidError as error:
            await ack(response_action="errors", errors={"quote": error.message})
            return
        if channel is not None and channel.speaks:
            await ack()
        else:  # nothing may be said there, so the modal itself confirms it
            await ack(response_action="update", view=views.captured_modal(captured))

    @app.view(ids.EDIT_SUBMIT)
    async def on_edit_submitted(ack: AsyncAck, body: dict[str, Any], view: Mapping[str, Any]) -> None:
        ask = await asking(house, body)
        number = int(view["private_metadata"])
        try:
            await feedback.edit(
                house.database, by=ask.reader, number=number, draft=_draft(house, view), cause=ask.cause, now=ask.now
            )
        except feedback.NothingSaidError as error:
            await ack(response_action="errors", errors={"quote": error.message})
            return
        await ack()

    @app.action(ids.FEEDBACK_EDIT)
    async def on_edit_wanted(
        ack: AsyncAck, body: dict[str, Any], action: dict[str, Any], respond: AsyncRespond
    ) -> None:
        await ack()
        ask = await asking(house, body)
        captured = await feedback.show(house.database, reader=ask.reader, number=int(action["value"]), to_edit=True)
        await open_view(house, body, views.edit_modal(captured), respond)

    @app.action(ids.FEEDBACK_UNDO)
    async def on_undo(ack: AsyncAck, body: dict[str, Any], action: dict[str, Any], respond: AsyncRespond) -> None:
        await ack()
        ask, number = await asking(house, body), int(action["value"])
        captured = await feedback.undo(house.database, by=ask.reader, number=number, cause=ask.cause, now=ask.now)
        await respond(replace_original=False, **views.undone_reply(captured).whispered())

    @app.action(ids.FEEDBACK_WITHDRAW)
    async def on_withdraw(ack: AsyncAck, body: dict[str, Any], action: dict[str, Any]) -> None:
        await ack()
        ask, number = await asking(house, body), int(action["value"])
        await feedback.withdraw(house.database, by=ask.reader, number=number, cause=ask.cause, now=ask.now)

    @app.action(ids.FEEDBACK_SUPPORT)
    async def on_me_too(ack: AsyncAck, body: dict[str, Any], action: dict[str, Any]) -> None:
        await ack()
        ask, number = await asking(house, body), int(action["value"])
        await feedback.support(house.database, by=ask.reader, number=number, cause=ask.cause, now=ask.now)


async def _open_capture(house: House, body: Mapping[str, Any], respond: AsyncRespond) -> None:
    """Open the modal complete from the payload, and add the matches a moment later.

    Slack keeps what fields held when a modal is updated, so all but the matches must be there from the beginning.
    """
    message, channel_id, team_id = body["message"], str(body["channel"]["id"]), team_of(body)
    (quote,) = await words_in(house, team_id, [message])
    source = views.Source(channel_id, str(message["ts"]), thread_of(message) or "", str(message.get("user") or ""))
    channel, fresh = await access.find_channel(house.database, team_id=team_id, channel_id=channel_id, now=house.now())
    name = channel.name if channel else str(body["channel"].get("name") or "")
    modal = partial(
        views.capture_modal,
        quote,
        source,
        customer=await suggestions.customer_in(house.database, team_id=team_id, channel_name=name, text=quote),
        visibility=suggestions.default_visibility(channel if fresh else None),
        in_thread=int(message.get("reply_count") or 0),
    )
    opened = await open_view(house, body, modal(), respond)
    if opened is None:
        return
    if not fresh:
        await known_channel(house, team_id, channel_id)
    ask = await asking(house, body)
    matches = await suggestions.matches(house.database, reader=ask.reader, text=quote)
    await update_view(house, opened, modal(matches=matches))


def _draft(house: House, view: Mapping[str, Any]) -> feedback.Draft:
    """Return what a modal holds as a draft."""
    filled = views.values(view["state"]["values"])
    source = views.Source.unpacked(view["private_metadata"] if view["callback_id"] == ids.CAPTURE_SUBMIT else "")
    prefilled = next(
        (block["element"].get("initial_value") for block in view["blocks"] if block["block_id"] == "quote"), ""
    )
    chosen = filled.get("match", views.NEW)
    where = house.permalink(source.channel, source.ts, source.thread_ts) if source.ts else None
    return feedback.Draft(
        quote=filled.get("quote", ""),
        original=str(prefilled or filled.get("quote", "")),
        problem=filled.get("problem", ""),
        weight=filled.get("weight", "nice"),
        theme=filled.get("theme", ""),
        customer=filled.get("customer", ""),
        said_by=source.said_by or None,
        channel=source.channel or None,
        message_ts=source.ts or None,
        thread_ts=source.thread_ts or None,
        permalink=where,
        visibility=filled.get("visibility", "members"),
        item=int(chosen) if chosen != views.NEW else None,
        with_thread=filled.get("include_thread") == "yes",
    )


def renderers(house: House) -> Mapping[str, Any]:
    """Return what renders the messages about feedback, at the moment they are sent."""

    async def shown(row: OutboxRow) -> feedback_cards.Captured:
        return await feedback_cards.card(house.database, reader=await _reader(house, row), number=_of(row))

    async def card(row: OutboxRow) -> Rendered:
        return views.feedback_card(await shown(row))

    async def told(row: OutboxRow) -> Rendered:
        return views.told_card(await shown(row))

    async def complete(row: OutboxRow) -> Rendered:
        reader = Reader(row.team_id, row.user or "", channels=frozenset({row.channel}))
        captured = await feedback_cards.card(house.database, reader=reader, number=_of(row))
        return views.complete_card(captured, new=bool(row.nouns["new"]))

    return {"feedback_card": card, "feedback_told": told, "feedback_complete": complete}


def receipts(house: House) -> Mapping[str, Receipt]:
    """Return what notes how a card ended."""
    return {"feedback_card": feedback_cards.note_receipt}


def tasks(house: House) -> Mapping[str, Any]:
    """Return the slow work about feedback."""

    async def read_thread(team_id: str, args: dict[str, Any]) -> None:
        """Read the thread that a piece of feedback stands in, and keep its words with it."""
        source = await feedback.source_of(house.database, team_id=team_id, number=int(args["number"]))
        if source is None:
            return
        channel, ts = source
        page = await house.client.conversations_replies(channel=channel, ts=ts, limit=200)
        words = await words_in(house, team_id, [one for one in page["messages"] if not one.get("bot_id")])
        await feedback.keep_thread(house.database, team_id=team_id, number=int(args["number"]), words="\n".join(words))

    async def learn_members_of(_: str, args: dict[str, Any]) -> None:
        """Learn who may read what was captured from a channel."""
        await learn_members(house, str(args["channel"]))

    return {"read_thread": read_thread, "learn_members": learn_members_of}


async def _reader(house: House, row: OutboxRow) -> Reader:
    """Return who will see a row's message: a person in a direct message, or everybody in a channel."""
    if not row.channel.startswith(("U", "W")):
        return audience(row.team_id, row.channel)
    person, _ = await access.find_person(house.database, team_id=row.team_id, user_id=row.channel, now=house.now())
    return Reader(row.team_id, row.channel, access.role_of(person, user_id=row.channel, admins=house.admins))


def _of(row: OutboxRow) -> int:
    return int(row.nouns["number"])
