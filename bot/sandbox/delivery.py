"""How payloads reach the app: events with retries, and requests that a person waits for."""

import asyncio
from collections.abc import Coroutine, Sequence
from typing import Any, Literal, Protocol

from bot.sandbox.faults import Faults
from bot.sandbox.workspace import Json

EnvelopeType = Literal["events_api", "slash_commands", "interactive"]
Failure = Literal["dispatch_failed", "operation_timeout", "http_client_error", "http_service_error"]


class NotDelivered(Exception):  # noqa: N818 -- an outcome that the caller words, not a defect
    """The app could not be reached, or did not acknowledge in time, or acknowledged with an error."""

    def __init__(self, failure: Failure, reason: str, *, final: bool = False) -> None:
        super().__init__(failure)
        self.failure: Failure = failure
        """What a person who waits is told."""
        self.reason = reason
        """Why an event comes again, as its next delivery says it."""
        self.final = final
        """The app wants no further delivery."""


class Transport(Protocol):
    """One way to the app: Socket Mode, or HTTP."""

    timed_out: str
    """What it calls a late acknowledgement, when the event comes again."""

    @property
    def is_connected(self) -> bool:
        """Say whether the app can be reached now, as far as is known."""

    async def send(self, kind: EnvelopeType, payload: Json, *, retry_attempt: int, retry_reason: str) -> Json | None:
        """Deliver once and return what the acknowledgement carries; raise NotDelivered."""

    async def close(self) -> None:
        """Let go of the app."""


class Delivery:
    """Deliver payloads through a transport, as patiently as Slack does for their kind."""

    def __init__(self, transport: Transport, faults: Faults, *, retry_delays: Sequence[float]) -> None:
        self.transport = transport
        self._faults = faults
        self._retry_delays = tuple(retry_delays)
        self._tasks: set[asyncio.Task[None]] = set()
        self._held: Json | None = None
        self._closed = False
        self.given_up: list[Json] = []
        """Events that no retry could deliver."""

    def event(self, payload: Json) -> None:
        """Deliver an event; unacknowledged, it is sent again after each of the retry delays."""
        if self._held is None and self._faults.takes("late"):
            self._held = payload
            return
        late, self._held = self._held, None
        if self._faults.takes("duplicate"):
            self._spawn(self._until_acknowledged(payload))
        self._spawn(self._one_by_one(payload, *([late] if late is not None else [])))

    def courtesy(self, kind: EnvelopeType, payload: Json) -> None:
        """Deliver once what nobody waits for, such as a view_closed."""
        self._spawn(self._once(kind, payload))

    async def request(self, kind: EnvelopeType, payload: Json) -> Json | None:
        """Deliver once and return what the acknowledgement carries; raise NotDelivered. Never retried."""
        return await self.transport.send(kind, payload, retry_attempt=0, retry_reason="")

    async def close(self) -> None:
        """Drop what is still under way."""
        self._closed = True
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.transport.close()

    async def switch_to(self, transport: Transport) -> None:
        """Deliver another way from now on; what is under way ends the old way or comes again the new."""
        before, self.transport = self.transport, transport
        await before.close()

    async def idle(self) -> None:
        """Wait until every event so far is acknowledged or given up; one that is held back for another goes now."""
        if self._held is not None:
            late, self._held = self._held, None
            self._spawn(self._until_acknowledged(late))
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
            await self.transport.send(kind, payload, retry_attempt=0, retry_reason="")
        except NotDelivered:
            return

    async def _one_by_one(self, *payloads: Json) -> None:
        for payload in payloads:
            await self._until_acknowledged(payload)

    async def _until_acknowledged(self, payload: Json) -> None:
        reason = ""
        for attempt, delay in enumerate((None, *self._retry_delays)):
            if delay is not None:
                await asyncio.sleep(delay)
            try:
                await self._deliver(payload, attempt, reason)
            except NotDelivered as missed:
                reason = missed.reason
                if missed.final:
                    break
            else:
                return
        self.given_up.append(payload)

    async def _deliver(self, payload: Json, attempt: int, reason: str) -> None:
        await self.transport.send("events_api", payload, retry_attempt=attempt, retry_reason=reason)
        if self._faults.takes("lost_ack"):
            raise NotDelivered("operation_timeout", self.transport.timed_out)
