"""Slack's door over HTTP: `POST /slack/events`, believed only when Slack has signed it."""

import json
import logging
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import web
from slack_sdk.signature import SignatureVerifier

from handlers.door import Door

log = logging.getLogger(__name__)


class HttpDoor:
    """Receives what Slack posts: events as JSON; commands as a form; clicks and modals as JSON inside a form."""

    def __init__(self, door: Door, signing_secret: str) -> None:
        self._door = door
        self._verifier = SignatureVerifier(signing_secret)

    async def on_post(self, request: web.Request) -> web.Response:
        """Take one request in; what is not acked gets a 500, and Slack repeats it where it repeats anything."""
        body = await request.read()
        if not self._is_from_slack(body, request):
            # Neither body nor signature is logged: whoever knocks may write what they like.
            log.warning("a request to /slack/events was refused: it is not signed with SLACK_SIGNING_SECRET, or is old")
            return web.Response(status=401)
        try:
            payload, said = _payload_of(body.decode(), request.content_type)
        except ValueError:
            return web.Response(status=400)
        if payload.get("type") == "url_verification":
            return web.json_response({"challenge": payload.get("challenge")})
        answer = await self._door.take(payload, said)
        if answer is None:
            return web.Response(status=500)
        return web.json_response(answer) if answer else web.Response()

    def _is_from_slack(self, body: bytes, request: web.Request) -> bool:
        try:
            told = request.headers
            return self._verifier.is_valid(body, told.get("X-Slack-Request-Timestamp"), told.get("X-Slack-Signature"))
        except (TypeError, ValueError):  # letters where the time should be, or bytes that are no text
            return False


def _payload_of(body: str, content_type: str) -> tuple[dict[str, Any], str | None]:
    """Return what a request says, and that as JSON where it came so; raise ValueError when it is not as Slack's are."""
    # Not with Bolt's own reader: it loses a command in whose text the word "payload" stands.
    said = body if content_type == "application/json" else None
    if said is None:
        fields = dict(parse_qsl(body, keep_blank_values=True))
        said = fields.get("payload")
        if said is None:
            return fields, None
    payload = json.loads(said)
    if not isinstance(payload, dict):
        raise ValueError("Slack sends objects")
    return payload, said
