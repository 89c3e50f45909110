"""Questions in plain language: by command, in a modal, about a message, by mention, in a direct message."""

from collections.abc import Mapping
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond

from bot.services import access, answers
from handlers import ids
from handlers.grammar import TEXT, command
from handlers.needs import Need, Shortcut
from handlers.slack import Asking, House, asking, open_view, words_in
from handlers.views import Reply
from handlers.views import feedback as feedback_views
from handlers.views import questions as views
from storage.models import Role

NEEDS = Need(
    scopes=("chat:write", "im:write", "users:read"),
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


def register(app: AsyncApp, house: House) -> None:
    """Listen to the shortcut, to the buttons that ask, and to the modal."""

    @app.shortcut(ids.ASK_ABOUT)
    async def on_message_asked_about(ack: AsyncAck, body: dict[str, Any], respond: AsyncRespond) -> None:
        await ack()
        who = await asking(house, body)
        (said,) = await words_in(house, who.reader.team_id, [body["message"]])
        found = await answers.ask_about(house.database, reader=who.reader, said=said, now=who.now)
        await open_view(house, body, views.about_modal(found, said, who.tz), respond)

    @app.action(ids.QUESTION_OPEN)
    async def on_question_wanted(ack: AsyncAck, body: dict[str, Any]) -> None:
        await ack()
        await open_view(house, body, views.ask_modal())

    @app.view(ids.ASK_SUBMIT)
    async def on_question_asked(ack: AsyncAck, body: dict[str, Any], view: Mapping[str, Any]) -> None:
        who = await asking(house, body)
        question = feedback_views.values(view["state"]["values"])["question"]
        found = await answers.ask(house.database, reader=who.reader, question=question, now=who.now)
        await ack(response_action="update", view=views.answer_modal(found, who.tz))

    @app.action(ids.QUESTION_LOG)
    async def on_question_logged(ack: AsyncAck, body: dict[str, Any], action: dict[str, Any]) -> None:
        await ack()
        who = await asking(house, body)
        access.require(who.reader, Role.CONTRIBUTOR, "capture feedback")
        modal = feedback_views.blank_modal(str(action["value"]))
        if (body.get("view") or {}).get("type") == "modal":
            await house.client.views_push(trigger_id=str(body["trigger_id"]), view=modal)
        else:
            await open_view(house, body, modal)
