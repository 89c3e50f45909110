"""What people type: after `/roadmap`, in a mention, in a direct message. Whatever is no command is a question."""

import re
import sys
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond

from bot.errors import BotError, NotSavedError
from bot.outbox import Receipt, Rendered
from bot.services import access, answers, deliveries, explanations
from handlers import (
    capture,
    channels,
    evidence,
    exports,
    follows,
    history,
    ids,
    instead,
    items,
    linking,
    questions,
    roadmap,
    schedules,
    search,
    setup,
    sharing,
    statuses,
    votes,
)
from handlers.arrivals import cause_of
from handlers.asked import QUESTION_WORDS, Asked, read, tidy, without_mention
from handlers.directory import get_channel, learn_members
from handlers.grammar import TEXT, command, optional
from handlers.house import House
from handlers.needs import Need, SlashCommand
from handlers.slack import Asking, answer_click, asking, open_view, reader_of, words_in
from handlers.views import Reply
from handlers.views import help as views
from handlers.views.errors import unread
from handlers.views.words import storable
from handlers.vocabulary import Commands
from storage.database import Session
from storage.models import OutboxRow, Reader

GREETINGS = ("hello", "hi", "hey", "good morning", "thanks", "thank you")
ANSWER_TRIES = 20
"""For a quarter of an hour an answer waits for the database; then it says so, and what comes after it may go."""


@command("help", usage="schedule", takes=(optional(TEXT),), reads_only=True)
async def help_(ask: Asking) -> Reply:
    """What you can type."""
    topic = (ask.asked.get("text") or "").lower()
    lines = COMMANDS.help_lines(ask.reader.role)
    about = [line for line in lines if topic and topic in " ".join(line).lower()]
    return views.help_reply(about or lines, ids.ROADMAP, unknown="" if about else topic)


async def reply_to(ask: Asking, text: str, *, reading_only: bool = False) -> Reply | None:
    """Return the reply to what somebody typed; None where a form has opened instead.

    With `reading_only`, a command that changes something is not run: a button offers to.
    """
    asked, given = read(text), text if ask.trigger_id else ""  # a message keeps its own words
    if asked.rest.lower().strip("!. ") in GREETINGS:
        return views.help_reply(COMMANDS.help_lines(ask.reader.role), ids.ROADMAP)
    found = COMMANDS.find(f"show {text}" if asked.ids == (asked.rest,) else text)
    if found is not None:
        one, asked = found
        if unused := one.unused(asked):
            return views.unused_reply(one, asked.verb, unused, ids.ROADMAP, given)
        if reading_only and (not one.reads_only or (one.personal and not ask.reader.user_id)):
            return views.offer_reply(tidy(text))
        access.require(ask.reader, one.role, f"use `{ids.ROADMAP} {one.names[0]}`")
        reply: Reply | None = await one.run(replace(ask, asked=asked))
        return reply
    if (said := instead.sentence_for(asked, ask.reader.role)) is not None:
        return views.instead_reply(said, asked.rest, ids.ROADMAP)
    if suggestion := COMMANDS.suggest(text):
        return views.suggestion_reply(suggestion, ids.ROADMAP, given)
    if asked.ids and not asked.asks and not reads_like_question(asked):
        return views.unknown_reply(asked.rest.partition(" ")[0], ids.ROADMAP, given)
    question, *_ = await words_in(ask.house, ask.reader.team_id, [{"text": tidy(text)}])
    return await questions.answer_for(ask, question)


def only_reads(text: str) -> bool:
    """Say whether what somebody typed only looks something up: a command that reads, or a question."""
    found = COMMANDS.find(text)
    return found is None or found[0].reads_only


def reads_like_question(asked: Asked) -> bool:
    """Say whether a text begins as questions do, so that an unknown verb is not taken for one."""
    return asked.rest.partition(" ")[0].lower().partition("'")[0] in QUESTION_WORDS


def register(app: AsyncApp, house: House) -> None:
    """Listen to the command, to the buttons that run commands, to mentions and to direct messages."""
    _listen_to_buttons(app, house)

    # The manifest may give it another name, where another app has this one already.
    @app.command(re.compile(rf"(?!{ids.FEEDBACK}$)/.+"))
    async def on_roadmap(ack: AsyncAck, body: dict[str, Any]) -> None:
        reply = await reply_to(await asking(house, body), str(body.get("text") or ""))
        await ack(**(reply.whispered() if reply is not None else {}))

    @app.event("app_mention")
    async def on_mention(body: dict[str, Any], event: dict[str, Any]) -> None:
        channel = await get_channel(house, house.identity.team_id, str(event["channel"]))
        if channel is None:
            return
        thread_ts = str(event.get("thread_ts") or event["ts"])
        if channel.speaks:
            await learn_members(house, channel.channel_id)  # what may be said depends on who reads it
            await _promise((await asking(house, body)).reader, body, event, thread_ts=thread_ts)
        elif (customers := await channels.customers_at(house, channel)) is not None:
            await _promise(customers, body, event, thread_ts=thread_ts)
        elif channel.has_bot:
            by, ts = (await asking(house, body)).reader, str(event["ts"])
            await explanations.explain(
                house.database, by=by, channel_id=channel.channel_id, message_ts=ts, why="mention"
            )

    @app.event({"type": "message", "subtype": None})
    async def on_direct_message(body: dict[str, Any], event: dict[str, Any]) -> None:
        if event.get("channel_type") != "im":
            return
        who = (await asking(house, body)).reader
        thread_ts = str(event.get("thread_ts") or event["ts"])  # an agent's conversation is the thread below a message
        await questions.say_thinking(house, str(event["channel"]), thread_ts)  # first, for the answer takes it away
        await _promise(who, body, event, thread_ts=thread_ts)

    async def _promise(by: Reader, body: dict[str, Any], event: dict[str, Any], *, thread_ts: str) -> None:
        text = storable(without_mention(str(event.get("text") or ""), house.identity.user_id))
        channel_id, cause = str(event["channel"]), cause_of(body)
        await answers.promise(house.database, by=by, text=text, channel=channel_id, thread_ts=thread_ts, cause=cause)


def _listen_to_buttons(app: AsyncApp, house: House) -> None:
    @app.action(ids.COMMAND_DO)
    async def on_done_here(ack: AsyncAck, body: dict[str, Any], action: dict[str, Any], respond: AsyncRespond) -> None:
        """Run what a message offers, once for the message however often its button is pressed."""
        await ack()
        ask, place = await asking(house, body), body.get("container") or {}
        once = f"do:{place.get('channel_id')}:{place.get('message_ts')}:{ask.reader.user_id}"
        await _show(body, respond, await reply_to(replace(ask, cause=once), str(action["value"])))

    @app.action(re.compile(rf"{re.escape(ids.COMMAND_RUN)}\.\d+"))
    async def on_run(ack: AsyncAck, body: dict[str, Any], action: dict[str, Any], respond: AsyncRespond) -> None:
        await ack()
        await _show(body, respond, await reply_to(await asking(house, body), str(action["value"])))

    async def _show(body: dict[str, Any], respond: AsyncRespond, reply: Reply | None) -> None:
        """Answer a click where it was made; on the Home, which takes no messages, in a modal."""
        if reply is not None and body.get("response_url"):
            await answer_click(body, respond, reply.whispered())
        elif reply is not None:
            await open_view(house, body, views.reply_modal(reply))


def renderers(house: House) -> Mapping[str, Any]:
    """Return what renders answers in threads and direct messages, at the moment they are sent."""

    async def answer(row: OutboxRow) -> Rendered | None:
        user_id, now = str(row.nouns["user"]), house.now()
        person, _ = await access.find_person(house.database, team_id=row.team_id, user_id=user_id, now=now)
        if row.channel.startswith("D"):
            reader = await reader_of(house, row.team_id, user_id, also=frozenset({row.channel}))
        else:
            reader = await access.audience(house.database, team_id=row.team_id, channel_id=row.channel, now=now)
        ask = Asking(house, reader, person.tz if person else "UTC", now, row.key, row.channel)
        try:
            return await reply_to(ask, str(row.nouns["text"]), reading_only=True)
        except BotError as error:
            if isinstance(error, NotSavedError) and row.tries < ANSWER_TRIES:
                raise  # it passes, so the sender tries again, and the answer is not spent on it
            return views.refused_reply(unread(error.message))

    return {"answer": answer}


def receipts(_: House) -> Mapping[str, Receipt]:
    """Return what asks about a message that may or may not be there."""

    def ended(session: Session, row: OutboxRow) -> None:
        deliveries.ask(session, row, who=str(row.nouns["user"]))

    return {"answer": ended}


COMMANDS = Commands.collect(
    (
        roadmap,
        search,
        evidence,
        history,
        items,
        statuses,
        votes,
        follows,
        questions,
        capture,
        linking,
        schedules,
        sharing,
        channels,
        setup,
        exports,
        sys.modules[__name__],
    )
)

NEEDS = Need(
    scopes=("chat:write", "users:read"),
    events=("app_mention", "message.im"),
    commands=(
        SlashCommand(ids.ROADMAP, "The roadmap, and answers about it", COMMANDS.hint("show", "find", "add", "help")),
    ),
)
