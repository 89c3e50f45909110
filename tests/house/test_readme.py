"""The papers tell the truth: their links lead somewhere, their commands exist, their tables are of the code."""

import re
from pathlib import Path

import pytest

from bot.cli import cli
from handlers.commands import COMMANDS
from storage.models import Role
from tests.house.settings_table import in_readme, table

ROOT = Path(__file__).parents[2]
PAPERS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])


@pytest.mark.parametrize("paper", PAPERS, ids=lambda paper: str(paper.relative_to(ROOT)))
def test_every_link_leads_somewhere(paper: Path) -> None:
    links = re.findall(r"\]\((?!https?:)([^)#]+)", paper.read_text(encoding="utf-8"))
    assert [link for link in links if not (paper.parent / link).exists()] == []


def test_the_settings_table_is_that_of_the_code() -> None:
    assert in_readme() == table()


def test_every_make_target_that_a_paper_names_exists() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    named = {word for paper in PAPERS for word in re.findall(r"\bmake ([a-z]+)\b", _code_of(paper))}
    assert named
    assert named - targets == set()


def test_every_command_line_that_a_paper_names_exists() -> None:
    known = {one.name or (one.callback.__name__ if one.callback else "") for one in cli.registered_commands}
    named = {word for paper in PAPERS for word in re.findall(r"\blinchpin ([a-z]+)\b", _code_of(paper))}
    assert named - known == set()


def test_every_roadmap_command_that_the_readme_names_is_one() -> None:
    typed = re.findall(
        r"`/roadmap ((?:link|schedule new|move|show|add)[^`]*)`", (ROOT / "README.md").read_text("utf-8")
    )
    assert typed
    assert [text for text in typed if COMMANDS.find(text) is None] == []
    assert COMMANDS.help_lines(Role.ADMIN)


def _code_of(paper: Path) -> str:
    text = paper.read_text(encoding="utf-8")
    return "\n".join(re.findall(r"```.*?```|`[^`\n]+`", text, re.DOTALL))
