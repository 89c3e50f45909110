"""The one door through which errors reach people: a sentence that says what to do next, and a reference to look up."""

import json
import logging
import secrets
from typing import Any

from slack_bolt import BoltResponse
from slack_bolt.async_app import AsyncApp, AsyncRespond
from slack_sdk.errors import SlackApiError

from bot.errors import BotError, NotSavedError
from bot.outbox.sender import refusal
from handlers.arrivals import Payload
from handlers.views.words import esc

log = logging.getLogger(__name__)


def register(app: AsyncApp) -> None:
    """Translate what listeners raise."""

    @app.error
    async def on_error(error: Exception, body: dict[str, Any], respond: AsyncRespond) -> BoltResponse | None:
        if "command" in body:
            return _answer({"response_type": "ephemeral", "text": sentence(error)})
        if body.get("type") == "view_submission":
            return _answer(modal_error(body, sentence(error)))
        if body.get("type") == "event_callback" or isinstance(error, NotSavedError):
            if isinstance(error, BotError) and not isinstance(error, NotSavedError):
                log.info("an event was not followed: %s", error)
                return BoltResponse(status=200)
            log.error("a listener failed; its event will be tried again", exc_info=error)
            return BoltResponse(status=500)
        said = sentence(error)
        if body.get("response_url"):
            await respond(text=said, response_type="ephemeral", replace_original=False)
        return BoltResponse(status=200)


def sentence(error: Exception) -> str:
    """Return what a person reads; what they cannot help is logged under a reference that they can quote."""
    if isinstance(error, BotError):
        return error.message if "<@" in error.message else esc(error.message).replace("&amp;", "&")
    reference = secrets.token_hex(3).upper()
    log.error("reference %s", reference, exc_info=error)
    if isinstance(error, SlackApiError):
        return f"Slack refused that ({refusal(error)}). If it happens again, tell an admin: {reference}."
    return f"Something went wrong on our side. Please try again; if it stays, tell an admin the reference {reference}."


def modal_error(body: Payload, said: str) -> dict[str, Any]:
    """Return an answer that keeps a modal open, with what was typed, and says why under its first field."""
    fields = [block["block_id"] for block in body["view"]["blocks"] if block["type"] == "input"]
    return {"response_action": "errors", "errors": {fields[0]: said}} if fields else {"response_action": "clear"}


def _answer(content: dict[str, Any]) -> BoltResponse:
    return BoltResponse(status=200, body=json.dumps(content), headers={"content-type": ["application/json"]})
