"""Slack's door over HTTP: `POST /slack/events`, believed only when Slack has signed it."""

import json
import logging
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import web
from slack_sdk.signature import SignatureVerifier

from handlers.door import Door

log = logging.getLogger(__name__)


class Posts:
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
            payload = _payload_of(body, request.content_type)
        except ValueError:
            return web.Response(status=400)
        if payload.get("type") == "url_verification":
            return web.json_response({"challenge": payload.get("challenge")})
        answer = await self._door.take(payload)
        if answer is None:
            return web.Response(status=500)
        return web.json_response(answer) if answer else web.Response()

    def _is_from_slack(self, body: bytes, request: web.Request) -> bool:
        try:
            return self._verifier.is_valid_request(body, dict(request.headers))
        except (TypeError, ValueError):  # letters where the time should be, or bytes that are no text
            return False


def _payload_of(body: bytes, content_type: str) -> dict[str, Any]:
    """Return what a request says; raise ValueError when it is in none of Slack's forms."""
    # Not with Bolt's own reader: it loses a command in whose text the word "payload" stands.
    if content_type == "application/json":
        payload = json.loads(body)
    else:
        fields = dict(parse_qsl(body.decode(), keep_blank_values=True))
        payload = json.loads(fields["payload"]) if "payload" in fields else fields
    if not isinstance(payload, dict):
        raise ValueError("Slack sends objects")
    return payload
