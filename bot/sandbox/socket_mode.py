"""Socket Mode: the WebSockets of the app, and the envelopes that go through them."""

import asyncio
import json
import secrets
import uuid
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Literal

from aiohttp import WSMsgType, web

from bot.sandbox.delivery import EnvelopeType, NotDelivered
from bot.sandbox.workspace import Change, Json, Workspace

MAX_CONNECTIONS = 10
CONNECTION_SECONDS = 18_060
TICKET_SECONDS = 30.0
NOTICE_SECONDS = 10.0
"""How long before a connection is renewed it is warned."""

DisconnectReason = Literal["warning", "refresh_requested", "link_disabled"]


@dataclass(eq=False)
class Connection:
    """One open WebSocket of the app."""

    socket: web.WebSocketResponse
    transport: asyncio.Transport | None
    closing: bool = False
    """Told that it is being closed: it may still acknowledge, and gets nothing new."""
    unacknowledged: set["asyncio.Future[Json | None]"] = field(default_factory=set)


@dataclass
class SocketMode:
    """Hand each envelope to one of the app's open connections, in turn, and wait for its acknowledgement."""

    workspace: Workspace
    app_id: str
    ack_timeout: float
    timed_out = "timeout"
    switched_on: bool = True
    connections: list[Connection] = field(default_factory=list)
    _tickets: dict[str, float] = field(default_factory=dict)
    _waiting: dict[str, asyncio.Future[Json | None]] = field(default_factory=dict)
    _turn: int = 0

    @property
    def is_connected(self) -> bool:
        """Say whether the app can be reached now."""
        return any(not connection.closing for connection in self.connections)

    def new_ticket(self) -> str:
        """Return a ticket that opens one connection, once, within half a minute."""
        ticket = secrets.token_urlsafe(24)
        self._tickets[ticket] = self.workspace.clock.machine() + TICKET_SECONDS
        return ticket

    async def send(self, kind: EnvelopeType, payload: Json, *, retry_attempt: int, retry_reason: str) -> Json | None:
        """Send one envelope and wait for its acknowledgement; raise NotDelivered."""
        open_ones = [connection for connection in self.connections if not connection.closing]
        if not open_ones:
            raise NotDelivered("dispatch_failed", "connection_failed")
        self._turn += 1
        connection = open_ones[self._turn % len(open_ones)]
        envelope_id = str(uuid.uuid4())
        envelope: Json = {
            "envelope_id": envelope_id,
            "payload": payload,
            "type": kind,
            "accepts_response_payload": kind != "events_api",
        }
        if kind == "events_api":
            envelope |= {"retry_attempt": retry_attempt, "retry_reason": retry_reason}
        acknowledged: asyncio.Future[Json | None] = asyncio.get_running_loop().create_future()
        self._waiting[envelope_id] = acknowledged
        connection.unacknowledged.add(acknowledged)
        try:
            await connection.socket.send_str(json.dumps(envelope))
            return await asyncio.wait_for(acknowledged, self.ack_timeout)
        except ConnectionError as cut:
            raise NotDelivered("dispatch_failed", "connection_failed") from cut
        except TimeoutError as late:
            raise NotDelivered("operation_timeout", self.timed_out) from late
        finally:
            connection.unacknowledged.discard(acknowledged)
            del self._waiting[envelope_id]

    async def on_connect(self, request: web.Request) -> web.StreamResponse:
        """Serve one WebSocket of the app until it closes."""
        good_until = self._tickets.pop(request.query.get("ticket", ""), 0.0)
        if good_until < self.workspace.clock.machine() or len(self.connections) >= MAX_CONNECTIONS:
            return web.json_response({"ok": False, "error": "invalid_ticket"}, status=408)
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        if not self.switched_on:
            await socket.send_str(_goodbye("link_disabled"))
            await socket.close()
            return socket
        connection = Connection(socket, request.transport)
        self.connections.append(connection)
        await socket.send_str(json.dumps(self._hello()))
        self.workspace.publish(Change("app"))
        try:
            async for frame in socket:
                if frame.type == WSMsgType.TEXT:
                    self._acknowledge(frame.data)
        finally:
            self.connections.remove(connection)
            self.workspace.publish(Change("app"))
        return socket

    async def disconnect(self, reason: DisconnectReason = "refresh_requested") -> None:
        """Send every connection a disconnect message; after a mere warning it goes on as before."""
        for connection in list(self.connections):
            await self._tell(connection, reason)
        self.workspace.publish(Change("app"))

    async def refresh(self, *, notice: float = NOTICE_SECONDS) -> None:
        """Renew the connections as Slack does every few hours: warn, ask to go, wait for their last acks, and close."""
        old = list(self.connections)
        await self.disconnect("warning")
        await asyncio.sleep(notice)
        for connection in old:
            await self._tell(connection, "refresh_requested")
        if last := [ack for connection in old for ack in connection.unacknowledged]:
            await asyncio.wait(last, timeout=self.ack_timeout)
        await asyncio.gather(*(connection.socket.close() for connection in old))

    async def switch_off(self) -> None:
        """Switch Socket Mode off on the app's page: connections end, and new ones are told so instead of a hello."""
        self.switched_on = False
        await self.disconnect("link_disabled")
        await asyncio.gather(*(connection.socket.close() for connection in list(self.connections)))

    def cut(self) -> None:
        """Break every connection without a word, as a broken network does."""
        for connection in list(self.connections):
            connection.closing = True
            if connection.transport is not None:
                connection.transport.abort()

    async def close(self) -> None:
        """Let go of the app, for good or for HTTP."""
        await self.switch_off()

    async def _tell(self, connection: Connection, reason: DisconnectReason) -> None:
        connection.closing = connection.closing or reason != "warning"
        with suppress(ConnectionError):
            await connection.socket.send_str(_goodbye(reason))

    def _hello(self) -> Json:
        return {
            "type": "hello",
            "num_connections": len(self.connections),
            "debug_info": {
                "host": "sandbox",
                "build_number": 1,
                "approximate_connection_time": CONNECTION_SECONDS,
            },
            "connection_info": {"app_id": self.app_id},
        }

    def _acknowledge(self, text: str) -> None:
        try:
            answer = json.loads(text)
        except ValueError:
            return
        waiting = self._waiting.get(answer.get("envelope_id", "")) if isinstance(answer, dict) else None
        # An acknowledgement that comes late, or twice, finds nobody waiting.
        if waiting is not None and not waiting.done():
            waiting.set_result(answer.get("payload"))


def _goodbye(reason: DisconnectReason) -> str:
    return json.dumps({"type": "disconnect", "reason": reason, "debug_info": {"host": "sandbox"}})
