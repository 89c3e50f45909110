"""Every commit that the code can make, by name: read from the code, so that what is new must take part."""

import ast
import importlib
import pkgutil
import re
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

import bot
import bot.services
import handlers
from storage.database import Write

ELSEWHERE = {
    "services.channels.move": "Slack gives a channel a new id: tests/services/test_channels.py",
    "services.deliveries.decide": "a post that nobody may look for: tests/scenarios/test_deliveries.py",
    "services.exports.refuse": "a scope that was taken away: tests/scenarios/test_exports.py",
    "services.news._wake_across_teams": "somebody's next morning: tests/scenarios/test_follows.py",
    "services.statuses.confirm": "an item of which nobody spoke for weeks: tests/scenarios/test_statuses.py",
    "services.story.tell": "the demo's, before its bot starts: tests/bot/test_demo.py",
    "services.upkeep.tidy_across_teams": "once an hour: tests/services/test_upkeep.py",
    "services.withdrawals.withdraw": "by a button, as by a reaction: tests/scenarios/test_access.py",
}
"""What does not come about in a run of minutes, why, and which tests do it twice or cut it short instead."""
ON_SQLITE = {
    "outbox.sender.Outbox._take_over",
    "services.search.merge_index",
    "storage.leases.release_across_teams IntakeRow",
}
BY_CHANCE = {"intake.Intake._renew", "jobs.Jobs._renew"}
"""What a quick machine never comes to: an arrival or a job is worked on for longer than ten seconds."""
IMPORTS = "services.imports."
"""What a process of its own commits: `test_imports.py`."""


def all_commits() -> set[str]:
    """Return the names of all, as `armed.kind_of` gives them."""
    return {*_services(), *_machinery()}


def commits_of_a_bot(*, on_sqlite: bool) -> set[str]:
    """Return the names of those that a running bot comes to within minutes."""
    never = {*ELSEWHERE} | BY_CHANCE | (set() if on_sqlite else ON_SQLITE)
    return {kind for kind in all_commits() - never if not kind.startswith(IMPORTS)}


def _services() -> Iterator[str]:
    for found in pkgutil.walk_packages(bot.services.__path__, "bot.services."):
        for one in vars(importlib.import_module(found.name)).values():
            if isinstance(one, Write) and one.within.__module__ == found.name and _is_awaited(one.within.__name__):
                yield f"{found.name}.{one.within.__qualname__}".removeprefix("bot.")


def _is_awaited(name: str) -> bool:
    """Say whether a service is called with a database anywhere: others are but parts of a transaction."""
    return bool(re.search(rf"\b{name}(\(|,)\s*([\w.]+\.)?_?database\b", _source()))


@cache
def _source() -> str:
    folders = (Path(bot.__file__).parent, Path(handlers.__file__).parent)
    return "\n".join(path.read_text() for folder in folders for path in sorted(folder.rglob("*.py")))


def _machinery() -> Iterator[str]:
    """Find what intake, outbox and jobs hand to the database themselves."""
    folder = Path(bot.__file__).parent
    for path in sorted(folder.rglob("*.py")):
        module = ".".join(path.relative_to(folder).with_suffix("").parts).removesuffix(".__init__")
        yield from _written_in(ast.parse(path.read_text()), [module], [])


def _written_in(node: ast.AST, names: list[str], around: list[ast.AST]) -> Iterator[str]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            yield from _written_in(child, [*names, child.name], [*around, child])
            continue
        if isinstance(child, ast.Call) and ast.unparse(child.func).endswith(("database.write", "database.write_bare")):
            yield _name_of(child.args[0], names, around)
        yield from _written_in(child, names, around)


def _name_of(work: ast.expr, names: Sequence[str], around: Sequence[ast.AST]) -> str:
    if isinstance(work, ast.Call):  # partial(…)
        table = next((f" {ast.unparse(one.value)}" for one in work.keywords if one.arg == "table"), "")
        return _name_of(work.args[0], names, around) + table
    if isinstance(work, ast.Name):
        for one in ast.walk(around[-1]):
            if isinstance(one, ast.Assign) and ast.unparse(one.targets[0]) == work.id:
                return _name_of(one.value, names, around)
        return ".".join([*names, work.id])
    written = ast.unparse(work)
    return written.replace("self", ".".join(names[:2])) if written.startswith("self.") else f"storage.{written}"
