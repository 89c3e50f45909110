"""`linchpin import` and `linchpin export`, as somebody types them."""

import asyncio
import os
import signal
import sys
import zipfile
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import text
from typer.testing import CliRunner

from bot.cli import cli
from bot.sandbox import Sandbox
from handlers import needs, topics
from storage.database import Database
from storage.models import Item
from tests.bot.test_cli import linchpin
from tests.building import MINA, a_person, an_item, rows_of
from tests.scenarios.conftest import STORY, one_database
from tests.waiting import until

JIRA = """Summary,Issue key,Status,Assignee,Due date,Labels,Labels
Dark mode,PAY-1,In Progress,Mina,15/Jan/27 3:04 PM,ui,theme
"Faster, sync",PAY-2,Done,Nobody We Know,,,
"""


@pytest.fixture
def jira(tmp_path: Path) -> Path:
    """Return a file as Jira writes it."""
    path = tmp_path / "jira.csv"
    path.write_text(JIRA)
    return path


async def test_a_jira_export_comes_in_twice_and_is_there_once(
    tmp_path: Path, jira: Path, database: Database, database_url: str
) -> None:
    await a_person(database, MINA, name="Mina")
    command = ("import", "roadmap", str(jira), "--from", "jira")
    code, out, err = await linchpin(*command, folder=tmp_path, DATABASE_URL=database_url)
    assert (code, err) == (0, "")
    assert 'Columns: title from "Summary", status from "Status"' in out
    assert "Not used: Labels." in out
    assert 'Not known here, so left empty: owner "Nobody We Know".' in out
    assert "2 new, 0 changed, 0 unchanged, 0 wrong." in out
    await asyncio.to_thread(jira.write_text, JIRA.replace("Done", "To Do"))
    _, out, _ = await linchpin(*command, folder=tmp_path, DATABASE_URL=database_url)
    assert out.splitlines()[-1] == "Done: 0 new, 1 changed."
    items = await rows_of(database, Item)
    assert [(one.ref, one.lane, one.owner) for one in items] == [("RM-1", "now", "UMINA"), ("RM-2", "next", None)]


@one_database
async def test_a_dry_run_shows_the_first_rows_and_changes_nothing(
    tmp_path: Path, jira: Path, database: Database, database_url: str
) -> None:
    await a_person(database, MINA, name="Mina")
    code, out, _ = await linchpin(
        "import", "roadmap", str(jira), "--from", "jira", "--dry-run", folder=tmp_path, DATABASE_URL=database_url
    )
    assert code == 0
    assert "row 2\n  title: Dark mode\n  lane: now\n  due: 2027-01-15\n" in out
    assert out.endswith("Nothing was changed.\n")
    assert await rows_of(database, Item) == []


@one_database
async def test_wrong_rows_are_named_and_keep_all_of_it_out_unless_they_are_skipped(
    tmp_path: Path, database: Database, database_url: str
) -> None:
    await a_person(database, MINA, name="Mina")
    path = tmp_path / "rows.csv"
    odd = "Odd;shelf\n" * 25 + "".join(f"Odd;shelf {turn}\n" for turn in range(24)) + "Odd;shelf\n"
    path.write_text(f"Title;Lane\nDark mode;now\n{odd}")
    command = ("import", "roadmap", str(path))
    code, _, err = await linchpin(*command, folder=tmp_path, DATABASE_URL=database_url)
    said = err.splitlines()
    assert code == 1
    assert said[0].startswith('rows 3, 4, 5 and 23 more: "lane" is "shelf"; write now, next, later or shipped')
    assert len(said) == 22
    assert said[-2:] == ["and 5 more", "Nothing was imported. Mend these rows, or leave them out with --skip-bad."]
    assert await rows_of(database, Item) == []
    code, out, _ = await linchpin(
        *command, "--lane", "Shelf=later", "--skip-bad", folder=tmp_path, DATABASE_URL=database_url
    )
    assert code == 0
    assert "2 new, 0 changed, 0 unchanged, 49 wrong." in out  # of 25 rows of one name, the first


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("roadmap", "x.csv", "--map", "title"), "write it like --map title=Summary"),
        (("roadmap", "x.csv", "--lane", "QA=soon"), '"soon" is no lane: write now, next, later or shipped'),
        (("people", "x.csv"), "roadmap"),
        (("roadmap", "x.csv", "--from", "trello"), "productboard"),
    ],
)
def test_a_wrong_word_is_a_wrong_usage(words: tuple[str, ...], said: str) -> None:
    result = CliRunner().invoke(cli, ["import", *words])
    assert result.exit_code == 2
    assert said in " ".join(result.output.replace("│", " ").split())


async def test_which_workspace_is_asked_of_the_token_where_the_database_does_not_know(
    tmp_path: Path, jira: Path, sandbox: Sandbox
) -> None:
    code, _, err = await linchpin("import", "roadmap", str(jira), "--from", "jira", folder=tmp_path)
    assert (code, "Name it with --team" in err) == (2, True)
    await asyncio.to_thread((tmp_path / "demo").mkdir)
    _, _, err = await linchpin("import", "roadmap", str(jira), "--from", "jira", folder=tmp_path)
    assert f"to use it, set LINCHPIN_DATA_DIR={tmp_path / 'demo'}." in err
    code, _, err = await linchpin("import", "roadmap", str(jira), "--from", "jira", folder=tmp_path, sandbox=sandbox)
    assert (code, err) == (0, "")
    kept = Database(f"sqlite:///{tmp_path / 'linchpin.db'}")
    assert {one.team_id for one in await rows_of(kept, Item)} == {sandbox.workspace.team_id}
    kept.close()


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    """Run the sandbox with the demo's story."""
    async with Sandbox(None, manifest=needs.manifest(topics.NEEDS), story=STORY) as opened:
        yield opened


async def test_an_import_killed_half_way_is_seen_by_nobody_and_the_next_one_clears_it_away(
    tmp_path: Path, database: Database, database_url: str
) -> None:
    await a_person(database, MINA, name="Mina")
    many, few = tmp_path / "many.csv", tmp_path / "few.csv"
    many.write_text("title\n" + "".join(f"Item {turn}\n" for turn in range(3000)))
    few.write_text("title\nItem 1\nItem 2\n")
    process = await asyncio.create_subprocess_exec(
        sys.executable, *("-m", "bot", "import", "roadmap", str(many)), stdout=asyncio.subprocess.DEVNULL,
        env={**os.environ, "DATABASE_URL": database_url, "LINCHPIN_DATA_DIR": str(tmp_path)},
    )  # fmt: skip
    await until(lambda: _count(database) > 0, "the first rows come in")
    process.send_signal(signal.SIGKILL)
    await process.wait()
    assert 0 < _count(database) < 3000
    target = tmp_path / "out.zip"
    _, out, _ = await linchpin("export", str(target), folder=tmp_path, DATABASE_URL=database_url)
    assert " 0 items" in out
    code, _, err = await linchpin("import", "roadmap", str(few), folder=tmp_path, DATABASE_URL=database_url)
    assert (code, err) == (0, "")
    assert [one.title for one in await rows_of(database, Item)] == ["Item 1", "Item 2"]


def _count(database: Database) -> int:
    with database.engine.connect() as connection:
        return int(connection.execute(text("SELECT count(*) FROM item")).scalar_one())


@one_database
async def test_an_export_is_a_file_that_its_owner_alone_may_read(
    tmp_path: Path, database: Database, database_url: str
) -> None:
    await a_person(database, MINA, name="Mina")
    await an_item(database)
    target = tmp_path / "out" / "all.zip"
    code, out, err = await linchpin("export", str(target), folder=tmp_path, DATABASE_URL=database_url)
    assert (code, err) == (0, "")
    assert out == f"Everything is in {target}: 1 item, 0 pieces of feedback and 0 accounts, with votes and history.\n"
    assert target.stat().st_mode & 0o077 == 0
    with zipfile.ZipFile(target) as packed:
        assert "T1:RM-1,RM-1,Dark mode" in packed.read("roadmap.csv").decode("utf-8-sig")
        assert b'"title": "Dark mode"' in packed.read("roadmap.jsonl")
    code, _, err = await linchpin("export", str(target / "x"), folder=tmp_path, DATABASE_URL=database_url)
    assert code == 1
    assert "can't be written to" in err
