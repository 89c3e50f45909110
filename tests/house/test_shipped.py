"""What is shipped is whole: a wheel, an image, and papers that are fit to be published."""

import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from email import message_from_string
from email.message import Message
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
PACKAGES = ("bot", "handlers", "prompts", "storage")
PAPERS = [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")]
PUBLISHED = [
    *PAPERS, *(ROOT / name for name in ("Dockerfile", "LICENSE", "Makefile", "compose.yaml", "pyproject.toml")),
    *(ROOT / "requirements").glob("*.txt"),
    *(path for name in (*PACKAGES, "tests", ".ci") for path in (ROOT / name).rglob("*") if path.is_file()),
]  # fmt: skip
BINARY = {".png", ".pyc"}
# Put together here, because this file is published too.
REGISTRIES = [
    *(".".join([name, "org"]) for name in ("pypi", "pythonhosted", "npmjs", "debian")),
    *(".".join(name) for name in (["npmjs", "com"], ["crates", "io"])),
]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel from a copy, as `pip install .` does."""
    source, target = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("wheel")
    for package in PACKAGES:
        shutil.copytree(ROOT / package, source / package, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source)
    build = f"from setuptools import build_meta; build_meta.build_wheel({str(target)!r})"
    subprocess.run([sys.executable, "-c", build], cwd=source, check=True, capture_output=True)
    return next(target.glob("*.whl"))


@pytest.fixture(scope="module")
def described(wheel: Path) -> Message:
    """Return the wheel's metadata."""
    with zipfile.ZipFile(wheel) as packed:
        name = next(name for name in packed.namelist() if name.endswith("/METADATA"))
        return message_from_string(packed.read(name).decode())


def test_the_wheel_holds_every_file_of_the_packages(wheel: Path) -> None:
    files = (path for package in PACKAGES for path in (ROOT / package).rglob("*") if path.is_file())
    ours = {str(path.relative_to(ROOT)) for path in files if path.suffix != ".pyc"}
    packed = set(zipfile.ZipFile(wheel).namelist())

    assert {name.split(".")[-1] for name in ours} >= {"py", "toml", "json", "html", "js", "css", "svg", "mako"}
    assert ours - packed == set()
    assert {name for name in packed if ".dist-info/" not in name} - ours == set()


def test_the_wheel_alone_has_what_the_demo_and_the_database_need(wheel: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(wheel) as packed:
        packed.extractall(tmp_path / "site")
    look = (
        "import bot, json; from importlib.resources import files; from storage.migrations import version, bring_up;"
        "from storage.database import Database; from bot.sandbox import Sandbox; from handlers import needs, topics;"
        "story = json.loads(files('bot.sandbox').joinpath('story.json').read_text(encoding='utf-8'));"
        "Sandbox(None, manifest=needs.manifest(topics.NEEDS), story=story);"
        "database = Database('sqlite:///new.db'); bring_up(database.engine); database.close(); print(bot.__file__)"
    )
    # -P: never the checkout, which the tests stand in
    said = subprocess.run(
        [sys.executable, "-P", "-c", look], cwd=tmp_path, env={"PYTHONPATH": str(tmp_path / "site")},
        check=True, capture_output=True, text=True,
    ).stdout  # fmt: skip

    assert said.startswith(str(tmp_path))


def test_the_wheel_says_what_it_is_and_under_which_license(wheel: Path, described: Message) -> None:
    classifiers = described.get_all("Classifier") or []

    assert described["Version"] == PROJECT["project"]["version"]
    assert described["License-Expression"] == "MIT"
    assert described["Author"] == "The Linchpin authors"
    assert described["Author"] in (ROOT / "LICENSE").read_text()
    assert described["Summary"]
    assert described["Description-Content-Type"] == "text/markdown"
    assert "Programming Language :: Python :: 3.11" in classifiers
    assert f">={PROJECT['project']['requires-python'].removeprefix('>=')}" == described["Requires-Python"]
    with zipfile.ZipFile(wheel) as packed:
        assert any(name.endswith("/licenses/LICENSE") for name in packed.namelist())


def test_every_list_of_our_packages_names_the_same() -> None:
    copied = re.findall(r"^COPY (\w+) \1$", (ROOT / "Dockerfile").read_text(), re.MULTILINE)
    found = PROJECT["tool"]["setuptools"]["packages"]["find"]["include"]

    assert {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"tests"} == set(PACKAGES)
    assert {name.removesuffix("*") for name in found} == set(PACKAGES)
    assert set(PROJECT["tool"]["importlinter"]["root_packages"]) == set(PACKAGES)
    assert set(copied) == {*PACKAGES, "requirements"}


def test_the_image_takes_only_what_is_there() -> None:
    lines = re.findall(r"^COPY (?!--)(.+) \S+$", (ROOT / "Dockerfile").read_text(), re.MULTILINE)
    taken = [name for line in lines for name in line.split()]
    left_out = (ROOT / ".dockerignore").read_text().split()

    assert [name for name in taken if not (ROOT / name).exists()] == []
    assert [name for name in taken if name in left_out or name.startswith(".")] == []


def test_what_is_published_names_no_machine_and_no_registry() -> None:
    assert len(PUBLISHED) > 400
    others = (path for path in PUBLISHED if path.suffix not in BINARY)
    found = {str(path.relative_to(ROOT)): private(path.read_text()) for path in others}

    assert {name: words for name, words in found.items() if words} == {}


def test_what_is_published_is_american() -> None:
    ours = [path for path in PUBLISHED if path.suffix not in BINARY and "tests" not in path.parts]
    found = {str(path.relative_to(ROOT)): british(path.read_text()) for path in ours}
    understood = {"bot/services/imports/words.py", "bot/services/thread_summary/decisions.py"}  # what others may write

    assert {name: words for name, words in found.items() if words and name not in understood} == {}


@pytest.mark.parametrize("paper", PAPERS, ids=lambda paper: paper.name)
def test_a_paper_never_shouts(paper: Path) -> None:
    text = re.sub(r"```.*?```|`[^`]*`", "", paper.read_text(), flags=re.DOTALL)
    assert re.findall(r"\w+!(?=\s|$)", text) == []


@pytest.mark.parametrize("place", ["/".join(["", top, "lee"]) for top in ("home", "root", "work")] + REGISTRIES)
def test_a_place_of_ours_is_noticed(place: str) -> None:
    assert private(f"see {place} for more")


@pytest.mark.parametrize("text", ["the colour", "organised", "labelled", "a catalogue"])
def test_british_spelling_is_noticed(text: str) -> None:
    assert british(text)


def private(text: str) -> list[str]:
    """Return the words of a text that tell where it was made, or where packages come from."""
    places = r"(?<![\w.])/(?:home|root|tmp|work)/\w*"
    return re.findall("|".join([places, *map(re.escape, REGISTRIES)]), text)


def british(text: str) -> list[str]:
    """Return the words of a text that an American writes otherwise."""
    return re.findall(
        r"\b(?:(?:un)?(?:colo|favo|hono|neighbo|behavio)ur\w*|(?:un)?(?:organi|reali|recogni|summari|normali|initiali"
        r"|optimi|prioriti|synchroni|seriali|customi|minimi|maximi)s(?:e[ds]?|ing|ation)|labelled|travelled|modelled"
        r"|licence\w*|catalogue\w*|centres?|whilst|learnt|judgement|artefact\w*|analys(?:ed|ing))\b",
        text,
        re.IGNORECASE,
    )
