"""Reactions as feedback: an emoji on a message captures it, supports it, takes on its triage, or takes it back."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError

from bot.outbox.sender import refusal
from bot.services import reactions
from bot.services.reactions import Giver, Meant, Said, UnreadableError
from bot.services.refusals import known_refusal
from handlers.arrivals import cause_of, reaction_name, team_of
from handlers.directory import get_channel
from handlers.files import files_of
from handlers.house import House
from handlers.needs import Need
from handlers.slack import asking, thread_of, words_in

NEEDS = Need(events=("reaction_added", "reaction_removed"))


@dataclass(frozen=True)
class SlackDetails:
    """The details of a reaction, asked of Slack."""

    house: House
    body: Mapping[str, Any]
    reaction: Meant

    async def giver(self) -> Giver | None:
        """Return who reacted where; None where Slack knows no such channel."""
        ask = await asking(self.house, self.body)
        channel = await get_channel(self.house, self.reaction.team_id, self.reaction.channel_id)
        return Giver(ask.reader, channel) if channel is not None else None

    async def message(self) -> Said | None:
        """Return the message; None where it is gone. Raises UnreadableError."""
        house, channel_id, ts = self.house, self.reaction.channel_id, self.reaction.ts
        try:
            found = await house.client.reactions_get(channel=channel_id, timestamp=ts, full=True)
        except SlackApiError as error:
            code = refusal(error)
            if code == "message_not_found":
                return None
            if code == "ratelimited" or known_refusal(code) is None:
                raise  # tried again by itself
            raise UnreadableError(code) from error
        message: dict[str, Any] = found["message"]
        (words,) = await words_in(house, self.reaction.team_id, [message])
        thread_ts = thread_of(message)
        return Said(
            words=words,
            said_by=str(message.get("user") or "") or None,
            by_app=bool(message.get("bot_id")),
            thread_ts=thread_ts,
            permalink=house.permalink(channel_id, ts, thread_ts),
            files=files_of(message),
            reactions=_givers(message),
        )


def register(app: AsyncApp, house: House) -> None:
    """Listen to reactions."""

    @app.event("reaction_added")
    async def on_reaction_added(body: dict[str, Any], event: dict[str, Any]) -> None:
        if (reaction := await _meant(house, body, event)) is not None:
            await reactions.added(house.database, reaction, SlackDetails(house, body, reaction))

    @app.event("reaction_removed")
    async def on_reaction_removed(body: dict[str, Any], event: dict[str, Any]) -> None:
        if (reaction := await _meant(house, body, event)) is not None:
            await reactions.removed(house.database, reaction, SlackDetails(house, body, reaction))


async def _meant(house: House, body: Mapping[str, Any], event: Mapping[str, Any]) -> Meant | None:
    """Return what a reaction means where it stands; None for our own receipts, and for what means nothing there."""
    if event["user"] == house.identity.user_id:
        return None
    return await reactions.meant(
        house.database,
        team_id=team_of(body),
        channel_id=str(event["item"]["channel"]),
        ts=str(event["item"]["ts"]),
        user_id=str(event["user"]),
        emoji=reaction_name(event),
        cause=cause_of(body),
        now=house.now(),
    )


def _givers(message: Mapping[str, Any]) -> dict[str, set[str]]:
    """Return who has given a message which emoji, whatever the skin tone."""
    given: dict[str, set[str]] = defaultdict(set)
    for one in message.get("reactions") or ():
        given[str(one["name"]).partition("::")[0]].update(one["users"])
    return given
