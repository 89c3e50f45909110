"""HTTP: payloads posted to the app's request URL, signed, in Slack's forms."""

import hashlib
import hmac
import json
import secrets
import time
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import aiohttp

from bot.errors import BotError
from bot.sandbox.delivery import EnvelopeType, Failure, NotDelivered
from bot.sandbox.installed_app import Credentials
from bot.sandbox.workspace import Json

MOST_REDIRECTS = 2
LOOPBACK = ("127.0.0.1", "localhost", "::1")

Headers = dict[str, str]


class UnverifiedUrlError(BotError):
    """Nothing at the request URL answers with the challenge: start the app there first, with this signing secret."""


class ForeignUrlError(BotError):
    """The sandbox posts to this machine only: use a request URL on 127.0.0.1."""


@dataclass
class HttpDelivery:
    """Post each payload to the request URL; a 2xx in time is the acknowledgement, and its body what it carries."""

    url: str
    credentials: Credentials
    ack_timeout: float
    timed_out = "http_timeout"
    is_connected = True  # as far as is known: nobody tells of a server that has gone
    _session: aiohttp.ClientSession | None = field(default=None, init=False)

    def __post_init__(self) -> None:
        if urlsplit(self.url).hostname not in LOOPBACK:
            raise ForeignUrlError()

    async def verify(self) -> None:
        """Send a challenge, as Slack does when somebody enters the URL; raise UnverifiedUrlError when it is not met."""
        challenge = secrets.token_urlsafe(40)
        asked = {"token": self.credentials.verification_token, "challenge": challenge, "type": "url_verification"}
        try:
            _, said = await self._post(*as_json(asked), {})
        except NotDelivered as missed:
            raise UnverifiedUrlError() from missed
        answered = parse_qs(said).get("challenge", [said.strip()])[0]
        if challenge not in (answered, (_json(said) or {}).get("challenge")):
            raise UnverifiedUrlError()

    async def send(self, kind: EnvelopeType, payload: Json, *, retry_attempt: int, retry_reason: str) -> Json | None:
        """Post once and return what the response carries; raise NotDelivered."""
        if kind == "events_api":
            again = {"X-Slack-Retry-Num": str(retry_attempt), "X-Slack-Retry-Reason": retry_reason}
            await self._post(*as_json(payload), again if retry_attempt else {})
            return None
        fields = payload if kind == "slash_commands" else {"payload": json.dumps(payload)}
        content_type, said = await self._post(*as_form(fields), {})
        if not said:
            return None
        answer = _json(said)
        if kind == "slash_commands" and (answer is None or content_type != "application/json"):
            return {"text": said}
        if answer is None and payload.get("type") == "view_submission":
            raise NotDelivered("dispatch_failed", "unknown_error")
        return answer

    async def close(self) -> None:
        """Close the connections that were kept for the next post."""
        if self._session is not None:
            await self._session.close()

    async def _post(self, content_type: str, body: bytes, more: Headers) -> tuple[str, str]:
        """Return the content type and the text of a 2xx response."""
        if self._session is None:
            timeout = aiohttp.ClientTimeout(total=self.ack_timeout)
            self._session = aiohttp.ClientSession(timeout=timeout, headers={"User-Agent": "Slackbot 1.0 (sandbox)"})
        headers = {"Content-Type": content_type, **signed(body, self.credentials.signing_secret), **more}
        try:
            # The client counts the request itself as the first of them.
            posting = self._session.post(self.url, data=body, headers=headers, max_redirects=MOST_REDIRECTS + 1)
            async with posting as response:
                said = await response.text()
        except aiohttp.TooManyRedirects as error:
            raise NotDelivered("dispatch_failed", "too_many_redirects") from error
        except TimeoutError as late:
            raise NotDelivered("operation_timeout", self.timed_out) from late
        except aiohttp.ClientError as error:
            raise NotDelivered("dispatch_failed", "connection_failed") from error
        if not 200 <= response.status < 300:
            failure: Failure = "http_service_error" if response.status >= 500 else "http_client_error"
            raise NotDelivered(failure, "http_error", final=response.headers.get("X-Slack-No-Retry") == "1")
        return response.content_type, said


def signed(body: bytes, secret: str) -> Headers:
    """Return the headers by which the app knows that a body comes from Slack, now."""
    timestamp = str(int(time.time()))
    digest = hmac.new(secret.encode(), b"v0:" + timestamp.encode() + b":" + body, hashlib.sha256).hexdigest()
    return {"X-Slack-Request-Timestamp": timestamp, "X-Slack-Signature": f"v0={digest}"}


def as_json(payload: Json) -> tuple[str, bytes]:
    """Return content type and body of an event."""
    return "application/json", json.dumps(payload).encode()


def as_form(fields: Json) -> tuple[str, bytes]:
    """Return content type and body of a command, or of a click in `payload`."""
    return "application/x-www-form-urlencoded", urlencode(fields).encode()


def _json(text: str) -> dict[str, Any] | None:
    try:
        found = json.loads(text)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None
