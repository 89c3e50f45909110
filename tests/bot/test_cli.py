"""The other commands, against the sandbox."""

import asyncio
import json
import os
import re
import sqlite3
import sys
from collections.abc import AsyncIterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest

from bot.sandbox import Sandbox
from handlers import needs, topics
from storage.database import Database, Session
from storage.models import Item, OutboxRow, Reader, Role
from tests.building import an_item, rows_of
from tests.scenarios.conftest import STORY


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    """Run the sandbox with the demo's story."""
    async with Sandbox(None, manifest=needs.manifest(topics.NEEDS), story=STORY) as opened:
        yield opened


async def linchpin(*words: str, folder: Path, sandbox: Sandbox | None = None, **more: str) -> tuple[int, str, str]:
    """Run a command; return its exit code and what it said on both streams."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("SLACK_", "OPENAI_", "DATABASE"))}
    tokens = {
        "SLACK_BOT_TOKEN": sandbox.bot_token,
        "SLACK_APP_TOKEN": sandbox.app_token,
        "SLACK_API_URL": sandbox.api_url,
    } if sandbox else {}  # fmt: skip
    process = await asyncio.create_subprocess_exec(
        sys.executable, *("-m", "bot", *words), env={**kept, **tokens, "LINCHPIN_DATA_DIR": str(folder), **more},
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    out, err = await process.communicate()
    return process.returncode or 0, out.decode(), err.decode()


async def test_the_manifest_is_what_the_topics_need(tmp_path: Path) -> None:
    code, out, _ = await linchpin("manifest", folder=tmp_path)
    assert code == 0
    assert json.loads(out) == needs.manifest(topics.NEEDS)
    _, over_http, _ = await linchpin("manifest", "--http", "https://linchpin.example/", folder=tmp_path)
    described = json.loads(over_http)
    assert described["settings"]["event_subscriptions"]["request_url"] == "https://linchpin.example/slack/events"
    assert not described["settings"]["socket_mode_enabled"]
    _, renamed, _ = await linchpin("manifest", "--command", "/plan", folder=tmp_path)
    assert json.loads(renamed)["features"]["slash_commands"][0]["command"] == "/plan"


async def test_doctor_finds_everything_good(tmp_path: Path, sandbox: Sandbox) -> None:
    await linchpin("migrate", folder=tmp_path)
    code, out, err = await linchpin("doctor", folder=tmp_path, sandbox=sandbox)
    assert code == 0, err
    assert [line.split()[:2] for line in out.splitlines()] == [
        ["good", "database"],
        ["good", "work"],
        ["good", "door"],
        ["good", "slack"],
        ["good", "scopes"],
        ["good", "clock"],
        ["good", "model"],
    ]


async def test_doctor_says_how_slack_reaches_the_bot(tmp_path: Path, sandbox: Sandbox) -> None:
    secret = {"SLACK_SIGNING_SECRET": sandbox.signing_secret}
    await linchpin("migrate", folder=tmp_path)
    _, out, _ = await linchpin("doctor", folder=tmp_path, sandbox=sandbox, **secret)
    assert "good  door      Socket Mode, so SLACK_SIGNING_SECRET is not used" in out
    code, out, err = await linchpin("doctor", folder=tmp_path, sandbox=sandbox, SLACK_APP_TOKEN="", **secret)
    assert code == 0, err
    assert "good  door      HTTP, /slack/events at 127.0.0.1 port 3000" in out


async def test_doctor_looks_beside_a_running_bot_and_counts_what_is_stuck(
    tmp_path: Path, sandbox: Sandbox, database: Database, database_url: str
) -> None:
    def write(session: Session) -> None:
        row: dict[str, Any] = {"team_id": "T1", "kind": "answer", "nouns": {}, "op": "post", "created_at": 0.0}
        session.add(OutboxRow(**row, key="k1", channel="C1", status="held"))
        session.add_all(OutboxRow(**row, key=f"k{turn}", channel="C2", status="dead") for turn in (2, 3))

    await database.write(write)
    code, out, err = await linchpin("doctor", folder=tmp_path, sandbox=sandbox, DATABASE_URL=database_url)
    assert code == 1, err
    assert "look  work      0 arrivals laid aside, 1 posts in doubt, 2 posts not sent, 0 jobs failed" in out


async def test_doctor_looks_twice_at_what_is_late_and_at_an_older_database(tmp_path: Path, sandbox: Sandbox) -> None:
    await linchpin("migrate", folder=tmp_path)
    with closing(sqlite3.connect(tmp_path / "linchpin.db")) as opened:
        opened.execute(
            "INSERT INTO outbox (team_id, key, kind, nouns, op, channel, status, created_at, not_before, lease_until,"
            " tries) VALUES ('T1', 'k1', 'answer', '{}', 'post', 'C1', 'new', 0, 0, 0, 7)"
        )
        opened.commit()
        code, out, _ = await linchpin("doctor", folder=tmp_path, sandbox=sandbox)
        assert (code, "look  work" in out, "1 posts late by more than an hour" in out) == (1, True, True), out
        opened.execute("UPDATE alembic_version SET version_num = '0'")
        opened.commit()
    code, out, _ = await linchpin("doctor", folder=tmp_path, sandbox=sandbox)
    assert (code, out.startswith("look  database"), "is at version 0, not" in out) == (1, True, True), out


async def test_doctor_never_sets_up_a_database(tmp_path: Path, sandbox: Sandbox) -> None:
    code, out, err = await linchpin("doctor", folder=tmp_path, sandbox=sandbox)
    assert code == 1, err
    assert out.startswith("look  database")
    assert "`linchpin migrate`" in out
    assert os.listdir(tmp_path) == []


async def test_doctor_names_the_scopes_that_are_missing_and_what_stops_without_each(
    tmp_path: Path, sandbox: Sandbox
) -> None:
    scopes = sandbox.app.manifest["oauth_config"]["scopes"]["bot"]
    scopes[:] = [scope for scope in scopes if scope not in ("channels:history", "files:write")]
    code, out, _ = await linchpin("doctor", folder=tmp_path, sandbox=sandbox)
    assert code == 1
    assert (
        "look  scopes    not granted: channels:history, which stops thread summaries, edits and deletions in public"
        " channels; files:write, which stops exports\n"
    ) in out


async def test_doctor_says_that_the_clock_is_wrong(
    tmp_path: Path, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    ten_minutes_ago = format_datetime(datetime.now(UTC) - timedelta(minutes=10), usegmt=True)
    monkeypatch.setattr("aiohttp.web_response.rfc822_formatted_time", lambda: ten_minutes_ago)
    await linchpin("migrate", folder=tmp_path)
    code, out, _ = await linchpin("doctor", folder=tmp_path, sandbox=sandbox)
    assert code == 1
    assert re.search(r"^look  clock     6\d\d seconds ahead of Slack's. Turn on time synchronization", out, re.M), out


async def test_doctor_says_that_slack_did_not_tell_the_scopes(tmp_path: Path, sandbox: Sandbox) -> None:
    await linchpin("migrate", folder=tmp_path)
    sandbox.faults.delay("auth.test", 0.0)  # who it is, it still hears
    sandbox.faults.fail("auth.test", status=503, times=9)
    code, out, _ = await linchpin("doctor", folder=tmp_path, sandbox=sandbox)
    assert code == 1
    assert "look  scopes    not told\n" in out
    assert "good  clock     Not compared with Slack's.\n" in out


async def test_doctor_says_in_a_sentence_that_a_token_is_refused(tmp_path: Path, sandbox: Sandbox) -> None:
    code, _, err = await linchpin("doctor", folder=tmp_path, sandbox=sandbox, SLACK_BOT_TOKEN="xoxb-wrong")
    assert code == 2
    assert err.startswith("Slack does not accept the tokens (invalid_auth)")
    assert "xoxb-wrong" not in err


async def test_seeding_twice_fills_the_roadmap_once(tmp_path: Path, sandbox: Sandbox) -> None:
    first = await linchpin("seed", folder=tmp_path, sandbox=sandbox)
    second = await linchpin("seed", folder=tmp_path, sandbox=sandbox)
    assert first[:2] == (0, "The example roadmap is in.\n")
    assert second[:2] == (0, "The example roadmap was in already.\n")


async def test_the_seed_names_nobody_of_the_example(tmp_path: Path, sandbox: Sandbox) -> None:
    await linchpin("seed", folder=tmp_path, sandbox=sandbox)
    with closing(sqlite3.connect(tmp_path / "linchpin.db")) as opened:
        everything = "\n".join(opened.iterdump())
    assert "SSO for all plans" in everything
    assert re.findall(r"[UC]01[A-Z]+", everything) == []


async def test_a_workspace_with_items_of_its_own_is_not_seeded(
    tmp_path: Path, sandbox: Sandbox, database: Database, database_url: str
) -> None:
    team = Reader(sandbox.workspace.team_id, "UMINA", Role.PM)
    await an_item(database, "Our own", by=team)
    database.close()
    code, _, err = await linchpin("seed", folder=tmp_path, sandbox=sandbox, DATABASE_URL=database_url)
    assert code == 1
    assert "has a roadmap of its own" in err
    assert "Traceback" not in err
    again = Database(database_url)
    assert [item.title for item in await rows_of(again, Item)] == ["Our own"]
    again.close()


async def test_migrating_says_what_it_did(tmp_path: Path) -> None:
    first = await linchpin("migrate", folder=tmp_path)
    second = await linchpin("migrate", folder=tmp_path)
    assert first[1].startswith("The database is at version")
    assert second[1].strip().endswith("already.")


async def test_an_unknown_command_is_wrong_usage(tmp_path: Path) -> None:
    code, _, err = await linchpin("danse", folder=tmp_path)
    assert code == 2
    assert "danse" in err
