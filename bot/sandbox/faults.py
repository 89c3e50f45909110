"""What goes wrong on purpose: the next answers of a method, the next events."""

from collections import defaultdict, deque
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Fault:
    """One thing to go wrong with one call."""

    kind: Literal["rate_limited", "status", "lost_reply", "delay"]
    retry_after: int = 1
    status: int = 500
    seconds: float = 0.0


class Faults:
    """Queue faults per Web API method; each is used once, in order."""

    def __init__(self) -> None:
        self._queued: dict[str, deque[Fault]] = defaultdict(deque)
        self.events_to_duplicate = 0
        """How many of the next events are delivered twice."""

    def take(self, method: str) -> Fault | None:
        """Return the fault for this call, and forget it."""
        queued = self._queued.get(method)
        return queued.popleft() if queued else None

    def rate_limit(self, method: str, *, retry_after: int = 1, times: int = 1) -> None:
        """Answer the next calls with 429 and Retry-After."""
        self._queued[method].extend([Fault("rate_limited", retry_after=retry_after)] * times)

    def fail(self, method: str, *, status: int = 500, times: int = 1) -> None:
        """Answer the next calls with a server error; nothing is done."""
        self._queued[method].extend([Fault("status", status=status)] * times)

    def lose_reply(self, method: str, *, times: int = 1) -> None:
        """Do what the next calls ask, then cut the connection before the answer."""
        self._queued[method].extend([Fault("lost_reply")] * times)

    def delay(self, method: str, seconds: float, *, times: int = 1) -> None:
        """Answer the next calls late."""
        self._queued[method].extend([Fault("delay", seconds=seconds)] * times)

    def duplicate_events(self, times: int = 1) -> None:
        """Deliver the next events twice, with the same event_id."""
        self.events_to_duplicate += times

    def takes_duplicate(self) -> bool:
        """Say whether the event that is sent now goes out twice, and count it."""
        if self.events_to_duplicate == 0:
            return False
        self.events_to_duplicate -= 1
        return True
