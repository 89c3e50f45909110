"""What people type: after `/roadmap`, in a mention, in a direct message. Whatever is no command is a question."""

import sys
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp

from bot.errors import BotError
from bot.outbox import Receipt, Rendered
from bot.services import access, answers, deliveries
from handlers import feedback, ids, questions, roadmap, updates
from handlers.asked import Asked, read, tidy, without_mention
from handlers.grammar import TEXT, Commands, command, optional
from handlers.needs import Need, SlashCommand
from handlers.slack import Asking, House, asking, known_channel, learn_members, words_in
from handlers.views import Reply
from handlers.views import help as views
from storage.database import Session
from storage.models import OutboxRow, Reader

NEEDS = Need(
    scopes=("app_mentions:read", "chat:write", "commands", "im:history", "users:read"),
    events=("app_mention", "message.im"),
    commands=(SlashCommand(ids.ROADMAP, "The roadmap, and answers about it", "show RM-12 · find words · help"),),
)


GREETINGS = ("hello", "hi", "hey", "good morning", "thanks", "thank you")
QUESTION_WORDS = frozenset(
    (
        *("what", "when", "who", "whose", "why", "how", "where", "which", "any", "tell", "and", "status"),
        *("is", "are", "was", "were", "do", "does", "did", "will", "would", "can", "could", "should", "has", "have"),
    )
)


@command("help", usage="schedule", takes=(optional(TEXT),), reads_only=True)
async def help_(ask: Asking) -> Reply:
    """What you can type."""
    topic = (ask.asked.get("text") or "").lower()
    lines = COMMANDS.help_lines(ask.reader.role)
    about = [line for line in lines if topic and topic in " ".join(line).lower()]
    return views.help_reply(about or lines, ids.ROADMAP)


async def reply_to(ask: Asking, text: str, *, reading_only: bool = False) -> Reply:
    """Return the reply to what somebody typed; with `reading_only`, commands that change something are explained."""
    asked = read(text)
    if asked.rest.lower().strip("!. ") in GREETINGS:
        return views.help_reply(COMMANDS.help_lines(ask.reader.role), ids.ROADMAP)
    found = COMMANDS.find(f"show {text}" if asked.ids == (asked.rest,) else text)
    if found is not None and not (reading_only and not found[0].reads_only):
        one, asked = found
        access.require(ask.reader, one.role, f"use `{ids.ROADMAP} {one.names[0]}`")
        reply: Reply = await one.run(replace(ask, asked=asked))
        return reply
    if found is not None:
        return views.elsewhere_reply(f"{ids.ROADMAP} {tidy(text)}")
    if suggestion := COMMANDS.suggest(text):
        return views.suggestion_reply(suggestion, ids.ROADMAP)
    if asked.ids and not asked.asks and not reads_like_question(asked):
        return views.unknown_reply(asked.rest.partition(" ")[0], ids.ROADMAP)
    question, *_ = await words_in(ask.house, ask.reader.team_id, [{"text": tidy(text)}])
    return await questions.answer_for(ask, question)


def reads_like_question(asked: Asked) -> bool:
    """Say whether a text begins as questions do, so that an unknown verb is not taken for one."""
    return asked.rest.partition(" ")[0].lower().partition("'")[0] in QUESTION_WORDS


def register(app: AsyncApp, house: House) -> None:
    """Listen to the command, to mentions and to direct messages."""

    @app.command(ids.ROADMAP)
    async def on_roadmap(ack: AsyncAck, body: dict[str, Any]) -> None:
        reply = await reply_to(await asking(house, body), str(body.get("text") or ""))
        await ack(**reply.whispered())

    @app.event("app_mention")
    async def on_mention(body: dict[str, Any], event: dict[str, Any]) -> None:
        channel = await known_channel(house, house.identity.team_id, str(event["channel"]))
        if channel is not None and channel.speaks:
            await learn_members(house, channel.channel_id)  # what may be said depends on who reads it
            await _promise(body, event, thread_ts=str(event.get("thread_ts") or event["ts"]))

    @app.event("message")
    async def on_direct_message(body: dict[str, Any], event: dict[str, Any]) -> None:
        if event.get("channel_type") == "im":
            await _promise(body, event, thread_ts=str(event["thread_ts"]) if event.get("thread_ts") else None)

    async def _promise(body: dict[str, Any], event: dict[str, Any], *, thread_ts: str | None) -> None:
        ask = await asking(house, body)
        text = without_mention(str(event.get("text") or ""), house.identity.user_id)
        await answers.promise(
            house.database,
            by=ask.reader,
            text=text,
            channel=str(event["channel"]),
            thread_ts=thread_ts,
            cause=ask.cause,
        )


def renderers(house: House) -> Mapping[str, Any]:
    """Return what renders answers in threads and direct messages, at the moment they are sent."""

    async def answer(row: OutboxRow) -> Rendered:
        user_id, now = str(row.nouns["user"]), house.now()
        person, _ = await access.find_person(house.database, team_id=row.team_id, user_id=user_id, now=now)
        if row.channel.startswith("D"):
            role = access.role_of(person, user_id=user_id, admins=house.admins)
            reader = Reader(row.team_id, user_id, role, frozenset({row.channel}))
        else:
            reader = await access.audience(house.database, team_id=row.team_id, channel_id=row.channel, now=now)
        ask = Asking(house, reader, person.tz if person else "UTC", now, row.key, row.channel)
        try:
            return await reply_to(ask, str(row.nouns["text"]), reading_only=True)
        except BotError as error:
            return views.refused_reply(error.message)

    return {"answer": answer}


def receipts(_: House) -> Mapping[str, Receipt]:
    """Return what asks about a message that may or may not be there."""

    def ended(session: Session, row: OutboxRow) -> None:
        deliveries.ask(session, row, who=str(row.nouns["user"]))

    return {"answer": ended}


COMMANDS = Commands.collect((roadmap, questions, feedback, updates, sys.modules[__name__]))
