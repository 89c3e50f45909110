"""Imports go one way, and the linter notices each import that does not."""

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("bot", "handlers", "prompts", "storage")
CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]

OFFENDERS = [
    ("one-way", "storage/models/roadmap.py", "from bot.services import access"),
    ("one-way", "bot/services/access.py", "import handlers.slack"),
    ("one-way", "bot/intake/keeping.py", "from bot import outbox"),
    ("one-way", "bot/errors.py", "from bot.settings import Settings"),
    ("views-pure", "handlers/views/words.py", "from handlers import feedback"),
    ("views-pure", "handlers/views/words.py", "import aiohttp"),
    ("views-pure", "handlers/views/words.py", "from storage.database import Database"),
    ("sandbox-apart", "bot/sandbox/server.py", "from storage.models import Item"),
    ("sandbox-apart", "bot/sandbox/server.py", "from bot.settings import Settings"),
    ("sandbox-from-cli", "bot/services/access.py", "import bot.sandbox.server"),
    ("sql-in-storage", "bot/services/access.py", "from sqlmodel import select"),
    ("sql-in-storage", "handlers/grammar.py", "import sqlite3"),
    ("slack-at-the-doors", "bot/services/access.py", "from slack_sdk.errors import SlackApiError"),
    ("slack-at-the-doors", "bot/sandbox/server.py", "import slack_sdk"),
    ("model-in-llm", "bot/services/access.py", "import openai"),
    ("model-in-llm", "storage/database.py", "from tenacity import retry"),
    ("clock-in-app", "bot/services/access.py", "from apscheduler.triggers.cron import CronTrigger"),
]


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """Return a copy of the packages' source to spoil."""
    for package in PACKAGES:
        for source in (ROOT / package).rglob("*.py"):
            copy = tmp_path / source.relative_to(ROOT)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(source.read_bytes())
    (tmp_path / "pyproject.toml").write_bytes((ROOT / "pyproject.toml").read_bytes())
    return tmp_path


def test_the_house_keeps_every_contract(house: Path) -> None:
    said = _lint(house)

    assert said.endswith(f"Contracts: {len(CONTRACTS)} kept, 0 broken.")


@pytest.mark.parametrize(("contract", "where", "offending"), OFFENDERS)
def test_one_wrong_import_breaks_its_contract_and_no_other(
    house: Path, contract: str, where: str, offending: str
) -> None:
    spoiled = house / where
    spoiled.write_text(f"{spoiled.read_text()}\n{offending}\n")

    name = next(one["name"] for one in CONTRACTS if one["id"] == contract)
    assert re.findall(r"^(.+) BROKEN", _lint(house), re.MULTILINE) == [name]


def test_every_contract_has_its_offender() -> None:
    assert {contract for contract, _, _ in OFFENDERS} == {one["id"] for one in CONTRACTS}


def test_every_module_of_the_bot_has_its_place_in_the_order() -> None:
    layers = next(one["layers"] for one in CONTRACTS if one["id"] == "one-way")
    placed = {name.strip(" ()") for layer in layers for name in layer.split("|")}
    modules = {f"bot.{path.stem}" for path in (ROOT / "bot").iterdir() if path.suffix == ".py" or _is_package(path)}

    assert modules - placed == {"bot.__init__", "bot.__main__", "bot.sandbox"} & modules


def test_only_the_settings_read_the_environment(tmp_path: Path) -> None:
    reading = "import os\n\nHOME = os.environ['HOME']\nSHELL = os.getenv('SHELL')\n"

    assert _lint_text(reading, "bot/app.py").count("TID251") == 2
    assert "TID251" not in _ruff("check", "--select", "TID251", *PACKAGES)


def _is_package(path: Path) -> bool:
    return (path / "__init__.py").exists()


def _lint(house: Path) -> str:
    linter = Path(sys.executable).with_name("lint-imports")
    environment = {**os.environ, "PYTHONPATH": str(house), "COLUMNS": "120"}
    done = subprocess.run(
        [linter, "--no-logo", "--no-cache"], cwd=house, env=environment, capture_output=True, text=True, check=False
    )
    return f"{done.stdout}{done.stderr}".rstrip() if done.returncode else done.stdout.rstrip()


def _lint_text(text: str, name: str) -> str:
    return _ruff("check", "--select", "TID251", "--output-format", "concise", "--stdin-filename", name, "-", text=text)


def _ruff(*arguments: str, text: str = "") -> str:
    ruff = Path(sys.executable).with_name("ruff")
    done = subprocess.run(
        [ruff, *arguments], cwd=ROOT, input=text, capture_output=True, text=True, check=False, timeout=60
    )
    return done.stdout
