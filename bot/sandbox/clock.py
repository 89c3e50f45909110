"""The two clocks of the sandbox: the calendar, which people may move forward, and the machine's, which nobody moves."""

import time
from collections.abc import Callable


class Clock:
    """Tell the time on the calendar (real time plus an offset) and on the machine (monotonic)."""

    def __init__(self, offset: float = 0.0) -> None:
        self.offset = offset
        """Seconds that the calendar is ahead of real time."""
        self._listeners: list[Callable[[float], None]] = []

    def now(self) -> float:
        """Return the calendar's time in unix seconds: message ts, event times, what people see."""
        return time.time() + self.offset

    def machine(self) -> float:
        """Return the machine's time in seconds from an arbitrary start: triggers, acks, rate limits."""
        return time.monotonic()

    def move_by(self, seconds: float) -> None:
        """Move the calendar forward.

        Raises ValueError for a move back: messages already carry the time that is now.
        """
        if seconds < 0:
            raise ValueError("The clock can only move forward.")
        self.offset += seconds
        for listener in list(self._listeners):
            listener(self.offset)

    def move_to(self, unix_seconds: float) -> None:
        """Move the calendar forward to a time in unix seconds."""
        self.move_by(unix_seconds - self.now())

    def on_moved(self, listener: Callable[[float], None]) -> None:
        """Call `listener(offset_seconds)` after each move."""
        self._listeners.append(listener)
