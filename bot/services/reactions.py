"""Reactions as feedback: what an emoji on a message means where it stands, who may, and what follows from it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Protocol

from bot.errors import NotAllowedError
from bot.services import channels, explanations, feedback, suggestions, triage, withdrawals
from bot.services import feedback_cards as cards
from bot.services.words import is_blank
from storage.database import Database, Read, Session, Write
from storage.models import Channel, Reader, Role

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
    cause: str
    now: datetime


@dataclass(frozen=True)
class Giver:
    """Somebody we know who reacted, in a channel we know."""

    reader: Reader
    channel: Channel

    @property
    def here(self) -> Reader:
        """Return them as a member of the channel."""
        return replace(self.reader, channels=self.reader.channels | {self.channel.channel_id})


@dataclass(frozen=True)
class Said:
    """The message that somebody reacted to."""

    words: str
    said_by: str | None
    by_app: bool
    thread_ts: str | None
    permalink: str
    files: tuple[feedback.File, ...]
    reactions: Mapping[str, Collection[str]]
    """Who has given it which emoji, by the emoji's name."""


class UnreadableError(Exception):
    """Slack does not show the message; the reason is Slack's own word for it."""


class Details(Protocol):
    """What Slack tells of a reaction, asked only where it is needed."""

    async def giver(self) -> Giver | None:
        """Return who reacted where; None where Slack knows no such channel."""

    async def message(self) -> Said | None:
        """Return the message; None where it is gone. Raises UnreadableError."""


@Read
def meant(
    session: Session, *, team_id: str, channel_id: str, ts: str, user_id: str, emoji: str, cause: str, now: datetime
) -> Meant | None:
    """Return what a reaction means in its channel; None for what means nothing there."""
    setting = channels.setting_of.within(session, team_id=team_id, channel_id=channel_id)
    meanings = channels.meanings(setting)
    if emoji not in meanings:
        return None
    listens = channels.listens(setting)
    return Meant(team_id, channel_id, ts, user_id, meanings[emoji], meanings, listens, cause, now)


async def added(database: Database, reaction: Meant, details: Details) -> None:
    """Do what an emoji says that somebody put on a message, or tell them alone why not."""
    if reaction.meaning == "withdraw":  # whoever it is, and wherever it stands
        if not await _withdraw(database, reaction) and await details.giver() is not None:
            await _explain(database, reaction, "not_yours")
    elif (giver := await details.giver()) is None:
        return
    elif reaction.meaning in CAPTURES:
        why = _refusal(reaction, giver) or await _capture(database, reaction, giver, details)
        if why is not None:
            await _explain(database, reaction, why)
    else:
        await _add(database, reaction, giver)


async def removed(database: Database, reaction: Meant, details: Details) -> None:
    """Take back what an emoji said that somebody took off a message."""
    if reaction.meaning == "withdraw" or (giver := await details.giver()) is None:
        return
    if reaction.meaning in BACKS and await _still_backs(reaction, details):
        return
    await _take_back(database, reaction, giver)


def _refusal(reaction: Meant, giver: Giver) -> str | None:
    """Return why somebody captures nothing there, whatever the message says."""
    if not giver.reader.role.includes(Role.CONTRIBUTOR):
        return "guest"
    if giver.channel.is_shared:
        return "shared"
    return None if reaction.listens else "off"


async def _capture(database: Database, reaction: Meant, giver: Giver, details: Details) -> str | None:
    """Capture the message, or return why not."""
    try:
        said = await details.message()
    except UnreadableError as error:
        return f"refused:{error}"
    # replicas may see a removal before what it removes
    if said is None or not _stands(reaction, said, (reaction.meaning,)):
        return None
    if said.by_app:
        return await _whose_card(database, reaction)
    quote = feedback.words_or_names(said.words, said.files)
    if is_blank(quote):
        return "empty"
    try:
        await _keep(database, reaction, giver, said, quote)
    except feedback.WithdrawnByAuthorError:
        return "withdrawn"
    return None


@Write
def _keep(session: Session, reaction: Meant, giver: Giver, said: Said, quote: str) -> None:
    known = suggestions.prefilled.within(
        session, team_id=reaction.team_id, channel=giver.channel, channel_id=reaction.channel_id, text=quote
    )
    draft = feedback.Draft(
        quote=quote,
        original=quote,
        kind=reaction.meaning,
        customer=known.customer,
        said_by=said.said_by,
        channel=reaction.channel_id,
        message_ts=reaction.ts,
        thread_ts=said.thread_ts,
        permalink=said.permalink,
        visibility=known.visibility,
        reacted=True,
        files=said.files,
    )
    feedback.capture.within(session, by=giver.here, draft=draft, cause=reaction.cause, now=reaction.now)


@Read
def _whose_card(session: Session, reaction: Meant) -> str:
    """Return why a message of an app is not captured."""
    return "card" if _number(session, reaction) is not None else "bot"


@Write
def _add(session: Session, reaction: Meant, giver: Giver) -> None:
    """Count somebody in, or let a product manager take on the triage: of what is captured, by its message or card.

    Both are everyday emoji: nobody is told anything about what is not captured.
    """
    number = _number(session, reaction)
    if number is None or _is_gone(session, giver.reader, number):
        return
    asked: dict[str, Any] = {"by": giver.here, "number": number, "cause": reaction.cause, "now": reaction.now}
    may = giver.reader.role.includes(Role.PM if reaction.meaning == "claim" else Role.CONTRIBUTOR)
    if giver.channel.is_shared:
        if may and reaction.meaning == "support":
            _explain.within(session, reaction, "shared")
    elif may:
        act = triage.claim if reaction.meaning == "claim" else feedback.support
        act.within(session, **asked)
    elif giver.channel.has_bot:  # elsewhere no card below the message tells of its capture
        _explain.within(session, reaction, "no_manager" if reaction.meaning == "claim" else "no_voice")


@Write
def _withdraw(session: Session, reaction: Meant) -> bool:
    """Withdraw what somebody said or captured; say whether it was theirs, as what is not captured is anybody's."""
    number = _number(session, reaction)
    if number is None:
        return True
    by = Reader(reaction.team_id, reaction.user_id, Role.VIEWER, frozenset({reaction.channel_id}))
    try:
        withdrawals.withdraw.within(session, by=by, number=number, cause=reaction.cause, now=reaction.now)
    except NotAllowedError:
        return False
    return True


async def _still_backs(reaction: Meant, details: Details) -> bool:
    """Say whether another reaction of this person stands for the same message; so it does where Slack won't tell."""
    try:
        said = await details.message()
    except UnreadableError:
        return True
    return said is not None and _stands(reaction, said, BACKS)


@Write
def _take_back(session: Session, reaction: Meant, giver: Giver) -> None:
    asked: dict[str, Any] = {"by": giver.here, "cause": reaction.cause, "now": reaction.now}
    if reaction.meaning in CAPTURES:
        ended = withdrawals.uncapture.within(session, channel=reaction.channel_id, message_ts=reaction.ts, **asked)
        if ended == "late":
            _explain.within(session, reaction, "late")
    elif (number := _number(session, reaction)) is not None:
        act = feedback.unsupport if reaction.meaning == "support" else triage.unclaim
        act.within(session, number=number, **asked)


@Write
def _explain(session: Session, reaction: Meant, why: str) -> None:
    by = Reader(reaction.team_id, reaction.user_id, Role.VIEWER)
    explanations.explain.within(session, by=by, channel_id=reaction.channel_id, message_ts=reaction.ts, why=why)


def _stands(reaction: Meant, said: Said, meanings: Collection[str]) -> bool:
    """Say whether any reaction of this person to a message has one of these meanings."""
    return any(
        reaction.user_id in people and reaction.meanings.get(emoji) in meanings
        for emoji, people in said.reactions.items()
    )


def _number(session: Session, reaction: Meant) -> int | None:
    return cards.number_at.within(session, team_id=reaction.team_id, channel=reaction.channel_id, ts=reaction.ts)


def _is_gone(session: Session, reader: Reader, number: int) -> bool:
    return cards.as_seen(session, reader, number).feedback.withdrawn
