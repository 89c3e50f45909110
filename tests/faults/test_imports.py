"""An import may be killed before and after any of its commits: run once more, all of the file is there, and once."""

import asyncio
import os
import signal
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text

from storage.database import Database
from tests.faults.armed import Orders
from tests.faults.bots import CHECKOUT
from tests.faults.commits import IMPORTS, all_commits
from tests.faults.conftest import LONG
from tests.faults.story import TEAM

NEW, CHANGED, MORE = 130, 120, 20
"""Rows: more of them change than are changed in one go with what is new."""
STAGE, DROP = f"{IMPORTS}writing.stage", f"{IMPORTS}writing.drop"
pytestmark = [pytest.mark.faults, pytest.mark.skipif(not LONG, reason="`make faults` does it")]


@pytest.mark.timeout(900)
async def test_an_import_killed_at_any_commit_is_made_good_by_the_next(
    database: Database, database_url: str, tmp_path: Path
) -> None:
    kinds = {kind for kind in all_commits() if kind.startswith(IMPORTS)}
    for number, (kind, after) in enumerate((kind, after) for kind in sorted(kinds) for after in (False, True)):
        files = _write_files(tmp_path, number)
        if kind == DROP:  # it clears away what an earlier one has left
            assert await _import(files[0], Orders(die=STAGE, after=True), tmp_path, database_url) == -signal.SIGKILL
        for file in files:
            if await _import(file, Orders(die=kind, after=after), tmp_path, database_url) == -signal.SIGKILL:
                break
        else:
            raise AssertionError(f"none came to {kind}")
        assert [await _import(file, Orders(), tmp_path, database_url) for file in files] == [0] * len(files)
        assert _kept(database, number) == {
            "items": NEW + MORE, "changed": CHANGED, "accounts": MORE, "can be found": NEW + MORE, "unfinished": 0,
        }, f"killed {'after' if after else 'before'} {kind}"  # fmt: skip


def _write_files(folder: Path, number: int) -> list[tuple[str, Path]]:
    """Write what nobody has seen: a roadmap, the same with changes and more, and accounts."""
    new = [f"{number}-{row},Import {number} item {row},later" for row in range(NEW + MORE)]
    changed = [one.replace("later", "next") if row < CHANGED else one for row, one in enumerate(new)]
    files = [
        ("roadmap", "id,title,lane", new[:NEW]), ("roadmap", "id,title,lane", changed),
        ("accounts", "name", [f"Import {number} account {row}" for row in range(MORE)]),
    ]  # fmt: skip
    paths = []
    for turn, (kind, head, rows) in enumerate(files):
        paths.append((kind, folder / f"{number}-{turn}.csv"))
        paths[-1][1].write_text("\n".join([head, *rows, ""]))
    return paths


async def _import(file: tuple[str, Path], orders: Orders, folder: Path, url: str) -> int:
    """Import a file, and return how that ended."""
    kind, path = file
    process = await asyncio.create_subprocess_exec(
        *replace(orders, words=("import", kind, str(path), "--team", TEAM)).command,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(CHECKOUT), "DATABASE_URL": url,
             "LINCHPIN_DATA_DIR": str(folder)},
        cwd=folder,
        stdout=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    return await process.wait()


def _kept(database: Database, number: int) -> dict[str, int]:
    mine = f"lower(title) LIKE 'import {number} item %'"  # words are found in small letters
    shown = f"{mine} AND (import_id IS NULL OR import_id IN (SELECT id FROM import_batch WHERE done))"  # noqa: S608 (written here)
    counted = {
        "items": ("item", shown),
        "changed": ("item", f"{shown} AND lane = 'next'"),
        "accounts": ("account", f"name LIKE 'Import {number} account %'"),
        "can be found": ("search_text", mine),
        "unfinished": ("import_batch", "done_at IS NULL"),
    }
    with database.engine.connect() as connection:
        return {
            name: int(connection.execute(text(f"SELECT count(*) FROM {table} WHERE {which}")).scalar_one())  # noqa: S608 (written here)
            for name, (table, which) in counted.items()
        }
