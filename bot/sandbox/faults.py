"""What goes wrong on purpose: with calls of the app, with events on their way to it, and with its connections."""

from collections import Counter, defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

EventFault = Literal["duplicate", "late", "lost_ack"]


@dataclass(frozen=True)
class Fault:
    """One thing to go wrong with one call."""

    kind: Literal["rate_limited", "status", "lost_reply", "delay"]
    retry_after: int = 1
    status: int = 500
    seconds: float = 0.0


class Faults:
    """Order what is to go wrong next: per Web API method in order, each once; and with the events from now on.

    `cut` breaks the app's open connections.
    """

    def __init__(self, cut: Callable[[], None]) -> None:
        self._calls: dict[str, deque[Fault]] = defaultdict(deque)
        self._events: Counter[EventFault] = Counter()
        self.disconnect = cut
        """Break every open connection without a word, as a broken network does."""

    # what the app asks of the Web API

    def rate_limit(self, method: str, *, retry_after: int = 1, times: int = 1) -> None:
        """Answer the next calls with 429 and Retry-After."""
        self._calls[method].extend([Fault("rate_limited", retry_after=retry_after)] * times)

    def fail(self, method: str, *, status: int = 500, times: int = 1) -> None:
        """Answer the next calls with a server error; nothing is done."""
        self._calls[method].extend([Fault("status", status=status)] * times)

    def lose_reply(self, method: str, *, times: int = 1) -> None:
        """Do what the next calls ask, then cut the connection before the answer."""
        self._calls[method].extend([Fault("lost_reply")] * times)

    def delay(self, method: str, seconds: float, *, times: int = 1) -> None:
        """Answer the next calls late."""
        self._calls[method].extend([Fault("delay", seconds=seconds)] * times)

    def waits(self, method: str) -> bool:
        """Say whether a call of that method is yet to go wrong."""
        return bool(self._calls.get(method))

    # what the app hears

    def duplicate_events(self, times: int = 1) -> None:
        """Deliver the next events twice, with the same event_id."""
        self._events["duplicate"] += times

    def reorder_events(self, times: int = 1) -> None:
        """Hold the next event back until the one that follows is delivered; so for as many pairs."""
        self._events["late"] += times

    def lose_acks(self, times: int = 1) -> None:
        """Overlook the app's next acknowledgements of events, so that they come again, as after a time-out."""
        self._events["lost_ack"] += times

    # what the sandbox takes of it

    def take(self, method: str) -> Fault | None:
        """Return the fault for this call, and forget it."""
        queued = self._calls.get(method)
        return queued.popleft() if queued else None

    def takes(self, fault: EventFault) -> bool:
        """Say whether this goes wrong with the event that is on its way now, and count it."""
        if self._events[fault] == 0:
            return False
        self._events[fault] -= 1
        return True
