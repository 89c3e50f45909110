"""The papers tell the truth: their links lead somewhere, their commands exist, their tables are of the code."""

import re
import shlex
from pathlib import Path
from typing import cast

import pytest
import typer
from pydantic import AliasChoices

from bot.cli import cli
from bot.settings import Settings
from handlers import needs, topics
from handlers.commands import COMMANDS
from tests.house.settings_table import in_readme, table
from tests.walk import test_walk

ROOT = Path(__file__).parents[2]
PAPERS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])


def _read(paper: Path) -> str:
    return paper.read_text(encoding="utf-8")


def _code_of(paper: Path) -> str:
    """Return what is typed in a shell: all code but what is said in Slack."""
    text = re.sub(r"^```slack\n.*?^```$|`@linchpin[^`]*`", "", _read(paper), flags=re.DOTALL | re.MULTILINE)
    return "\n".join(re.findall(r"```.*?```|`[^`\n]+`", text, re.DOTALL))


def _typed_lines() -> list[list[str]]:
    """Return what papers say to type after `linchpin`, a line each."""
    lines = {
        line for paper in PAPERS for line in re.findall(r"(?:^|[/` ])linchpin ([a-z][^`\n]*)", _code_of(paper), re.M)
    }
    return [shlex.split(line) for line in sorted(lines)]


@pytest.mark.parametrize("paper", PAPERS, ids=lambda paper: str(paper.relative_to(ROOT)))
def test_every_link_leads_somewhere(paper: Path) -> None:
    links = re.findall(r"\]\((?!https?:)([^)#]+)", _read(paper))
    assert [link for link in links if not (paper.parent / link).exists()] == []


@pytest.mark.parametrize("paper", PAPERS, ids=lambda paper: str(paper.relative_to(ROOT)))
def test_every_anchor_leads_to_a_heading(paper: Path) -> None:
    links = re.findall(r"\]\((?!https?:)([^)#]*)#([^)]+)\)", _read(paper))
    assert [
        (where, anchor) for where, anchor in links if anchor not in _anchors(paper.parent / where if where else paper)
    ] == []


def test_every_page_is_reached_from_the_readme() -> None:
    reached, todo = set(), [ROOT / "README.md"]
    while todo:
        paper = todo.pop()
        if paper not in reached and paper.suffix == ".md":
            reached.add(paper)
            links = re.findall(r"\]\((?!https?:)([^)#]+)", _read(paper))
            todo += [(paper.parent / link).resolve() for link in links]
    assert set(PAPERS) - reached == set()


def test_every_setting_is_explained_and_no_other_is_named() -> None:
    known = {str(choice) for one in Settings.model_fields.values() for choice in _choices(one.validation_alias)}
    named = {word for paper in PAPERS for word in re.findall(r"`((?:SLACK|OPENAI|LINCHPIN)_[A-Z_]+)`", _read(paper))}
    assert {name for name in known if name.isupper()} - set(re.findall(r"`([A-Z_]+)`", in_readme())) == set()
    assert named - known == set()


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


@pytest.mark.parametrize("typed", _typed_lines(), ids=" ".join)
def test_every_command_line_on_paper_can_be_typed(typed: list[str]) -> None:
    name, *given = typed
    one = cast("typer.core.TyperGroup", typer.main.get_command(cli)).commands[name]
    assert one.make_context(name, given, resilient_parsing=not given)


def test_all_that_the_readme_says_to_try_is_done_on_the_walk() -> None:
    told = _read(ROOT / "README.md").partition("## Try it")[2].partition("## What it does")[0]
    walked = Path(test_walk.__file__).read_text(encoding="utf-8")

    assert re.findall(r"`(/roadmap[^`]*)`", told) == [*test_walk.LOOKS, *test_walk.ASKS]
    assert [label for label in re.findall(r"\*\*([^*]+)\*\*", told) if label not in walked] == []


@pytest.mark.parametrize("paper", PAPERS, ids=lambda paper: str(paper.relative_to(ROOT)))
def test_every_roadmap_command_on_paper_is_one(paper: Path) -> None:
    typed = re.findall(r"`/roadmap ((?:add|edit|link|move|schedule|share|show|update) [^`]*)`", _read(paper))

    assert [text for text in typed if COMMANDS.find(text.partition(" · ")[0]) is None] == []


def test_every_file_of_the_layout_is_there() -> None:
    layout = _read(ROOT / "README.md").partition("## How it is laid out")[2].partition("```")[2].partition("```")[0]
    files, folders = re.findall(r"\b(\w+\.py)\b", layout), re.findall(r"(?:^  |  )(\w+)/ ", layout, re.MULTILINE)
    assert len(files) > 4
    assert [name for name in files if not (ROOT / "bot" / name).is_file()] == []
    assert [name for name in folders if not (ROOT / "bot" / name).is_dir()] == []


def test_where_slack_is_to_post_is_what_the_manifest_says() -> None:
    described = needs.manifest(topics.NEEDS, http_url="https://your-host")
    assert described["settings"]["event_subscriptions"]["request_url"].endswith("/slack/events")
    named = {one for paper in PAPERS for one in re.findall(r"/slack/\w+", _read(paper))}
    assert named == {"/slack/events"}


def test_every_variable_before_make_is_one_that_is_read() -> None:
    read = _read(ROOT / "Makefile") + table()
    typed = {one for paper in PAPERS for one in re.findall(r"\b([A-Z_]+)=\S+ (?=[A-Z_]+=|make )", _read(paper))}
    assert "FRESH" in typed
    assert {one for one in typed if one not in read} == set()


def test_every_file_that_a_shell_is_given_is_there() -> None:
    given = {word for paper in PAPERS for word in re.findall(r"(?:-r|requirements/)\s*(\S+\.txt)", _code_of(paper))}

    assert len(given) >= 3
    assert [name for name in given if not (ROOT / "requirements" / Path(name).name).is_file()] == []


def test_every_picture_is_shown_and_what_it_shows_is_written_down() -> None:
    pictures = {path.name for path in (ROOT / "docs" / "pictures").glob("*.png")}
    shown = {Path(link).name for paper in PAPERS for link in re.findall(r"!\[[^]]+\]\(([^)]+)\)", _read(paper))}

    assert pictures == shown
    assert {path.stem for path in (ROOT / "docs" / "pictures").glob("*.txt")} == test_walk.READABLE


def _choices(alias: object) -> list[object]:
    return list(alias.choices) if isinstance(alias, AliasChoices) else []


def _anchors(paper: Path) -> set[str]:
    """Return the names that GitHub gives a paper's headings."""
    headings = re.findall(r"^#+ (.+)$", _read(paper), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}
