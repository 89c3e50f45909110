"""The one door through which errors reach people: a sentence that says what to do next, and a reference to look up."""

import asyncio
import json
import logging
import secrets
from collections.abc import Mapping
from typing import Any

import aiohttp
from slack_bolt import BoltResponse
from slack_bolt.async_app import AsyncApp, AsyncRespond
from slack_sdk.errors import SlackApiError

from bot.errors import BotError, NotSavedError
from bot.outbox.refusals import is_ratelimit, is_unsure, pause_of, refusal
from bot.services.refusals import known_refusal
from handlers import commands, ids
from handlers.arrivals import Payload
from handlers.house import House
from handlers.slack import answer_click
from handlers.views import words
from handlers.views.errors import problem_modal, undone_reply, unread

log = logging.getLogger(__name__)

WRITE_TRIES = 4
"""How often a message about an error is tried where Slack says that it is too soon."""
_LOOKS = frozenset((ids.ASK_ABOUT, ids.ASK_SUBMIT, ids.ITEM_SHOW, ids.LANE_MORE, ids.QUESTION_SAFE, ids.SETUP_OPEN))
"""Shortcuts, forms and buttons that only look something up."""
_TOO_LATE = ("expired_trigger_id", "exchanged_trigger_id")
"""What Slack answers when a click or a command is too old to open anything."""


class TooLateError(BotError):
    """That took too long to open. Nothing is lost; please try it once more."""


class NoAnswerError(BotError):
    """Slack didn't answer me just now. Please try again in a minute."""


def register(app: AsyncApp, house: House) -> None:
    """Translate what listeners raise."""

    @app.error
    async def on_error(error: Exception, body: dict[str, Any]) -> BoltResponse | None:
        if "command" in body:
            return _answer(command_error(body, sentence(error)))
        if body.get("type") == "view_submission":
            return _answer(modal_error(body, sentence(error)))
        if body.get("type") == "event_callback" or isinstance(error, NotSavedError):
            if isinstance(error, BotError) and not isinstance(error, NotSavedError):
                log.info("an event was not followed: %s", error)
                return BoltResponse(status=200)
            log.error("a listener failed; what it was for will be tried again", exc_info=error)
            return BoltResponse(status=500, body=sentence(error) if isinstance(error, NotSavedError) else "")
        await tell(house, body, sentence(error))
        return BoltResponse(status=200)


def sentence(error: Exception) -> str:
    """Return what a person reads; what they cannot help is logged under a reference that they can quote."""
    if (said := explained(error)) is not None:
        return words.sentence(said)
    if _is_silence(error):
        log.warning("Slack did not answer: %s", error)
        return NoAnswerError().message
    reference = secrets.token_hex(3).upper()
    log.error("reference %s", reference, exc_info=error)
    if isinstance(error, SlackApiError):
        return f"Slack refused that ({refusal(error)}). If it happens again, tell an admin: {reference}."
    return f"Something went wrong on our side. Please try again; if it stays, tell an admin the reference {reference}."


def explained(error: Exception) -> str | None:
    """Return the sentence of an error that a person can do something about; None for any other."""
    if isinstance(error, BotError):
        return error.message
    if not isinstance(error, SlackApiError):
        return None
    if refusal(error) in _TOO_LATE:
        return TooLateError().message
    known = known_refusal(refusal(error))
    return known.sentence if known is not None else None


def _is_silence(error: Exception) -> bool:
    lost = isinstance(error, aiohttp.ClientError | TimeoutError)
    return lost or (isinstance(error, SlackApiError) and is_unsure(error))


def command_error(body: Payload, said: str) -> dict[str, Any]:
    """Return an answer to a command that says why it did nothing, and gives back what was typed."""
    return undone_reply(_fitting(body, said), str(body["command"]), str(body.get("text") or "")).whispered()


def modal_error(body: Payload, said: str) -> dict[str, Any]:
    """Return an answer that keeps a modal open, with what was typed, and says why under its first field."""
    said = _fitting(body, said)
    fields = [block["block_id"] for block in body["view"]["blocks"] if block["type"] == "input"]
    if not fields:
        return {"response_action": "update", "view": problem_modal(said)}
    return {"response_action": "errors", "errors": {fields[0]: said.replace("`", "")}}


async def tell(house: House, body: Mapping[str, Any], said: str) -> bool:
    """Tell whoever clicked: beside the message, above the modal they have open, or else in a direct message.

    Returns whether they could be told.
    """
    said = _fitting(body, said)
    try:
        if body.get("response_url"):
            respond = AsyncRespond(response_url=str(body["response_url"]))
            told = await answer_click(body, respond, {"text": said, "response_type": "ephemeral"})
            if told.status_code == 200:
                return True
        elif await _shown_above(house, body, said):
            return True
        user_id = str((body.get("user") or {})["id"])
        await _write(house, user_id, said)
    except (SlackApiError, aiohttp.ClientError, TimeoutError) as error:
        log.warning("somebody was not told what went wrong (%s): %s", error, said)
        return False
    return True


def _fitting(body: Payload, said: str) -> str:
    """Return the sentence for whoever wanted to save something, or only to look something up."""
    if "command" in body:
        looks = body["command"] != ids.FEEDBACK and commands.only_reads(str(body.get("text") or ""))
        return unread(said) if looks else said
    view, clicked = body.get("view") or {}, (body.get("actions") or [{}])[0]
    used = {body.get("callback_id"), view.get("callback_id"), clicked.get("action_id")}
    typed = str(clicked.get("value") or "") if str(clicked.get("action_id")).startswith(ids.COMMAND_RUN) else ""
    return unread(said) if _LOOKS & used or (typed and commands.only_reads(typed)) else said


async def _write(house: House, user_id: str, said: str) -> None:
    """Write to a person; where something was written to them this very second, a moment later."""
    for _ in range(WRITE_TRIES - 1):
        try:
            await house.client.chat_postMessage(channel=user_id, text=said)
        except SlackApiError as error:
            if not is_ratelimit(error):
                raise
            await asyncio.sleep(pause_of(error))
        else:
            return
    await house.client.chat_postMessage(channel=user_id, text=said)


async def _shown_above(house: House, body: Mapping[str, Any], said: str) -> bool:
    """Show it in a modal of its own, so that what was typed below stays; say whether the click still allowed that."""
    if not (trigger_id := body.get("trigger_id")):
        return False
    below = (body.get("view") or {}).get("type")
    show = house.client.views_push if below == "modal" else house.client.views_open
    try:
        await show(trigger_id=str(trigger_id), view=problem_modal(said))
    except SlackApiError as error:
        log.info("no modal could say what went wrong: %s", refusal(error))
        return False
    return True


def _answer(content: dict[str, Any]) -> BoltResponse:
    return BoltResponse(status=200, body=json.dumps(content), headers={"content-type": ["application/json"]})
