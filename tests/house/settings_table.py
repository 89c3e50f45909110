"""The README's table of settings, from the code. Run it as a module to write the table into the README."""

import ast
import inspect
from itertools import pairwise
from pathlib import Path
from typing import Literal, get_args, get_origin

from pydantic import AliasChoices
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from bot.settings import Settings

README = Path(__file__).parents[2] / "README.md"
BEGIN, END = "compared by a test -->\n", "\n<!-- /settings -->"


def table() -> str:
    """Return the table in Markdown: a line for each setting, in the order of the code."""
    said = _docstrings()
    rows = [
        f"| `{_variable(field)}` | {_default(field)} | {said[name]}{_choices(field)} |"
        for name, field in Settings.model_fields.items()
    ]
    return "\n".join(["| variable | default | what it is |", "|---|---|---|", *rows])


def in_readme() -> str:
    """Return the table that stands in the README."""
    return README.read_text(encoding="utf-8").split(BEGIN)[1].split(END)[0]


def _docstrings() -> dict[str, str]:
    # By hand, for Pydantic would read the source at every start.
    (settings,) = ast.parse(inspect.getsource(Settings)).body
    assert isinstance(settings, ast.ClassDef)
    return {
        ast.unparse(setting.target): str(ast.literal_eval(said.value))
        for setting, said in pairwise(settings.body)
        if isinstance(setting, ast.AnnAssign) and isinstance(said, ast.Expr)
    }


def _variable(field: FieldInfo) -> str:
    assert isinstance(field.validation_alias, AliasChoices)
    return str(field.validation_alias.choices[0])


def _default(field: FieldInfo) -> str:
    empty = field.default is None or field.default is PydanticUndefined or field.default == ()
    return "" if empty else f"`{field.default}`"


def _choices(field: FieldInfo) -> str:
    """Say what may be written, where that is one of a few words."""
    words = get_args(field.annotation) if get_origin(field.annotation) is Literal else ()
    return f" One of {', '.join(f'`{word}`' for word in words)}." if words else ""


if __name__ == "__main__":
    text = README.read_text(encoding="utf-8")
    README.write_text(text.replace(in_readme(), table()), encoding="utf-8")
