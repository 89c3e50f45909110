"""What is needed while something runs and not longer: on disk, so that memory stays flat however much it is."""

import pickle
import sqlite3
import weakref
from collections.abc import Iterable
from typing import Generic, TypeVar

T = TypeVar("T")


class Scratch(Generic[T]):
    """Things in the order in which they came, each under a key of its own, and each with a fate of one word.

    They are on disk as pickles in a file of this process's own, which is gone when it ends.
    """

    def __init__(self) -> None:
        # Without a name, SQLite makes a file that nobody else can open, and deletes it.
        self._kept = sqlite3.connect("", isolation_level=None, check_same_thread=False)
        self._kept.execute("PRAGMA journal_mode=OFF")
        self._kept.execute(
            "CREATE TABLE thing (place INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, label INTEGER NOT NULL,"
            " fate TEXT NOT NULL DEFAULT '', told BLOB NOT NULL)"
        )
        self._kept.execute("CREATE INDEX ix_thing_fate ON thing (fate, place)")
        weakref.finalize(self, self._kept.close)

    def add(self, key: str, label: int, thing: T) -> int | None:
        """Keep a thing; where the key is taken, keep nothing and return the label of what has it."""
        added = self._kept.execute(
            "INSERT OR IGNORE INTO thing (key, label, told) VALUES (?, ?, ?)", (key, label, pickle.dumps(thing))
        )
        if added.rowcount:
            return None
        return int(self._kept.execute("SELECT label FROM thing WHERE key = ?", (key,)).fetchone()[0])

    def decide(self, keys: Iterable[str], fate: str) -> None:
        """Give things another fate; at first it is empty."""
        self._kept.executemany("UPDATE thing SET fate = ? WHERE key = ?", ((fate, key) for key in keys))

    def count(self, fate: str) -> int:
        """Count the things of a fate."""
        return int(self._kept.execute("SELECT count(*) FROM thing WHERE fate = ?", (fate,)).fetchone()[0])

    def read(self, fate: str, *, after: int = 0, limit: int) -> list[tuple[int, T]]:
        """Return the things of a fate from behind a place, each with its own place."""
        rows = self._kept.execute(
            "SELECT place, told FROM thing WHERE fate = ? AND place > ? ORDER BY place LIMIT ?", (fate, after, limit)
        )
        return [(place, pickle.loads(told)) for place, told in rows]  # noqa: S301 (written by this very process)
