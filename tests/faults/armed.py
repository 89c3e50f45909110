"""The bot with a fault inside, laid from outside: `python -m tests.faults.armed` with orders as JSON.

The product knows nothing of it: commits, leases and the size of the disk are reached through what SQLAlchemy and the
constructors offer to everybody.
"""

import json
import os
import signal
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any, TypeVar
from unittest.mock import patch

import aiohttp
from sqlalchemy import Engine, event

from bot import cli
from bot.intake import Intake
from bot.outbox import sender
from storage.database import Connection, Database, Session, Write

R = TypeVar("R")
ROOM = 4_294_967_294
"""Pages: as many as SQLite can have."""


@dataclass(frozen=True)
class Orders:
    """What is to go wrong inside."""

    tell: str | None = None
    """A file that is told the kind of every commit, a line each."""
    die: str | None = None
    """The kind of commit that is the last."""
    nth: int = 1
    """Which one of that kind."""
    after: bool = False
    """Whether that one is still committed."""
    freeze: bool = False
    """Whether the bot only stops there, as SIGSTOP does, and goes on when it is told to."""
    wire: str | None = None
    """The method of Slack's before whose first byte it is frozen once, connected already."""
    lease_seconds: float | None = None
    """For intake and outbox, instead of half a minute; calls to Slack then take a quarter of it at most."""
    full: bool = False
    """Whether the disk of SQLite's file is full."""
    words: Sequence[str] = ("run",)
    """What is typed after `linchpin`."""
    sign: str | None = None
    """A file: what is ordered waits for it to be there, and a full disk has room again when it is gone."""

    @property
    def command(self) -> tuple[str, ...]:
        """Return the command that runs the bot under these orders."""
        return sys.executable, "-m", "tests.faults.armed", json.dumps(asdict(self))

    @property
    def in_force(self) -> bool:
        """Say whether it is to go wrong now."""
        return self.sign is None or Path(self.sign).exists()

    def __str__(self) -> str:
        return f"killed {'after' if self.after else 'before'} commit {self.nth} of {self.die}"


class Commits:
    """Names every commit by the function whose writing it keeps, counts, and makes one of them the last."""

    def __init__(self, orders: Orders) -> None:
        self._orders = orders
        self._seen: Counter[str] = Counter()
        self._struck = False
        event.listen(Session, "before_commit", self._before)
        event.listen(Session, "after_commit", self._after)
        write, write_bare = Database.write, Database.write_bare

        async def named(database: Database, work: Callable[[Session], R], *, first: bool = False) -> R:
            def run(session: Session) -> R:
                done = work(session)
                session.info["kind"] = kind_of(work) + (" of nothing" if done == [] else "")
                return done

            return await write(database, run, first=first)

        async def named_bare(database: Database, work: Callable[[Connection], R]) -> R:
            def run(connection: Connection) -> R:
                done = work(connection)
                self._before_kind(kind_of(work))
                return done

            done = await write_bare(database, run)
            self._after_kind(kind_of(work))
            return done

        patch.multiple(Database, write=named, write_bare=named_bare).start()

    def _before(self, session: Session) -> None:
        if (kind := _kind(session)) is not None:
            self._before_kind(kind)

    def _before_kind(self, kind: str) -> None:
        self._seen[kind] += 1
        if not self._orders.after:
            self._die_at(kind)

    def _after(self, session: Session) -> None:
        if (kind := _kind(session)) is not None:
            self._after_kind(kind)

    def _after_kind(self, kind: str) -> None:
        if self._orders.tell is not None:
            with Path(self._orders.tell).open("a") as told:
                told.write(f"{kind}\n")
        if self._orders.after:
            self._die_at(kind)

    def _die_at(self, kind: str) -> None:
        is_due = kind == self._orders.die and self._seen[kind] >= self._orders.nth
        if is_due and not self._struck and self._orders.in_force:
            self._struck = True
            os.kill(os.getpid(), signal.SIGSTOP if self._orders.freeze else signal.SIGKILL)


def kind_of(work: Callable[..., Any]) -> str:
    """Return the name of what a transaction does: of the service function, or of the function handed to the store."""
    if isinstance(work, partial):
        table = work.keywords.get("table")
        return kind_of(work.func) + (f" {table.__name__}" if table else "")
    for cell in getattr(work, "__closure__", None) or ():
        if isinstance(cell.cell_contents, Write):
            return kind_of(cell.cell_contents.within)
    return f"{work.__module__}.{work.__qualname__}".replace(".<locals>", "").removeprefix("bot.")


def _kind(session: Session) -> str | None:
    """Return the kind of a commit that really is one: not a savepoint's, and not one of the test's own."""
    return None if session.in_nested_transaction() else session.info.get("kind")


def _shorten_leases(seconds: float) -> None:
    constructors: tuple[Any, ...] = (Intake.__init__, sender.Outbox.__init__)
    for one in constructors:
        one.__kwdefaults__["lease_seconds"] = seconds
    sender.REQUEST_SECONDS = seconds / 4


def _freeze_at_the_wire(orders: Orders) -> None:
    connect = aiohttp.TCPConnector.connect
    struck: list[str] = []

    async def connect_and_sleep(connector: Any, request: Any, **more: Any) -> Any:
        connection = await connect(connector, request, **more)
        if not struck and request.url.name == orders.wire and orders.in_force:
            struck.append(request.url.name)
            os.kill(os.getpid(), signal.SIGSTOP)
        return connection

    patch.object(aiohttp.TCPConnector, "connect", connect_and_sleep).start()


def _fill_disk(orders: Orders) -> None:
    def begin(connection: Any) -> None:
        connection.exec_driver_sql(f"PRAGMA max_page_count={1 if orders.in_force else ROOM}")

    event.listen(Engine, "begin", begin)


def _main() -> None:
    orders = Orders(**json.loads(sys.argv[1]))
    Commits(orders)
    if orders.lease_seconds is not None:
        _shorten_leases(orders.lease_seconds)
    if orders.wire is not None:
        _freeze_at_the_wire(orders)
    if orders.full:
        _fill_disk(orders)
    sys.argv = ["linchpin", *orders.words]
    cli.main()


if __name__ == "__main__":
    _main()
