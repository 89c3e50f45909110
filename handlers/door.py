"""Slack's door, over Socket Mode and over HTTP: store, ack, then dispatch into Bolt from the store.

Commands and submitted modals carry their answer in the ack, so they are stored, dispatched, and acked with it. Whatever
could not be stored is not acked where Slack repeats it (events), and answered in a sentence where it does not.
"""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable
from typing import Any

from slack_bolt import BoltResponse
from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse
from slack_sdk.webhook.async_client import AsyncWebhookClient

from bot.errors import BotError, NotSavedError
from bot.intake import DispatchFailedError, Held, Intake
from handlers.arrivals import ANSWERED, arrival_of
from handlers.errors import command_error, modal_error

log = logging.getLogger(__name__)


Concerns = Callable[[dict[str, Any]], Awaitable[bool]]
"""Says whether an event is about something that we know."""

Tell = Callable[[dict[str, Any], str], Awaitable[bool]]
"""Tells whoever clicked a sentence, and says whether they could be told."""


class Door:
    """Receives what Slack sends, and runs the listeners; events that do not concern us are never stored."""

    def __init__(self, app: AsyncApp, concerns: Concerns, tell: Tell) -> None:
        self._app = app
        self._concerns = concerns
        self._tell = tell
        self._in_order = asyncio.Lock()
        self.intake: Intake | None = None
        """Set before the first connection."""

    async def on_envelope(self, client: AsyncBaseSocketModeClient, request: SocketModeRequest) -> None:
        """Take one envelope of Socket Mode in."""
        answer = await self.take(dict(request.payload))
        if answer is not None:
            response = SocketModeResponse(envelope_id=request.envelope_id, payload=answer or None)
            try:
                await client.send_socket_mode_response(response)
            except ConnectionError as error:  # cut between envelope and ack: Slack repeats events, and we know them
                log.warning("an ack was cut off: %s", error)

    async def take(self, payload: dict[str, Any], said: str | None = None) -> dict[str, Any] | None:
        """Take a payload in, however it came (`said` is its JSON, if at hand); return what the ack carries.

        None when there must be no ack.
        """
        arrival = arrival_of(payload, said)
        if arrival is None:
            return _body(await self._run(payload)) if payload.get("type") == "block_suggestion" else {}
        assert self.intake is not None  # noqa: S101 (the app sets it before it connects)
        try:
            if arrival.kind == "event":
                async with self._in_order:  # what is asked of the database must not change the order of events
                    if not await self._concerns(payload):
                        return {}
            held = await self.intake.store(arrival)
        except NotSavedError as error:
            return await self._not_saved(payload, arrival.kind, error)
        if held is None:
            return {}
        if arrival.kind not in ANSWERED:
            self.intake.hand_over(held)
            return {}
        response = await self._run(payload)
        self.intake.finish(held)
        return _body(response)

    async def dispatch(self, held: Held) -> None:
        """Run the listeners for a stored arrival; what they answer too late for an ack goes to its response URL."""
        response = await self._run(json.loads(held.payload), tries=held.lease.tries)
        if response.status not in (200, 404):
            raise DispatchFailedError(response.body or None)
        if held.kind == "command" and response.body and (url := json.loads(held.payload).get("response_url")):
            await AsyncWebhookClient(str(url)).send_dict(json.loads(response.body))

    async def give_up(self, held: Held, error: BaseException) -> None:
        """Tell whoever clicked that it was tried for long enough."""
        known = error if isinstance(error, BotError) else BotError()
        await self._tell(json.loads(held.payload), known.message)

    async def _run(self, payload: dict[str, Any], *, tries: int = 1) -> BoltResponse:
        request = AsyncBoltRequest(body=payload, mode="socket_mode", context={"tries": tries})
        return await self._app.async_dispatch(request)

    async def _not_saved(self, payload: dict[str, Any], kind: str, error: NotSavedError) -> dict[str, Any] | None:
        """Return what the ack carries when a payload could not be stored; None where Slack is to repeat it."""
        log.error("could not store a %s: %s", kind, error)
        if kind == "event" or payload.get("type") == "view_closed":
            return None
        if kind == "command":
            return command_error(payload, error.message)
        if kind == "submission":
            return modal_error(payload, error.message)
        return {} if await self._tell(payload, error.message) else None  # without an ack Slack shows its own warning


class PatientClient(SocketModeClient):
    """Slack's Socket Mode client, which does not storm a door that has been switched off."""

    switched_off_seconds = 30.0
    """How long to wait before asking again."""
    _is_off = False

    async def run_message_listeners(self, message: dict[str, Any], raw_message: str) -> None:
        """Do as Slack's client does, and note when Socket Mode is off: it would come back at once, and again."""
        if message.get("type") in ("hello", "disconnect"):
            self._is_off = message.get("reason") == "link_disabled"
            if self._is_off:
                log.error("Socket Mode is switched off for this app: switch it on, on the app's page in Slack.")
        await super().run_message_listeners(message, raw_message)

    async def issue_new_wss_url(self) -> str:
        """Ask where to connect, unhurried while Socket Mode is off."""
        if self._is_off:
            await asyncio.sleep(self.switched_off_seconds)
        return await super().issue_new_wss_url()


def _body(response: BoltResponse) -> dict[str, Any]:
    if not response.body or response.status == 404:  # Bolt's words for what nobody listens to are not Slack's
        return {}
    try:
        content: dict[str, Any] = json.loads(response.body)
    except ValueError:
        return {"text": response.body}
    return content
