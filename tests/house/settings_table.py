"""The README's table of settings, from the code. Run it as a module to write the table into the README."""

from pathlib import Path

from pydantic import AliasChoices
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from bot.settings import Settings

README = Path(__file__).parents[2] / "README.md"
BEGIN, END = "compared by a test -->\n", "\n<!-- /settings -->"


def table() -> str:
    """Return the table in Markdown: a line for each setting, in the order of the code."""
    rows = [
        f"| `{_variable(field)}` | {_default(field)} | {field.description} |"
        for field in Settings.model_fields.values()
    ]
    return "\n".join(["| variable | default | what it is |", "|---|---|---|", *rows])


def in_readme() -> str:
    """Return the table that stands in the README."""
    return README.read_text(encoding="utf-8").split(BEGIN)[1].split(END)[0]


def _variable(field: FieldInfo) -> str:
    assert isinstance(field.validation_alias, AliasChoices)
    return str(field.validation_alias.choices[0])


def _default(field: FieldInfo) -> str:
    empty = field.default is None or field.default is PydanticUndefined or field.default == ()
    return "" if empty else f"`{field.default}`"


if __name__ == "__main__":
    text = README.read_text(encoding="utf-8")
    README.write_text(text.replace(in_readme(), table()), encoding="utf-8")
