"""Slack's door over Socket Mode: store, ack, then dispatch into Bolt from the store.

Commands and submitted modals carry their answer in the ack, so they are stored, dispatched, and acked with it. Whatever
could not be stored is not acked where Slack repeats it (events), and answered in a sentence where it does not.
"""

import json
import logging
from typing import Any

from slack_bolt import BoltResponse
from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse
from slack_sdk.webhook.async_client import AsyncWebhookClient

from bot.errors import NotSavedError
from bot.intake import DispatchFailedError, Held, Intake
from handlers.arrivals import ANSWERED, arrival_of
from handlers.errors import modal_error

log = logging.getLogger(__name__)


class Door:
    """Receives what Slack sends, and runs the listeners."""

    def __init__(self, app: AsyncApp) -> None:
        self._app = app
        self.intake: Intake | None = None
        """Set before the first connection."""

    async def on_request(self, client: AsyncBaseSocketModeClient, request: SocketModeRequest) -> None:
        """Take one envelope in."""
        answer = await self._answer_to(dict(request.payload))
        if answer is not None:
            response = SocketModeResponse(envelope_id=request.envelope_id, payload=answer or None)
            try:
                await client.send_socket_mode_response(response)
            except ConnectionError as error:  # cut between envelope and ack: Slack repeats events, and we know them
                log.warning("an ack was cut off: %s", error)

    async def dispatch(self, held: Held) -> None:
        """Run the listeners for a stored arrival; what they answer too late for an ack goes to its response URL."""
        response = await self._run(json.loads(held.payload))
        if response.status not in (200, 404):
            raise DispatchFailedError(f"a listener ended with status {response.status}")
        payload = json.loads(held.payload)
        if held.kind == "command" and response.body and payload.get("response_url"):
            await AsyncWebhookClient(str(payload["response_url"])).send_dict(json.loads(response.body))

    async def _answer_to(self, payload: dict[str, Any]) -> dict[str, Any] | None:
        """Return what the ack carries; None when there must be no ack."""
        arrival = arrival_of(payload)
        if arrival is None:
            return _body(await self._run(payload)) if payload.get("type") == "block_suggestion" else {}
        assert self.intake is not None  # noqa: S101 (the app sets it before it connects)
        try:
            held = await self.intake.store(arrival)
        except NotSavedError as error:
            return _not_saved(payload, arrival.kind, error)
        if held is None:
            return {}
        if arrival.kind not in ANSWERED:
            self.intake.hand_over(held)
            return {}
        response = await self._run(payload)
        self.intake.finish(held)
        return _body(response)

    async def _run(self, payload: dict[str, Any]) -> BoltResponse:
        return await self._app.async_dispatch(AsyncBoltRequest(body=payload, mode="socket_mode"))


def _body(response: BoltResponse) -> dict[str, Any]:
    if not response.body:
        return {}
    try:
        content: dict[str, Any] = json.loads(response.body)
    except ValueError:
        return {"text": response.body}
    return content


def _not_saved(payload: dict[str, Any], kind: str, error: NotSavedError) -> dict[str, Any] | None:
    log.error("could not store a %s: %s", kind, error)
    if kind == "command":
        return {"response_type": "ephemeral", "text": error.message}
    if kind == "submission":
        return modal_error(payload, error.message)
    return None  # an event comes again; a click shows Slack's own warning
