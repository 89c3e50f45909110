"""Capturing feedback in a form: from a message, by command, from the menu of the workspace."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp

from bot.errors import InvalidInputError, NotAllowedError
from bot.services import access, feedback, feedback_cards, suggestions
from handlers import ids
from handlers.asked import tidy
from handlers.directory import known_channel
from handlers.files import files_of
from handlers.grammar import TEXT, Argument, command, optional
from handlers.house import House
from handlers.needs import Need, Shortcut, SlashCommand
from handlers.slack import Asking, asking, open_for, open_view, thread_of, update_view, words_in
from handlers.views import capture as views
from handlers.views import feedback as feedback_views
from handlers.views.forms import values
from storage.models import Role, Weight

NEEDS = Need(
    scopes=("channels:read", "groups:read", "im:write", "users:read"),
    commands=(SlashCommand(ids.FEEDBACK, "Write down what somebody said or needs", "<text> [for:Acme]"),),
    shortcuts=(
        Shortcut("message", ids.CAPTURE, "Capture feedback", "Keep what somebody said, and link it to an item"),
        Shortcut("global", ids.NEW_FEEDBACK, "New feedback", "Write down what somebody said or needs"),
    ),
)

_SAID = Argument("text", r"(?!(?:about|on|from|since|in)\b)\S.*", TEXT.canonical)
"""What was said; "feedback about SSO" asks for feedback instead of giving it."""
_TOLD = re.compile(r'(?<!\S)(?P<key>for|weight):(?:"(?P<quoted>[^"]*)"|(?P<plain>[^\s"]+))', re.IGNORECASE)


class OwnMessageError(InvalidInputError):
    """I wrote that myself. Capture the message of a person, or write it down with `/feedback`."""


@dataclass(frozen=True)
class Typed:
    """What somebody typed after `/feedback`."""

    words: str
    customer: str = ""
    weight: str = Weight.NICE


def read_typed(text: str) -> Typed:
    """Read `<text> [for:Acme] [weight:blocker]`; everything else is a part of what was said."""
    told = {"for": "", "weight": ""}

    def taken(found: re.Match[str]) -> str:
        key, value = found["key"].lower(), (found["quoted"] or found["plain"] or "").strip()
        if key == "weight" and value.lower() not in list(Weight):
            return found[0]
        told[key] = value
        return ""

    words = " ".join(_TOLD.sub(taken, tidy(text)).split())
    return Typed(words, told["for"], told["weight"].lower() or Weight.NICE)


@command("feedback", usage="exports stop after 500 rows", role=Role.CONTRIBUTOR, takes=(optional(_SAID),), plain=True)
async def feedback_(ask: Asking) -> None:
    """Write down what somebody said or needs; `for:Acme` names the customer. `/feedback` does the same."""
    await _open_blank(ask, ask.asked.get("text") or "")


def register(app: AsyncApp, house: House) -> None:
    """Listen to what opens the form, and to the form."""

    @app.shortcut(ids.CAPTURE)
    async def on_capture_wanted(ack: AsyncAck, body: dict[str, Any]) -> None:
        await ack()
        await _open_capture(house, body)

    @app.command(ids.FEEDBACK)
    async def on_feedback(ack: AsyncAck, body: dict[str, Any]) -> None:
        await _open_blank(await asking(house, body), str(body.get("text") or ""))
        await ack()

    @app.shortcut(ids.NEW_FEEDBACK)
    async def on_new_feedback(ack: AsyncAck, body: dict[str, Any]) -> None:
        await ack()
        try:
            await _open_blank(await asking(house, body), "")
        except NotAllowedError as error:  # used from anywhere, so there is no conversation to say it in
            await open_view(house, body, views.notice_modal(error.message))

    @app.view(ids.CAPTURE_SUBMIT)
    async def on_capture_submitted(ack: AsyncAck, body: dict[str, Any], view: Mapping[str, Any]) -> None:
        ask = await asking(house, body)
        draft = draft_in(house, view)
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
            await ack(response_action="update", view=feedback_views.captured_modal(captured))


async def _open_blank(ask: Asking, text: str) -> None:
    """Open the form for what comes from no message, prefilled with what was typed."""
    access.require(ask.reader, Role.CONTRIBUTOR, "capture feedback")
    house, team_id, typed = ask.house, ask.reader.team_id, read_typed(text)
    (words,) = await words_in(house, team_id, [{"text": typed.words}])
    channel, _ = await access.find_channel(house.database, team_id=team_id, channel_id=ask.channel, now=ask.now)
    known = await suggestions.prefilled(
        house.database, team_id=team_id, channel=channel, channel_id=ask.channel, text=words
    )
    matches = await suggestions.matches(house.database, reader=ask.reader, text=words)
    customer = typed.customer or known.customer
    modal = views.blank_modal(words, customer=customer, weight=typed.weight, matches=matches)
    await open_for(ask, modal)


async def _open_capture(house: House, body: Mapping[str, Any]) -> None:
    """Open the modal complete from the payload, and add the matches a moment later.

    Slack keeps what fields held when a modal is updated, so all but the matches must be there from the beginning.
    """
    ask = await asking(house, body)
    access.require(ask.reader, Role.CONTRIBUTOR, "capture feedback")
    message, channel_id, team_id = body["message"], str(body["channel"]["id"]), ask.reader.team_id
    if message.get("bot_id") == house.identity.bot_id:
        raise OwnMessageError()
    (words,) = await words_in(house, team_id, [message])
    source = source_in(body)
    quote = feedback.words_or_names(words, source.files)
    channel, fresh = await access.find_channel(house.database, team_id=team_id, channel_id=channel_id, now=house.now())
    if channel is not None and not access.is_believable(channel, ask.now):
        channel = None
    only_ours = message.get("reply_users") == [house.identity.user_id]  # the card of an earlier capture
    in_thread = 0 if only_ours else int(message.get("reply_count") or 0)
    known = await suggestions.prefilled(
        house.database, team_id=team_id, channel=channel, channel_id=channel_id, text=quote
    )
    if not known.listens:
        raise feedback.NotListeningError()
    modal = partial(
        views.capture_modal, quote, source, customer=known.customer, visibility=known.visibility, in_thread=in_thread
    )
    opened = await open_view(house, body, modal(reads=channel is not None and channel.has_bot))
    if not fresh:
        channel = await known_channel(house, team_id, channel_id)
    matches = await suggestions.matches(house.database, reader=ask.reader, text=quote)
    captured = await captured_at(ask, channel_id, source.ts)
    joins = captured.feedback.ref if captured else ""
    reads = channel is not None and channel.has_bot
    await update_view(house, opened, modal(matches=matches, reads=reads, joins=joins))


async def captured_at(ask: Asking, channel: str, ts: str) -> feedback_cards.Captured | None:
    """Return what a message, or the card that it is, was captured as; None where nothing of it is kept."""
    team_id = ask.reader.team_id
    number = await feedback_cards.number_at(ask.house.database, team_id=team_id, channel=channel, ts=ts)
    if number is None:
        return None
    captured = await feedback_cards.card(ask.house.database, reader=ask.reader, number=number)
    return None if captured.feedback.withdrawn else captured


def source_in(body: Mapping[str, Any]) -> views.Source:
    """Return which message a shortcut was used on."""
    message = body["message"]
    said_by = "" if message.get("bot_id") else str(message.get("user") or "")
    thread_ts = thread_of(message) or ""
    return views.Source(str(body["channel"]["id"]), str(message["ts"]), thread_ts, said_by, files_of(message))


def draft_in(house: House, view: Mapping[str, Any]) -> feedback.Draft:
    """Return what a modal holds as a draft."""
    filled = values(view["state"]["values"])
    source = views.Source.unpacked("" if view["callback_id"] == ids.EDIT_SUBMIT else view["private_metadata"])
    prefilled = next(
        (block["element"].get("initial_value") for block in view["blocks"] if block["block_id"] == "quote"), ""
    )
    chosen = filled.get("match", views.NEW)
    where = house.permalink(source.channel, source.ts, source.thread_ts) if source.ts else None
    return feedback.Draft(
        quote=filled.get("quote", ""),
        original=str(prefilled or filled.get("quote", "")),
        problem=filled.get("problem", ""),
        weight=filled.get("weight", Weight.NICE),
        theme=filled.get("theme", ""),
        customer=filled.get("customer", ""),
        said_by=source.said_by or None,
        channel=source.channel or None,
        message_ts=source.ts or None,
        thread_ts=source.thread_ts or None,
        permalink=where,
        visibility=filled.get("visibility", "members"),
        item=int(chosen) if chosen.isdigit() else None,
        with_thread=filled.get("include_thread") == "yes",
        files=source.files,
    )
