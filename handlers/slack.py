"""Slack's payloads and answers: who asks and where from, what a message says, and what people are shown then."""

import asyncio
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from slack_bolt.async_app import AsyncRespond
from slack_sdk.errors import SlackApiError
from slack_sdk.webhook import WebhookResponse

from bot.errors import NotAllowedError, NotSavedError
from bot.outbox.sender import refusal
from bot.services import access
from handlers.arrivals import cause_of, team_of
from handlers.asked import Asked
from handlers.directory import ASK_SECONDS, known_person
from handlers.house import House
from handlers.views.words import plain
from storage.models import Reader, Standing


class StrangerError(NotAllowedError):
    """I only work for people of this workspace."""


class UnknownPersonError(NotSavedError):
    """Slack didn't tell me who you are, so I did nothing. Please try again in a minute."""


@dataclass(frozen=True)
class Asking:
    """Somebody asks for something."""

    house: House
    reader: Reader
    tz: str
    now: datetime
    cause: str
    channel: str
    """Where they ask from; empty on the Home and in global shortcuts."""
    trigger_id: str = ""
    asked: Asked = field(default_factory=Asked)


async def asking(house: House, body: Mapping[str, Any]) -> Asking:
    """Return who is behind a payload, with their role of today and what they may see from where they ask."""
    user = body.get("user") or {}
    event = body.get("event") or {}
    user_id = str(body.get("user_id") or event.get("user") or (user.get("id") if isinstance(user, Mapping) else user))
    place = body.get("channel") or (body.get("container") or {}).get("channel_id") or event.get("channel") or ""
    channel = str(body.get("channel_id") or (place.get("id") if isinstance(place, Mapping) else place))
    team_id = team_of(body)
    person = await known_person(house, team_id, user_id)
    if person is None:
        raise UnknownPersonError()
    if person.standing == Standing.STRANGER:
        raise StrangerError()
    here = frozenset({channel} - {""})
    return Asking(
        house=house,
        reader=await reader_of(house, team_id, user_id, also=here),
        tz=person.tz,
        now=house.now(),
        cause=cause_of(body),
        channel=channel,
        trigger_id=str(body.get("trigger_id") or ""),
    )


async def reader_of(house: House, team_id: str, user_id: str, *, also: frozenset[str] = frozenset()) -> Reader:
    """Return somebody as a reader of now, without asking Slack; `also` are channels that they are sure to be in."""
    return await access.reader_of(
        house.database, team_id=team_id, user_id=user_id, now=house.now(), admins=house.admins, also=also
    )


async def open_view(house: House, body: Mapping[str, Any], view: dict[str, Any]) -> dict[str, Any]:
    """Open a modal for whoever clicked, and return it; what Slack says to a click too old is told by `errors`."""
    opened = await house.client.views_open(trigger_id=str(body["trigger_id"]), view=view)
    return dict(opened["view"])


async def open_for(ask: Asking, view: dict[str, Any]) -> None:
    """Open a modal for whoever typed a command, whose answer has to go out in three seconds."""
    async with asyncio.timeout(ASK_SECONDS):
        await open_view(ask.house, {"trigger_id": ask.trigger_id}, view)


async def answer_click(body: Mapping[str, Any], respond: AsyncRespond, answer: dict[str, Any]) -> WebhookResponse:
    """Answer a click beside the message that was clicked, in its thread; seen only by whoever clicked."""
    thread_ts = (body.get("container") or {}).get("thread_ts")  # Slack answers at the top of a channel without it
    return await respond(replace_original=False, thread_ts=thread_ts, **answer)


def thread_of(message: Mapping[str, Any]) -> str | None:
    """Return the ts of the thread that a message is a reply in; None for one that starts a thread, or has none."""
    thread_ts = message.get("thread_ts")
    return str(thread_ts) if thread_ts and thread_ts != message.get("ts") else None


async def update_view(house: House, opened: Mapping[str, Any], view: dict[str, Any]) -> None:
    """Show something else in a modal, if whoever opened it still has it open as it was."""
    try:
        await house.client.views_update(view_id=str(opened["id"]), hash=opened.get("hash"), view=view)
    except SlackApiError as error:
        if refusal(error) not in ("hash_conflict", "not_found", "view_not_found", "expired_trigger_id"):
            raise


async def words_in(house: House, team_id: str, messages: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return the words of messages as people read them, with the names of those they mention."""
    texts = [str(one.get("text") or "") for one in messages]
    mentioned = frozenset(found for text in texts for found in re.findall(r"<@([A-Z0-9]+)", text))
    names = await access.names(house.database, team_id=team_id, user_ids=mentioned) if mentioned else {}
    return [plain(text, names) for text in texts]
