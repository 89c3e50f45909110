"""The locks: every package pinned by version and hash, and from wherever the person who installs gets packages."""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
LOCKS = ("build", "run", "server", "dev")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())


def lines_of(lock: str) -> list[str]:
    """Return a lock's requirements, each on one line with its hashes."""
    return _joined((ROOT / "requirements" / f"{lock}.txt").read_text())


def problems(lines: list[str]) -> list[str]:
    """Return the requirements that are not pinned to a version and to hashes alone."""
    pinned = re.compile(r"[a-z0-9._-]+(\[[a-z,]+\])?==\S+( ; [^/]+?)?( --hash=sha256:[0-9a-f]{64})+")
    return [line for line in lines if not pinned.fullmatch(line)]


def pins(lines: list[str]) -> dict[str, Requirement]:
    """Return what is pinned, by name."""
    found = [Requirement(line.split(" --hash")[0]) for line in lines]
    return {canonicalize_name(requirement.name): requirement for requirement in found}


@pytest.mark.parametrize("lock", LOCKS)
def test_every_requirement_is_pinned_to_a_version_and_its_hashes(lock: str) -> None:
    assert lines_of(lock)
    assert problems(lines_of(lock)) == []


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_names_no_place_to_download_from(lock: str) -> None:
    text = (ROOT / "requirements" / f"{lock}.txt").read_text()

    assert re.findall(r"://|^\s*-(?!-hash)|--(?!hash=)|\b[\w-]+\.(?:org|com|io|net)\b", text, re.MULTILINE) == []


@pytest.mark.parametrize(
    "line",
    [
        "aiohttp>=3.14 --hash=sha256:" + "0" * 64,
        "aiohttp==3.14.5",
        "aiohttp @ https://mirror.example/aiohttp.whl --hash=sha256:" + "0" * 64,
        "--index-url https://mirror.example/simple",
    ],
)
def test_a_loose_requirement_is_noticed(line: str) -> None:
    assert problems([line]) == [line]


@pytest.mark.parametrize(("less", "more"), [("run", "server"), ("run", "dev"), ("server", "dev")])
def test_people_servers_and_tests_have_the_same_versions(less: str, more: str) -> None:
    here, there = pins(lines_of(less)), pins(lines_of(more))

    assert here.keys() <= there.keys()
    assert {name: one.specifier for name, one in here.items()} == {name: there[name].specifier for name in here}


@pytest.mark.parametrize(
    ("lock", "wanted"),
    [
        ("run", PROJECT["project"]["dependencies"]),
        ("server", [text for extra in PROJECT["project"]["optional-dependencies"].values() for text in extra]),
        ("dev", PROJECT["dependency-groups"]["dev"]),
    ],
)
def test_the_lock_gives_what_the_project_asks_for(lock: str, wanted: list[str]) -> None:
    pinned = pins(lines_of(lock))
    for text in wanted:
        asked = Requirement(text)
        given = pinned[canonicalize_name(asked.name)]
        version = str(given.specifier).removeprefix("==")

        assert asked.specifier.contains(version, prereleases=True), f"{text}: {lock}.txt has {version}"


def test_the_build_lock_gives_what_the_build_asks_for() -> None:
    pinned = pins(lines_of("build"))

    assert {canonicalize_name(Requirement(text).name) for text in PROJECT["build-system"]["requires"]} == set(pinned)


def _joined(text: str) -> list[str]:
    plain = re.sub(r"^\s*#.*\n?", "", text, flags=re.MULTILINE)
    return [re.sub(r"\s+", " ", line).strip() for line in re.sub(r"\\\n", " ", plain).splitlines() if line.strip()]
