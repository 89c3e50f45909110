"""`import_100k`: 100,000 notes from a CSV file by `linchpin import`. Peer: the same rows in a bare SQLite table."""

import asyncio
import csv
import os
import random
import sqlite3
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path
from tempfile import TemporaryDirectory

from storage.database import Database
from storage.migrations import bring_up
from tests.bench.figures import Row, Size
from tests.bench.filling import some_words
from tests.faults.bots import CHECKOUT

NAME = "import_100k"
ROWS = 100_000
FIELDS = ("id", "text", "customer")


async def measure(size: Size) -> AsyncIterator[Row]:
    """Import once, and insert once: a round takes minutes."""
    rows = min(ROWS, size.rows[-1])
    with TemporaryDirectory() as name:
        folder = Path(name)
        file = folder / "notes.csv"
        _write(file, rows)
        database = Database(f"sqlite:///{folder / 'linchpin.db'}")
        bring_up(database.engine)
        database.close()
        yield Row(NAME, "s", await _imported(folder, file), "s", _inserted(folder / "bare.db", file), rows)


def _write(file: Path, rows: int) -> None:
    chance = random.Random(3)
    with file.open("w", newline="", encoding="utf-8") as opened:
        writer = csv.writer(opened)
        writer.writerow(FIELDS)
        writer.writerows((n, some_words(chance, 12), f"Account {chance.randint(1, 500)}") for n in range(rows))


async def _imported(folder: Path, file: Path) -> float:
    began = time.perf_counter()
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "import", "feedback", str(file), "--team", "T0BENCH"),
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(CHECKOUT), "LINCHPIN_DATA_DIR": str(folder)},
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )
    _, said = await process.communicate()
    assert process.returncode == 0, said.decode()
    return time.perf_counter() - began


def _inserted(path: Path, file: Path) -> float:
    began = time.perf_counter()
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE note (id TEXT PRIMARY KEY, text TEXT, customer TEXT)")
    with file.open(newline="", encoding="utf-8") as opened:
        lines = csv.reader(opened)
        next(lines)
        connection.executemany("INSERT INTO note VALUES (?, ?, ?)", lines)
    connection.commit()
    connection.close()
    return time.perf_counter() - began
