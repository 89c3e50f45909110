"""Questions in plain language: by command, in a modal, about a message; and the answer to what is no command."""

import asyncio
import logging
import re
from collections.abc import Awaitable, Mapping
from typing import Any

import aiohttp
from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond
from slack_sdk.errors import SlackApiError

from bot.outbox import Rendered, Renderer
from bot.outbox.sender import refusal
from bot.services import access, answers, customer_view, owner_questions, roadmap
from handlers import ids
from handlers.directory import ASK_SECONDS
from handlers.grammar import TEXT, command
from handlers.house import House
from handlers.needs import Need, Prompt, Shortcut
from handlers.slack import Asking, answer_click, asking, open_view, reader_of, words_in
from handlers.views import Reply
from handlers.views import capture as capture_views
from handlers.views import customer_view as customer_views
from handlers.views import questions as views
from handlers.views.forms import values
from handlers.views.help import reply_modal
from storage.models import OutboxRow, Role

log = logging.getLogger(__name__)

_NEXT = Prompt("What ships next?", "What ships next?")
_CHANGED = Prompt("What changed this week?", "What changed this week?")
_AT_RISK = Prompt("What is at risk?", "What is at risk?")
_MINE = Prompt("What are my requests doing?", "mine")
_CAPTURE = Prompt("Capture feedback", "feedback")
_HELP = Prompt("What can I type?", "help")
_PROMPTS = {
    Role.VIEWER: (_NEXT, _CHANGED, _HELP),
    Role.CONTRIBUTOR: (_NEXT, _CHANGED, _MINE, _CAPTURE),
    Role.PM: (_NEXT, _CHANGED, _AT_RISK, _CAPTURE),
    Role.ADMIN: (_NEXT, _CHANGED, _AT_RISK, _CAPTURE),
}
"""What one may begin with in a conversation with the bot, at most four each."""

NEEDS = Need(
    scopes=("chat:write", "im:write", "users:read"),
    prompts=_PROMPTS[Role.CONTRIBUTOR],
    shortcuts=(Shortcut("message", ids.ASK_ABOUT, "Ask roadmap about this", "What the roadmap says about a message"),),
)


@command("ask", usage="when does Acme get SSO?", takes=(TEXT,), reads_only=True)
async def ask(ask: Asking) -> Reply:
    """A question in plain language; the answer cites its records. `/roadmap` and the question alone does, too."""
    return await answer_for(ask, ask.asked["text"])


async def answer_for(ask: Asking, question: str) -> Reply:
    """Answer a question for whoever asks it."""
    found = await answers.ask(ask.house.database, reader=ask.reader, question=question, now=ask.now)
    return views.answer_reply(found, ask.tz)


async def suggest(ask: Asking) -> None:
    """Suggest, on top of the conversation that somebody has just opened, what a person of their role may begin with."""
    prompts = [{"title": one.title, "message": one.message} for one in _PROMPTS[ask.reader.role]]
    await _told(ask.house.client.assistant_threads_setSuggestedPrompts(channel_id=ask.channel, prompts=prompts))


async def say_thinking(house: House, channel: str, thread_ts: str) -> None:
    """Show below a direct message that its answer is on its way; Slack takes that away when the answer is there."""
    await _told(
        house.client.assistant_threads_setStatus(channel_id=channel, thread_ts=thread_ts, status="is thinking…")
    )


async def _told(call: Awaitable[Any]) -> None:
    """Tell Slack what an answer does without, if it listens."""
    try:
        async with asyncio.timeout(ASK_SECONDS):
            await call
    except SlackApiError as error:
        log.info("Slack did not show that in a conversation: %s", refusal(error))
    except (aiohttp.ClientError, TimeoutError) as error:
        log.info("Slack was not told what to show in a conversation: %s", error)


def register(app: AsyncApp, house: House) -> None:
    """Listen to the shortcut, to the buttons that ask, to the modal, and to the buttons of answers."""
    _listen_to_answers(app, house)
    _listen_to_doubts(app, house)

    @app.shortcut(ids.ASK_ABOUT)
    async def on_message_asked_about(ack: AsyncAck, body: dict[str, Any]) -> None:
        await ack()
        who = await asking(house, body)
        (said,) = await words_in(house, who.reader.team_id, [body["message"]])
        found = await answers.ask_about(house.database, reader=who.reader, said=said, now=who.now)
        await open_view(house, body, views.about_modal(found, said, who.tz))

    @app.action(ids.QUESTION_OPEN)
    async def on_question_wanted(ack: AsyncAck, body: dict[str, Any]) -> None:
        await ack()
        await open_view(house, body, views.ask_modal())

    @app.view(ids.ASK_SUBMIT)
    async def on_question_asked(ack: AsyncAck, body: dict[str, Any], view: Mapping[str, Any]) -> None:
        who = await asking(house, body)
        question = values(view["state"]["values"])["question"]
        found = await answers.ask(house.database, reader=who.reader, question=question, now=who.now)
        await ack(response_action="update", view=views.answer_modal(found, who.tz))


def _listen_to_answers(app: AsyncApp, house: House) -> None:
    @app.action(ids.QUESTION_LOG)
    async def on_question_logged(ack: AsyncAck, body: dict[str, Any], action: dict[str, Any]) -> None:
        await ack()
        who = await asking(house, body)
        access.require(who.reader, Role.CONTRIBUTOR, "capture feedback")
        modal = capture_views.blank_modal(str(action["value"]))
        if (body.get("view") or {}).get("type") == "modal":
            await house.client.views_push(trigger_id=str(body["trigger_id"]), view=modal)
        else:
            await open_view(house, body, modal)

    @app.action(ids.QUESTION_SAFE)
    async def on_told_to_customers(
        ack: AsyncAck, body: dict[str, Any], action: dict[str, Any], respond: AsyncRespond
    ) -> None:
        await ack()
        ask = await asking(house, body)
        found = await customer_view.answer(
            house.database,
            team_id=ask.reader.team_id,
            channel_id=ask.channel,
            question=str(action["value"]),
            now=ask.now,
        )
        await _show(house, body, respond, customer_views.safe_reply(found))


def _listen_to_doubts(app: AsyncApp, house: House) -> None:
    @app.action(re.compile(f"{re.escape(ids.QUESTION_OWNER)}|{re.escape(ids.QUESTION_WRONG)}"))
    async def on_owner_wanted(
        ack: AsyncAck, body: dict[str, Any], action: dict[str, Any], respond: AsyncRespond
    ) -> None:
        await ack()
        ask, (number, _, question) = await asking(house, body), str(action["value"]).partition(":")
        passed = await owner_questions.pass_on(
            house.database,
            by=ask.reader,
            number=int(number),
            question=question,
            now=ask.now,
            doubted=action["action_id"] == ids.QUESTION_WRONG,
        )
        await _show(house, body, respond, views.passed_on_reply(passed))


async def _show(house: House, body: dict[str, Any], respond: AsyncRespond, reply: Reply) -> None:
    """Answer a click below an answer; in a modal, on top of it."""
    if body.get("response_url"):
        await answer_click(body, respond, reply.whispered())
    else:
        await house.client.views_push(trigger_id=str(body["trigger_id"]), view=reply_modal(reply))


def renderers(house: House) -> Mapping[str, Renderer]:
    """Return what renders a question for the owner of an item, as long as they may see the item."""

    async def owner_question(row: OutboxRow) -> Rendered | None:
        reader = await reader_of(house, row.team_id, row.channel)
        card = await roadmap.show(house.database, reader=reader, number=int(row.nouns["number"]))
        asker, question = str(row.nouns["asker"]), str(row.nouns["question"])
        return views.owner_question(card.line.item, asker, question, doubted=bool(row.nouns.get("doubted")))

    return {"owner_question": owner_question}
