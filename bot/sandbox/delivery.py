"""How payloads reach the app: events with retries, and requests that a person waits for."""

import asyncio
from collections.abc import Coroutine, Sequence
from typing import Any, Literal, Protocol

from bot.sandbox.faults import Faults
from bot.sandbox.workspace import Json

EnvelopeType = Literal["events_api", "slash_commands", "interactive"]
Failure = Literal["dispatch_failed", "operation_timeout"]


class NotDelivered(Exception):  # noqa: N818 -- an outcome that the caller words, not a defect
    """The app could not be reached, or did not acknowledge in time."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure)
        self.failure: Failure = failure


class Transport(Protocol):
    """One way to the app: Socket Mode, or HTTP."""

    async def send(self, kind: EnvelopeType, payload: Json, *, retry_attempt: int, retry_reason: str) -> Json | None:
        """Deliver once and return what the acknowledgement carries; raise NotDelivered."""


class Delivery:
    """Deliver payloads through a transport, as patiently as Slack does for their kind."""

    def __init__(self, transport: Transport, faults: Faults, *, retry_delays: Sequence[float]) -> None:
        self._transport = transport
        self._faults = faults
        self._retry_delays = tuple(retry_delays)
        self._tasks: set[asyncio.Task[None]] = set()
        self._closed = False
        self.given_up: list[Json] = []
        """Events that no retry could deliver."""

    def event(self, payload: Json) -> None:
        """Deliver an event; unacknowledged, it is sent again after each of the retry delays."""
        copies = 2 if self._faults.takes_duplicate() else 1
        for _ in range(copies):
            self._spawn(self._until_acknowledged(payload))

    def courtesy(self, kind: EnvelopeType, payload: Json) -> None:
        """Deliver once what nobody waits for, such as a view_closed."""
        self._spawn(self._once(kind, payload))

    async def request(self, kind: EnvelopeType, payload: Json) -> Json | None:
        """Deliver once and return what the acknowledgement carries; raise NotDelivered. Never retried."""
        return await self._transport.send(kind, payload, retry_attempt=0, retry_reason="")

    async def close(self) -> None:
        """Drop what is still under way."""
        self._closed = True
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def idle(self) -> None:
        """Wait until every event so far is acknowledged or given up."""
        while self._tasks:
            await asyncio.wait(self._tasks)

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        if self._closed:
            work.close()
            return
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _once(self, kind: EnvelopeType, payload: Json) -> None:
        try:
            await self._transport.send(kind, payload, retry_attempt=0, retry_reason="")
        except NotDelivered:
            return

    async def _until_acknowledged(self, payload: Json) -> None:
        reason = ""
        for attempt, delay in enumerate((None, *self._retry_delays)):
            if delay is not None:
                await asyncio.sleep(delay)
            try:
                await self._transport.send("events_api", payload, retry_attempt=attempt, retry_reason=reason)
            except NotDelivered as missed:
                reason = "timeout" if missed.failure == "operation_timeout" else "connection_failed"
            else:
                return
        self.given_up.append(payload)
