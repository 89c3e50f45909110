"""The database: transactions on SQLite or PostgreSQL, off the event loop.

SQLite has one writer thread, where what came from Slack goes first, and a small pool of readers; it belongs to one
process, and a second is refused. PostgreSQL has a small pool of threads for both, one more for what goes first, and as
many processes as you like.
"""

import asyncio
import fcntl
import itertools
import os
import queue
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any, Concatenate, Generic, ParamSpec, TextIO, TypeVar

from sqlalchemy import Connection, Engine, make_url, text
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, ProgrammingError
from sqlmodel import Session

from bot.errors import AlreadyRunningError, DatabaseBusyError, NotSavedError, SettingError
from storage.engine import READERS, engine_of

__all__ = [
    "Connection",
    "CutOffError",
    "Database",
    "DatabaseDownError",
    "DiskFullError",
    "Read",
    "Session",
    "Write",
    "hold",
    "machine_now",
    "ring",
]

P = ParamSpec("P")
R = TypeVar("R")

WRITE_TRIES = 4


class DatabaseDownError(NotSavedError):
    """The database cannot be reached, so that was not saved. Please try again in a minute."""


class CutOffError(NotSavedError):
    """The database was cut off just then, so I can't tell whether that was saved. Please look before you try again."""


class DiskFullError(NotSavedError):
    """The disk of the Linchpin server is full, so that was not saved. Make room, or tell an admin."""


class Write(Generic[P, R]):
    """A service function that is one write transaction when awaited with a database.

    `within(session, …)` runs it inside the caller's transaction.
    """

    def __init__(self, run: Callable[Concatenate[Session, P], R]) -> None:
        self.within = run
        self.__doc__ = run.__doc__
        self.__name__ = run.__name__

    async def __call__(self, database: "Database", *args: P.args, **kwargs: P.kwargs) -> R:
        """Run in a transaction of its own: all of it is kept, or nothing."""
        return await database.write(lambda session: self.within(session, *args, **kwargs))


class Read(Generic[P, R]):
    """A service function that is one read transaction when awaited with a database."""

    def __init__(self, run: Callable[Concatenate[Session, P], R]) -> None:
        self.within = run
        self.__doc__ = run.__doc__
        self.__name__ = run.__name__

    async def __call__(self, database: "Database", *args: P.args, **kwargs: P.kwargs) -> R:
        """Run on one consistent picture of the data."""
        return await database.read(lambda session: self.within(session, *args, **kwargs))


class Database:
    """An open database.

    `write` and `read` take a function of a session and run it in one transaction on a thread of their own.
    """

    def __init__(self, url: str, *, read_only: bool = False, beside: bool = False) -> None:
        """Open the database at `url` (`sqlite:///file` or `postgresql://…`).

        `read_only` looks beside a running process, and writes nothing. `beside` writes beside one: only for short
        transactions with pauses between, and never for what is leased, since one process owns all leases. Raises
        AlreadyRunningError when another process has the SQLite file, SettingError when the URL cannot be used or
        PostgreSQL's driver is not installed.
        """
        self.is_sqlite = url.startswith("sqlite")
        self._lock_file = _lock_for(url) if self.is_sqlite and not (read_only or beside) else None
        self.engine = engine_of(url, read_only=read_only)
        # SQLite's readers see one moment anyway.
        one_moment = {} if self.is_sqlite else {"isolation_level": "REPEATABLE READ"}
        self._of_one_moment = self.engine.execution_options(**one_moment)
        self._readers = ThreadPoolExecutor(READERS, thread_name_prefix="reader")
        self._first = ThreadPoolExecutor(1, thread_name_prefix="first")
        self._bells: dict[str, Callable[[], None]] = {}
        self._writer = _SqliteWriter(self.engine) if self.is_sqlite and not read_only else None

    async def write(self, work: Callable[[Session], R], *, first: bool = False) -> R:
        """Run `work` in a write transaction and return what it returns.

        `first` goes before everything that waits (for what must be acked). Raises a NotSavedError when the database is
        busy, down or full; then nothing of it was kept, but for a CutOffError, after which it may have been.
        """
        result, rung = await self._write(lambda connection: _in_session(connection, work), first=first)
        for name in rung & self._bells.keys():
            self._bells[name]()
        return result

    async def write_bare(self, work: Callable[[Connection], R]) -> R:
        """Run `work` in a write transaction as `write` does, but on the bare connection, and before all that waits.

        For what every event and job pays for: opening and closing a session would cost as much as the commit.
        """
        return await self._write(lambda connection: _in_transaction(connection, work), first=True)

    def on_bell(self, name: str, wake: Callable[[], None]) -> None:
        """Call `wake` on the event loop after each commit whose transaction rang that bell (see `ring`)."""
        self._bells[name] = wake

    async def read(self, work: Callable[[Session], R]) -> R:
        """Run `work` in a read transaction and return what it returns."""
        return await asyncio.get_running_loop().run_in_executor(self._readers, self._read_now, work)

    async def is_there(self) -> bool:
        """Say whether what is written is found again: a SQLite file may be moved or replaced while it is open."""
        if self._writer is None:
            return True
        return await asyncio.get_running_loop().run_in_executor(self._readers, self._writer.has_its_file)

    async def machine_now(self) -> float:
        """Return the machine's time in seconds: the database server's on PostgreSQL, so that replicas agree."""
        if self.is_sqlite:
            return time.time()
        return await self.read(machine_now)

    def close(self) -> None:
        """Finish what was handed in and close; idempotent."""
        if self._writer is not None:
            self._writer.close()
        self._readers.shutdown()
        self._first.shutdown()
        self.engine.dispose()
        if self._lock_file is not None:
            self._lock_file.close()

    async def _write(self, run: Callable[[Connection], R], *, first: bool) -> R:
        if self._writer is not None:
            return await asyncio.wrap_future(self._writer.submit(run, first=first))
        threads = self._first if first else self._readers
        return await asyncio.get_running_loop().run_in_executor(threads, self._write_now, run)

    def _write_now(self, run: Callable[[Connection], R]) -> R:
        for last in (False,) * (WRITE_TRIES - 1) + (True,):
            try:
                with self.engine.connect() as connection:
                    return run(connection)
            except DBAPIError as error:
                # Two replicas met on the same rows: PostgreSQL asks to run the loser again.
                if error.connection_invalidated and error.statement is None:  # no statement: it was the COMMIT
                    raise CutOffError() from error
                if last or _state(error) not in ("40001", "40P01"):
                    raise _for_people(error) from error
        raise AssertionError("the last try returns or raises")

    def _read_now(self, work: Callable[[Session], R]) -> R:
        try:
            with Session(self._of_one_moment, expire_on_commit=False) as session:
                return work(session)
        except DBAPIError as error:
            raise _for_people(error) from error


class _SqliteWriter:
    """The one thread that writes, most urgent first, on a connection that it keeps."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine.execution_options(writes=True)
        self._connection: Connection | None = None
        self._path = engine.url.database or ""
        self._file = 0
        self._waiting: queue.PriorityQueue[tuple[int, int, Callable[[Connection], Any] | None, Future[Any]]]
        self._waiting = queue.PriorityQueue()
        self._order = itertools.count()
        self._thread = threading.Thread(target=self._work, name="writer", daemon=True)
        self._thread.start()

    def submit(self, run: Callable[[Connection], R], *, first: bool) -> "Future[R]":
        future: Future[R] = Future()
        self._waiting.put((0 if first else 1, next(self._order), run, future))
        return future

    def has_its_file(self) -> bool:
        return self._connection is None or _inode(self._path) == self._file

    def close(self) -> None:
        if self._thread.is_alive():
            self._waiting.put((2, next(self._order), None, Future()))
            self._thread.join()

    def _work(self) -> None:
        while True:
            _, _, run, future = self._waiting.get()
            if run is None:
                break
            if not future.set_running_or_notify_cancel():
                continue
            try:
                future.set_result(run(self._connected()))
            except DBAPIError as error:
                refusal = _for_people(error)
                if refusal is not error:
                    refusal.__cause__ = error
                future.set_exception(refusal)
            except BaseException as error:  # noqa: BLE001 (handed to whoever awaits the future, not swallowed)
                future.set_exception(error)
        if self._connection is not None:
            self._connection.close()

    def _connected(self) -> Connection:
        if self._connection is None:
            connection = self._engine.connect()
            self._file = _inode(self._path)
            self._connection = connection  # last: other threads ask has_its_file
        if not self.has_its_file():  # deleted or replaced: SQLite would write on into what nobody finds again
            raise DatabaseDownError()
        return self._connection


def machine_now(inside: Session | Connection) -> float:
    """Return the machine's time in seconds inside a transaction; see `Database.machine_now`."""
    connection = inside.connection() if isinstance(inside, Session) else inside
    if connection.dialect.name == "sqlite":
        return time.time()
    return float(connection.execute(text("SELECT extract(epoch FROM clock_timestamp())")).scalar_one())


def ring(session: Session, name: str) -> None:
    """Wake whoever waits for this transaction's rows, once it is committed."""
    session.info.setdefault("bells", set()).add(name)


def _in_session(connection: Connection, work: Callable[[Session], R]) -> tuple[R, set[str]]:
    with Session(connection, expire_on_commit=False) as session:
        result = work(session)
        session.commit()
        return result, session.info.get("bells", set())


def _in_transaction(connection: Connection, work: Callable[[Connection], R]) -> R:
    with connection.begin():
        return work(connection)


def _for_people(error: DBAPIError) -> Exception:
    """Return what to raise: the error itself where our statement is at fault, else that the database is not well."""
    if isinstance(error, IntegrityError | ProgrammingError | DataError) or _state(error).startswith("P0"):
        return error  # P0: a trigger of ours refused it
    kind = getattr(error.orig, "sqlite_errorname", "") or _state(error)
    if kind.startswith(("SQLITE_BUSY", "SQLITE_LOCKED", "55P03")):
        return DatabaseBusyError()
    if kind in ("SQLITE_FULL", "53100"):
        return DiskFullError()
    return DatabaseDownError()


def _state(error: DBAPIError) -> str:
    return getattr(error.orig, "sqlstate", None) or ""


def _inode(path: str) -> int:
    try:
        return os.stat(path).st_ino
    except OSError:
        return 0


def _lock_for(url: str) -> TextIO:
    name = make_url(url).database
    if not name or name == ":memory:":
        raise SettingError("DATABASE_URL must name a file: a database in memory would forget what it has acked.")
    return hold(Path(f"{name}.lock"))


def hold(path: Path) -> TextIO:
    """Hold a file that one process may hold at a time, and return it: it is given back when it is closed.

    Raises AlreadyRunningError when another process holds it, SettingError when there can be no file.
    """
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)  # what people said is nobody else's on the machine
        lock = path.open("w")
    except OSError as error:
        raise SettingError(
            f"No file can be written in {path.parent} ({error.strerror}): name another place in DATABASE_URL or"
            " LINCHPIN_DATA_DIR."
        ) from error
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        lock.close()
        raise AlreadyRunningError() from error
    return lock
