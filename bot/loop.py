"""The event loop: uvloop's where it is installed (it is in `requirements/server.txt`), else Python's own."""

import asyncio
from collections.abc import Coroutine
from typing import TypeVar

T = TypeVar("T")


def run(work: Coroutine[object, None, T]) -> T:
    """Run `work` to its end on a loop of its own, and return what it returns."""
    try:
        import uvloop
    except ModuleNotFoundError:
        return asyncio.run(work)
    return uvloop.run(work)
