"""The other commands, against the sandbox."""

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.sandbox import Sandbox
from handlers import needs, topics
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
    _, renamed, _ = await linchpin("manifest", "--command", "/plan", folder=tmp_path)
    assert json.loads(renamed)["features"]["slash_commands"][0]["command"] == "/plan"


async def test_doctor_finds_everything_good(tmp_path: Path, sandbox: Sandbox) -> None:
    code, out, err = await linchpin("doctor", folder=tmp_path, sandbox=sandbox)
    assert code == 0, err
    assert [line.split()[:2] for line in out.splitlines()] == [
        ["good", "database"],
        ["good", "slack"],
        ["good", "scopes"],
        ["good", "model"],
    ]


async def test_doctor_names_the_scopes_that_are_missing(tmp_path: Path, sandbox: Sandbox) -> None:
    scopes = sandbox.app.manifest["oauth_config"]["scopes"]["bot"]
    scopes[:] = [scope for scope in scopes if scope != "channels:history"]
    _, out, _ = await linchpin("doctor", folder=tmp_path, sandbox=sandbox)
    assert "less  scopes    not granted: channels:history" in out


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


async def test_migrating_says_what_it_did(tmp_path: Path) -> None:
    first = await linchpin("migrate", folder=tmp_path)
    second = await linchpin("migrate", folder=tmp_path)
    assert first[1].startswith("The database is at version")
    assert second[1].strip().endswith("already.")


async def test_an_unknown_command_is_wrong_usage(tmp_path: Path) -> None:
    code, _, err = await linchpin("danse", folder=tmp_path)
    assert code == 2
    assert "danse" in err
