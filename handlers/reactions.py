"""Reactions as feedback: an emoji on a message captures it, supports it, or takes it back."""

from dataclasses import replace
from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError

from bot.outbox.sender import refusal
from bot.services import feedback, feedback_cards, suggestions
from handlers import ids
from handlers.arrivals import reaction_name
from handlers.needs import Need
from handlers.slack import Asking, House, asking, known_channel, thread_of, words_in
from storage.models import Channel, Reader, Role

NEEDS = Need(
    scopes=("reactions:read",),
    events=("reaction_added", "reaction_removed"),
)


def register(app: AsyncApp, house: House) -> None:
    """Listen to reactions."""

    @app.event("reaction_added")
    async def on_reaction_added(body: dict[str, Any], event: dict[str, Any]) -> None:
        ask = await asking(house, body)
        channel_id, ts = str(event["item"]["channel"]), str(event["item"]["ts"])
        meaning = ids.REACTIONS[reaction_name(event)]
        channel = await known_channel(house, ask.reader.team_id, channel_id)
        if channel is None or channel.is_shared or not ask.reader.role.includes(Role.CONTRIBUTOR):
            return
        if meaning in ("request", "problem"):
            await _capture(house, ask, channel, ts, meaning)
            return
        team_id = ask.reader.team_id
        number = await feedback_cards.number_at(house.database, team_id=team_id, channel=channel_id, ts=ts)
        if number is None:
            return
        act = feedback.support if meaning == "support" else feedback.withdraw
        await act(house.database, by=_in(ask, channel_id), number=number, cause=ask.cause, now=ask.now)

    @app.event("reaction_removed")
    async def on_reaction_removed(body: dict[str, Any], event: dict[str, Any]) -> None:
        ask = await asking(house, body)
        channel_id, ts = str(event["item"]["channel"]), str(event["item"]["ts"])
        meaning = ids.REACTIONS[reaction_name(event)]
        if meaning in ("request", "problem"):
            await feedback.uncapture(
                house.database, by=_in(ask, channel_id), channel=channel_id, message_ts=ts, cause=ask.cause, now=ask.now
            )
        elif meaning == "support":
            number = await feedback_cards.number_at(
                house.database, team_id=ask.reader.team_id, channel=channel_id, ts=ts
            )
            if number is not None:
                await feedback.unsupport(house.database, by=_in(ask, channel_id), number=number, cause=ask.cause)


async def _capture(house: House, ask: Asking, channel: Channel, ts: str, meaning: str) -> None:
    try:
        found = await house.client.reactions_get(channel=channel.channel_id, timestamp=ts, full=True)
    except SlackApiError as error:
        if refusal(error) == "message_not_found":
            return  # deleted meanwhile: there is nothing to keep
        raise
    message = found["message"]
    (quote,) = await words_in(house, ask.reader.team_id, [message])
    if not quote.strip() or message.get("bot_id") or not _stands(message, ask.reader.user_id, meaning):
        return
    thread_ts = thread_of(message)
    customer = await suggestions.customer_in(
        house.database, team_id=ask.reader.team_id, channel_name=channel.name, text=quote
    )
    draft = feedback.Draft(
        quote=quote,
        original=quote,
        kind=meaning,
        customer=customer,
        said_by=str(message.get("user") or "") or None,
        channel=channel.channel_id,
        message_ts=ts,
        thread_ts=thread_ts,
        permalink=house.permalink(channel.channel_id, ts, thread_ts),
        visibility=suggestions.default_visibility(channel),
        reacted=True,
    )
    await feedback.capture(house.database, by=_in(ask, channel.channel_id), draft=draft, cause=ask.cause, now=ask.now)


def _stands(message: dict[str, Any], user_id: str, meaning: str) -> bool:
    """Say whether somebody's reaction is still there: replicas may see its removal first."""
    return any(
        user_id in reaction["users"] and ids.REACTIONS.get(str(reaction["name"]).partition("::")[0]) == meaning
        for reaction in message.get("reactions") or ()
    )


def _in(ask: Asking, channel_id: str) -> Reader:
    """Return the reader as a member of the channel where they reacted."""
    return replace(ask.reader, channels=ask.reader.channels | {channel_id})
