"""Waiting until something is so."""

import asyncio
import inspect
from collections.abc import Awaitable, Callable

PATIENCE = 20.0


async def until(condition: Callable[[], bool | Awaitable[bool]], hope: str) -> None:
    """Return once the condition holds; after 20 seconds fail with what was hoped for."""
    try:
        async with asyncio.timeout(PATIENCE):
            while True:
                found = condition()
                if await found if inspect.isawaitable(found) else found:
                    return
                await asyncio.sleep(0.01)
    except TimeoutError:
        raise AssertionError(f"waited in vain: {hope}") from None
