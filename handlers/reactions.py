"""Reactions as feedback: an emoji on a message captures it, supports it, takes on its triage, or takes it back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError

from bot.errors import NotAllowedError
from bot.outbox import Rendered
from bot.outbox.sender import refusal
from bot.services import channels, feedback, feedback_cards, suggestions, triage, withdrawals
from bot.services.refusals import known_refusal
from bot.services.words import is_blank
from handlers.arrivals import cause_of, reaction_name, team_of
from handlers.files import files_of
from handlers.needs import Need
from handlers.slack import Asking, House, asking, get_channel, thread_of, words_in
from handlers.views import reactions as views
from storage.models import Channel, OutboxRow, Reader, Role

NEEDS = Need(events=("reaction_added", "reaction_removed"))
CAPTURES = ("request", "problem")
BACKS = (*CAPTURES, "support")
"""What counts somebody in; they are counted out with the last of these that they take back."""


@dataclass(frozen=True)
class Meant:
    """What a reaction means where it stands, before we know who gave it."""

    team_id: str
    channel_id: str
    ts: str
    user_id: str
    meaning: str
    meanings: Mapping[str, str]
    """What every emoji means there."""
    listens: bool


@dataclass(frozen=True)
class Reacted:
    """A reaction of somebody we know, in a channel we know."""

    meant: Meant
    ask: Asking
    channel: Channel

    @property
    def by(self) -> Reader:
        """Return who reacted, as a member of the channel."""
        return replace(self.ask.reader, channels=self.ask.reader.channels | {self.channel.channel_id})


def register(app: AsyncApp, house: House) -> None:
    """Listen to reactions."""

    @app.event("reaction_added")
    async def on_reaction_added(body: dict[str, Any], event: dict[str, Any]) -> None:
        meant = await _meant(house, body, event)
        if meant is not None and meant.meaning == "withdraw":
            await _withdraw(house, body, meant)
        elif meant is not None and (reacted := await _reacted(house, body, meant)):
            await (_capture(house, reacted) if meant.meaning in CAPTURES else _add(house, reacted))

    @app.event("reaction_removed")
    async def on_reaction_removed(body: dict[str, Any], event: dict[str, Any]) -> None:
        meant = await _meant(house, body, event)
        if meant is not None and meant.meaning != "withdraw" and (reacted := await _reacted(house, body, meant)):
            await _take_back(house, reacted)


def renderers(house: House) -> Mapping[str, Any]:
    """Return what renders the words about a reaction, at the moment they are sent."""

    async def reaction_word(row: OutboxRow) -> Rendered:
        return views.reaction_word(str(row.nouns["why"]))

    return {"reaction_word": reaction_word}


async def _meant(house: House, body: dict[str, Any], event: dict[str, Any]) -> Meant | None:
    """Return what a reaction means in its channel; None for our own receipts, and for what means nothing there."""
    team_id, channel_id = team_of(body), str(event["item"]["channel"])
    setting = await channels.setting_of(house.database, team_id=team_id, channel_id=channel_id)
    meanings = channels.meanings(setting)
    meaning = meanings.get(reaction_name(event))
    if meaning is None or event["user"] == house.identity.user_id:
        return None
    listens = channels.listens(setting)
    return Meant(team_id, channel_id, str(event["item"]["ts"]), str(event["user"]), meaning, meanings, listens)


async def _reacted(house: House, body: dict[str, Any], meant: Meant) -> Reacted | None:
    """Return who reacted where; None where Slack knows no such channel."""
    ask = await asking(house, body)
    channel = await get_channel(house, meant.team_id, meant.channel_id)
    return Reacted(meant, ask, channel) if channel is not None else None


async def _add(house: House, reacted: Reacted) -> None:
    """Count somebody in, or let a product manager take on the triage: of what is captured, by its message or card."""
    ask, needed = reacted.ask, Role.CONTRIBUTOR if reacted.meant.meaning == "support" else Role.PM
    number = await _number(house, reacted.meant)
    if number is None or reacted.channel.is_shared or not ask.reader.role.includes(needed):
        return  # both are everyday emoji, so they say nothing to anybody else
    act = feedback.support if reacted.meant.meaning == "support" else triage.claim
    await act(house.database, by=reacted.by, number=number, cause=ask.cause, now=ask.now)


async def _take_back(house: House, reacted: Reacted) -> None:
    ask = reacted.ask
    if reacted.meant.meaning in BACKS and await _still_backs(house, reacted.meant):
        return
    if reacted.meant.meaning in CAPTURES:
        await withdrawals.uncapture(
            house.database, by=reacted.by, channel=reacted.meant.channel_id, message_ts=reacted.meant.ts,
            cause=ask.cause, now=ask.now,
        )  # fmt: skip
        return
    number = await _number(house, reacted.meant)
    if number is not None and reacted.meant.meaning == "support":
        await feedback.unsupport(house.database, by=reacted.by, number=number, cause=ask.cause, now=ask.now)
    elif number is not None:
        await triage.unclaim(house.database, by=reacted.by, number=number, cause=ask.cause, now=ask.now)


async def _withdraw(house: House, body: dict[str, Any], meant: Meant) -> None:
    """Withdraw what somebody said or captured: whoever it is, and wherever it stands."""
    number = await _number(house, meant)
    if number is None:
        return
    by = Reader(meant.team_id, meant.user_id, Role.VIEWER, frozenset({meant.channel_id}))
    try:
        await withdrawals.withdraw(house.database, by=by, number=number, cause=cause_of(body), now=house.now())
    except NotAllowedError:
        if reacted := await _reacted(house, body, meant):
            await _explain(house, reacted, "not_yours")


async def _capture(house: House, reacted: Reacted) -> None:
    ask, channel = reacted.ask, reacted.channel
    if not ask.reader.role.includes(Role.CONTRIBUTOR):
        await _explain(house, reacted, "guest")
    elif channel.is_shared:
        await _explain(house, reacted, "shared")
    elif not reacted.meant.listens:
        await _explain(house, reacted, "off")
    elif message := await _message(house, reacted):
        (words,) = await words_in(house, ask.reader.team_id, [message])
        quote = feedback.words_or_names(words, files_of(message))
        if message.get("bot_id"):
            await _explain(house, reacted, "card" if await _number(house, reacted.meant) is not None else "bot")
        elif is_blank(quote):
            await _explain(house, reacted, "empty")
        else:
            await _keep(house, reacted, message, quote)


async def _message(house: House, reacted: Reacted) -> dict[str, Any] | None:
    """Return the message that somebody has reacted to; None where it, or the reaction, is gone meanwhile."""
    meant = reacted.meant
    try:
        found = await house.client.reactions_get(channel=meant.channel_id, timestamp=meant.ts, full=True)
    except SlackApiError as error:
        code = refusal(error)
        if code == "message_not_found":
            return None
        if code == "ratelimited" or known_refusal(code) is None:
            raise  # tried again by itself
        await _explain(house, reacted, f"refused:{code}")
        return None
    message: dict[str, Any] = found["message"]
    # replicas may see a removal before what it removes
    return message if _says(meant, message, (meant.meaning,)) else None


def _says(meant: Meant, message: Mapping[str, Any], meanings: Sequence[str]) -> bool:
    """Say whether any reaction of this person to a message has one of these meanings."""
    return any(
        meant.user_id in one["users"] and meant.meanings.get(str(one["name"]).partition("::")[0]) in meanings
        for one in message.get("reactions") or ()
    )


async def _still_backs(house: House, meant: Meant) -> bool:
    """Say whether another reaction of this person stands for the same message; so it does where Slack won't tell."""
    try:
        found = await house.client.reactions_get(channel=meant.channel_id, timestamp=meant.ts, full=True)
    except SlackApiError as error:
        code = refusal(error)
        if code == "ratelimited" or known_refusal(code) is None:
            raise  # tried again by itself
        return code != "message_not_found"
    return _says(meant, found["message"], BACKS)


async def _keep(house: House, reacted: Reacted, message: dict[str, Any], quote: str) -> None:
    ask, channel, thread_ts = reacted.ask, reacted.channel, thread_of(message)
    known = await suggestions.prefilled(
        house.database, team_id=ask.reader.team_id, channel=channel, channel_id=channel.channel_id, text=quote
    )
    draft = feedback.Draft(
        quote=quote,
        original=quote,
        kind=reacted.meant.meaning,
        customer=known.customer,
        said_by=str(message.get("user") or "") or None,
        channel=channel.channel_id,
        message_ts=reacted.meant.ts,
        thread_ts=thread_ts,
        permalink=house.permalink(channel.channel_id, reacted.meant.ts, thread_ts),
        visibility=known.visibility,
        reacted=True,
        files=files_of(message),
    )
    try:
        await feedback.capture(house.database, by=reacted.by, draft=draft, cause=ask.cause, now=ask.now)
    except feedback.WithdrawnByAuthorError:
        await _explain(house, reacted, "withdrawn")


async def _explain(house: House, reacted: Reacted, why: str) -> None:
    await feedback_cards.explain(
        house.database, by=reacted.by, channel_id=reacted.meant.channel_id, message_ts=reacted.meant.ts, why=why
    )


async def _number(house: House, meant: Meant) -> int | None:
    return await feedback_cards.number_at(house.database, team_id=meant.team_id, channel=meant.channel_id, ts=meant.ts)
