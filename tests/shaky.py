"""A database that fails in a way nobody expects."""

from collections.abc import Callable
from typing import TypeVar

from storage.database import Database, Session

R = TypeVar("R")


class Shaky(Database):
    """Fails the next writes, as many as `trouble` says, with an error of no kind that the bot knows."""

    trouble = 0

    async def write(self, work: Callable[[Session], R], *, first: bool = False) -> R:
        """Fail, or write."""
        if self.trouble:
            self.trouble -= 1
            raise RuntimeError("nobody expects this")
        return await super().write(work, first=first)
