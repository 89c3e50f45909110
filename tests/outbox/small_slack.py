"""A very small Slack: it keeps posts with their metadata, and goes wrong on purpose."""

import time
from collections import defaultdict, deque
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from aiohttp import web
from aiohttp.test_utils import TestServer
from slack_sdk.web.async_client import AsyncWebClient

from bot.outbox import fence

Json = dict[str, Any]


@dataclass
class Fault:
    """What goes wrong with one call: an HTTP status, an error, a reply lost after it was done, or one not Slack's."""

    status: int = 200
    error: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    lost: bool = False
    instead: str | None = None
    """What is answered in place of Slack, which has done what it was asked if the status is 200."""
    content_type: str = "text/html"


LOST_REPLY = Fault(lost=True)


def ratelimited(seconds: float) -> Fault:
    """Return a 429 that asks to wait."""
    return Fault(429, "ratelimited", {"Retry-After": str(seconds)})


class SmallSlack:
    """Answers the few methods that the outbox calls."""

    def __init__(self) -> None:
        self.messages: list[Json] = []
        self.calls: list[tuple[str, Json, float]] = []
        """Method, arguments and monotonic time of each call, oldest first."""
        self.faults: dict[str, deque[Fault]] = defaultdict(deque)
        self.always: dict[str, Fault] = {}
        self.endless_history = False
        self.slow = 0.0
        """Seconds by which its clock is behind ours."""
        app = web.Application()
        app.router.add_route("*", "/api/{method}", self._on_call)
        self._server = TestServer(app)

    async def __aenter__(self) -> "SmallSlack":
        await self._server.start_server()
        self._http = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=8), trace_configs=[fence.trace()])
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._http.close()
        await self._server.close()

    def client(self) -> AsyncWebClient:
        """Return a client that never retries by itself."""
        url = str(self._server.make_url("/api/"))
        return AsyncWebClient("xoxb-small", base_url=url, session=self._http, retry_handlers=[])

    def texts(self, channel: str | None = None) -> list[str]:
        """Return the texts that stand in a channel, or anywhere."""
        return [one["text"] for one in self.messages if channel in (None, one["channel"])]

    def called(self, method: str) -> list[Json]:
        """Return the arguments of the calls of a method."""
        return [args for name, args, _ in self.calls if name == method]

    def times(self, channel: str) -> list[float]:
        """Return when posts to a channel were tried, in monotonic seconds."""
        return [at for name, args, at in self.calls if name == "chat.postMessage" and args["channel"] == channel]

    async def _on_call(self, request: web.Request) -> web.Response:
        method = request.match_info["method"]
        args = await self._arguments(request)
        self.calls.append((method, args, time.monotonic()))
        fault = self.faults[method].popleft() if self.faults[method] else self.always.get(method, Fault())
        if fault.status != 200 and not fault.error:
            return web.Response(text="<html>Bad gateway</html>", status=fault.status, content_type=fault.content_type)
        if fault.error:
            return web.json_response(
                {"ok": False, "error": fault.error}, status=fault.status, headers=fault.headers or None
            )
        reply = getattr(self, "_" + method.replace(".", "_"))(args)
        if fault.lost and request.transport is not None:
            request.transport.close()
        if fault.instead is not None:
            return web.Response(text=fault.instead, content_type=fault.content_type)
        return web.json_response({"ok": True, **reply})

    async def _arguments(self, request: web.Request) -> Json:
        if request.content_type == "application/json":
            return dict(await request.json())
        return {**request.query, **await request.post()}

    def _chat_postMessage(self, args: Json) -> Json:  # noqa: N802 (Slack's name)
        message = {**args, "ts": f"{time.time() - self.slow:.6f}"}
        self.messages.append(message)
        return {"ts": message["ts"], "channel": message["channel"]}

    def _chat_postEphemeral(self, args: Json) -> Json:  # noqa: N802 (Slack's name)
        return {"message_ts": "9.000100"}

    def _chat_delete(self, args: Json) -> Json:
        self.messages = [one for one in self.messages if (one["ts"], one["channel"]) != (args["ts"], args["channel"])]
        return {}

    def _chat_update(self, args: Json) -> Json:
        (message,) = [one for one in self.messages if one["ts"] == args["ts"] and one["channel"] == args["channel"]]
        message["text"] = args["text"]
        return {"ts": message["ts"], "channel": message["channel"]}

    def _reactions_add(self, args: Json) -> Json:
        return {}

    def _conversations_open(self, args: Json) -> Json:
        return {"channel": {"id": "D" + args["users"]}}

    def _conversations_history(self, args: Json) -> Json:
        if self.endless_history:
            return {"messages": [], "response_metadata": {"next_cursor": "more"}}
        here = [one for one in self.messages if one["channel"] == args["channel"]]
        return {"messages": [one for one in here if float(one["ts"]) >= float(args["oldest"])]}

    def _conversations_replies(self, args: Json) -> Json:
        return {"messages": [one for one in self.messages if one.get("thread_ts") == args["ts"]]}
