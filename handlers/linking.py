"""Linking a message to an item of the roadmap; one that is not captured yet is captured with it."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp

from bot.services import access, feedback, feedback_cards, suggestions
from bot.services.refs import number_of
from handlers import ids
from handlers.capture import OwnMessageError, captured_at, draft_in, source_in
from handlers.directory import known_channel
from handlers.grammar import FEEDBACK, ITEM, command
from handlers.house import House
from handlers.needs import Need, Shortcut
from handlers.slack import Asking, asking, open_view, words_in
from handlers.views import Reply
from handlers.views import feedback as feedback_views
from handlers.views import linking as views
from handlers.views.forms import values
from storage.models import Role

NEEDS = Need(
    scopes=("channels:read", "groups:read", "users:read"),
    shortcuts=(Shortcut("message", ids.LINK, "Link to roadmap item", "Say which item a message is about"),),
)


@command("link", usage="FB-104 RM-12", role=Role.PM, takes=(FEEDBACK, ITEM))
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
    return feedback_views.linked_reply(captured)


def register(app: AsyncApp, house: House) -> None:
    """Listen to the shortcut, to what is typed into its menu, and to the modal."""

    @app.shortcut(ids.LINK)
    async def on_link_wanted(ack: AsyncAck, body: dict[str, Any]) -> None:
        await ack()
        await _open_link(house, body)

    @app.options(ids.ITEM_OPTIONS)
    async def on_item_typed(ack: AsyncAck, body: dict[str, Any]) -> None:
        ask = await asking(house, body)
        found = await suggestions.items_like(house.database, reader=ask.reader, typed=str(body.get("value") or ""))
        await ack(options=[one.to_dict() for one in views.item_options(found)])

    @app.view(ids.LINK_SUBMIT)
    async def on_link_submitted(ack: AsyncAck, body: dict[str, Any], view: Mapping[str, Any]) -> None:
        ask = await asking(house, body)
        filled = values(view["state"]["values"])
        chosen = filled.get("item") or filled.get("match", views.OTHER)
        if chosen == views.OTHER:
            await ack(response_action="errors", errors={"item": "Choose the item that it is about."})
            return
        draft = replace(draft_in(house, view), item=int(chosen))
        channel = await known_channel(house, ask.reader.team_id, draft.channel or "")
        try:
            captured = await _linked(ask, draft)
        except feedback.NothingSaidError as error:
            await ack(response_action="errors", errors={"quote": error.message})
            return
        if channel is not None and channel.speaks:
            await ack()
        else:
            await ack(response_action="update", view=feedback_views.captured_modal(captured))


async def _open_link(house: House, body: Mapping[str, Any]) -> None:
    ask, source = await asking(house, body), source_in(body)
    access.require(ask.reader, Role.CONTRIBUTOR, "link feedback")
    (words,) = await words_in(house, ask.reader.team_id, [body["message"]])
    captured = await captured_at(ask, source.channel, source.ts)
    if captured is None and body["message"].get("bot_id") == house.identity.bot_id:
        raise OwnMessageError()
    quote = captured.feedback.quote if captured else feedback.words_or_names(words, source.files)
    channel, _ = await access.find_channel(  # without asking Slack: the click is good for three seconds
        house.database, team_id=ask.reader.team_id, channel_id=source.channel, now=ask.now
    )
    if channel is not None and not access.is_believable(channel, ask.now):
        channel = None
    known = await suggestions.prefilled(
        house.database, team_id=ask.reader.team_id, channel=channel, channel_id=source.channel, text=quote
    )
    if not known.listens and captured is None:
        raise feedback.NotListeningError()
    matches = await suggestions.matches(house.database, reader=ask.reader, text=quote)
    modal = views.link_modal(quote, source, captured=captured, matches=matches, known=known)
    await open_view(house, body, modal)


async def _linked(ask: Asking, draft: feedback.Draft) -> feedback_cards.Captured:
    """Link what is captured already, or capture it with its link."""
    captured = await captured_at(ask, draft.channel or "", draft.message_ts or "")
    if captured is None:
        return await feedback.capture(ask.house.database, by=ask.reader, draft=draft, cause=ask.cause, now=ask.now)
    # the form was opened on a message there, so whoever sends it is in that channel
    by = replace(ask.reader, channels=ask.reader.channels | {draft.channel or ""})
    return await feedback.link(
        ask.house.database,
        by=by,
        number=captured.feedback.number,
        item=draft.item or 0,
        cause=ask.cause,
        now=ask.now,
    )
