"""The fence: a sender that slept sends nothing any more, for another one does when a lease is over.

Between the last look at the clock and the first byte on the wire lie milliseconds, in which a process can be frozen for
minutes. So the clock is looked at again where the bytes are handed over, by a trace of the HTTP client.
"""

import math
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

import aiohttp

from bot.errors import BotError

_UNTIL: ContextVar[float] = ContextVar("until", default=math.inf)


class SleptError(BotError):
    """This was about to be sent too late, so another replica sends it."""


@contextmanager
def until(deadline: float) -> Iterator[None]:
    """Let what is requested in here be sent before `deadline` only, a time of `time.monotonic`."""
    before = _UNTIL.set(deadline)
    try:
        yield
    finally:
        _UNTIL.reset(before)


def trace() -> aiohttp.TraceConfig:
    """Return what a session needs to keep to it; a request that comes too late ends in a ClientConnectionError."""
    config = aiohttp.TraceConfig()
    config.on_request_chunk_sent.append(_look_at_the_clock)  # called before, not after
    return config


async def _look_at_the_clock(*_: object) -> None:
    if time.monotonic() > _UNTIL.get():
        raise SleptError()
