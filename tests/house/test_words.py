"""The house's words: what files are called, how long they may be, and how the product speaks to people."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("bot", "handlers", "prompts", "storage")
EVERYWHERE = (*PACKAGES, "tests", ".ci")
BY_MECHANISM = {"utils", "util", "helpers", "helper", "common", "core", "manager", "misc"}
MOST_LINES = 350
MOST_HANDLER_LINES = 250
MOST_TEST_LINES = 450
MOST_FUNCTION_LINES = 40

SOURCES = sorted(path for folder in EVERYWHERE for path in (ROOT / folder).rglob("*.py"))


def test_files_are_named_by_topic_and_not_by_mechanism() -> None:
    assert len(SOURCES) > 100
    assert [_name(path) for path in SOURCES if BY_MECHANISM & {*Path(_name(path)).parts, path.stem}] == []


def test_files_are_short_enough_to_read() -> None:
    lengths = {_name(path): path.read_text().count("\n") for path in SOURCES if path.parent.name != "versions"}

    assert {name: length for name, length in lengths.items() if length > _most_lines(Path(name))} == {}


def test_functions_are_short_enough_to_read() -> None:
    ours = [path for path in SOURCES if Path(_name(path)).parts[0] in PACKAGES and path.parent.name != "versions"]
    found = {_name(path): long_functions(path.read_text()) for path in ours}

    assert {name: long for name, long in found.items() if long} == {}


def test_a_long_function_is_noticed() -> None:
    lines = "    x = 1\n" * MOST_FUNCTION_LINES

    assert long_functions(f"def short():\n{lines[10:]}\n\nasync def long():\n{lines}") == ["long"]


def test_the_product_never_shouts() -> None:
    ours = [path for path in SOURCES if Path(_name(path)).parts[0] in PACKAGES]
    found = {_name(path): shouts(path.read_text()) for path in ours}

    assert {name: texts for name, texts in found.items() if texts} == {}


@pytest.mark.parametrize("text", ["Done!", "Great! Saved.", "Welcome to Linchpin!\n"])
def test_shouting_is_noticed(text: str) -> None:
    assert shouts(f"SAID = {text!r}") == [text]
    assert shouts(f"class GoneError(BotError):\n    {text!r}") == [text]


@pytest.mark.parametrize("text", ["<!here>", "<!subteam^S1>", "a != b", "!important", "[!]", "(?!x)"])
def test_what_only_looks_like_shouting_is_let_be(text: str) -> None:
    assert shouts(f"SAID = {text!r}") == []


def shouts(source: str) -> list[str]:
    """Return the texts in a Python source, error docstrings included, that end a sentence with an exclamation mark."""
    return [text for text in _texts(ast.parse(source)) if re.search(r"[A-Za-z0-9.…)]!(?:\s|$)", text)]


def long_functions(source: str) -> list[str]:
    """Return the names of the functions in a Python source that are too long."""
    functions = [one for one in ast.walk(ast.parse(source)) if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef)]
    return [one.name for one in functions if (one.end_lineno or 0) - one.lineno >= MOST_FUNCTION_LINES]


def _most_lines(path: Path) -> int:
    most = {"handlers": MOST_HANDLER_LINES, "tests": MOST_TEST_LINES}
    return most.get(path.parts[0], MOST_LINES)


def _name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def _texts(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value
