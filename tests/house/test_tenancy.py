"""Every row belongs to one team, and every query says which.

The rule, for each public function of `storage` that takes a session. It is scoped when

- it is named `*_across_teams`, so that a reader of the call sees it; or
- it takes `team_id: str` by keyword, without a default, and uses it; or
- it takes a row by keyword, whose table has `team_id`: the row says it.

`UNSCOPED` lists the building blocks to which the rule does not apply, and why. A row that brings its team is enough
only to write that row, so a function that takes nothing else cannot read another team's.
"""

import ast
import importlib
import inspect
import pkgutil
import textwrap
from collections.abc import Callable, Iterable
from pathlib import Path
from types import ModuleType
from typing import Any, get_args, get_type_hints

import pytest
from sqlalchemy import Connection
from sqlalchemy import inspect as look_into
from sqlmodel import Session, SQLModel

import storage
from storage.database import Database
from storage.migrations import bring_up

Function = Callable[..., Any]

UNSCOPED = {
    "storage.database.machine_now": "asks the database for the time; touches no table",
    "storage.database.ring": "wakes the readers of a queue by its name; touches no table",
    "storage.inserting.insert_new": "inserts the values that a scoped function gives it",
    "storage.inserting.on_conflict": "returns an empty statement; touches no row",
    "storage.numbers.insert_numbered": "inserts the values that a scoped function gives it",
}


def topics() -> list[ModuleType]:
    """Import every module of `storage` but the migrations."""
    names = [found.name for found in pkgutil.iter_modules(storage.__path__) if found.name != "migrations"]
    return [importlib.import_module(f"storage.{name}") for name in names]


def queries(modules: Iterable[ModuleType]) -> dict[str, Function]:
    """Return the public functions that take a session, by their full name."""
    found: dict[str, Function] = {}
    for module in modules:
        for name, function in inspect.getmembers(module, inspect.isfunction):
            if function.__module__ == module.__name__ and not name.startswith("_") and _takes_session(function):
                found[f"{module.__name__}.{name}"] = function
    return found


def is_scoped(function: Function) -> bool:
    """Say whether a query is bound to one team, or says in its name that it is not."""
    keywords = [
        parameter
        for parameter in inspect.signature(function).parameters.values()
        if parameter.kind is parameter.KEYWORD_ONLY and parameter.default is parameter.empty
    ]
    if any(parameter.name == "team_id" for parameter in keywords):
        return _uses(function, "team_id")
    hints = get_type_hints(function)
    return function.__name__.endswith("_across_teams") or any(_is_row(hints[one.name]) for one in keywords)


def _takes_session(function: Function) -> bool:
    """Say whether a function is given a transaction: a session, or the bare connection."""
    given = [one for hint in get_type_hints(function).values() for one in (hint, *get_args(hint))]
    return Session in given or Connection in given


def _is_row(hint: object) -> bool:
    return isinstance(hint, type) and issubclass(hint, SQLModel) and "team_id" in hint.model_fields


def _uses(function: Function, name: str) -> bool:
    tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    return any(isinstance(node, ast.Name) and node.id == name for node in ast.walk(tree))


def test_every_table_has_a_team() -> None:
    topics()
    without = [name for name, table in SQLModel.metadata.tables.items() if "team_id" not in table.columns]

    assert without == []
    assert not any(table.columns["team_id"].nullable for table in SQLModel.metadata.tables.values())


def test_every_table_that_the_migrations_make_has_a_team(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'linchpin.db'}")
    bring_up(database.engine)
    seen = look_into(database.engine)
    # SQLite's full-text index keeps its words in tables of its own; it is read only through search_text, which has one.
    tables = {name for name in seen.get_table_names() if name != "alembic_version" and "search_index" not in name}
    without = [name for name in tables if "team_id" not in {column["name"] for column in seen.get_columns(name)}]
    database.close()

    assert len(tables) > 10
    assert without == []


@pytest.mark.parametrize("name", sorted(set(queries(topics())) - set(UNSCOPED)))
def test_a_query_says_whose_rows_it_wants(name: str) -> None:
    assert is_scoped(queries(topics())[name])


def test_what_is_listed_as_unscoped_is_there() -> None:
    assert set(UNSCOPED) <= set(queries(topics()))


def for_anybody(session: Session, *, number: int) -> None: ...


def for_a_team_by_position(session: Session, team_id: str) -> str:
    return team_id


def for_a_team_by_default(session: Session, *, team_id: str = "T1") -> str:
    return team_id


def for_a_team_in_vain(session: Session, *, team_id: str, number: int) -> int:
    return number


@pytest.mark.parametrize("careless", [for_anybody, for_a_team_by_position, for_a_team_by_default, for_a_team_in_vain])
def test_a_careless_query_is_noticed(careless: Function) -> None:
    assert not is_scoped(careless)
