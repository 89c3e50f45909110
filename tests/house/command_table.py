"""The table of commands, from the grammar. Run it as a module to write it into the paper."""

from pathlib import Path

from bot.services import access
from handlers import ids
from handlers.commands import COMMANDS
from storage.models import Role

PAPER = Path(__file__).parents[2] / "docs" / "roadmap.md"
BEGIN, END = (
    "<!-- commands: made by `python -m tests.house.command_table`, compared by a test -->\n",
    "<!-- /commands -->",
)
WHO = {**access.WHO, Role.VIEWER: "everybody", Role.CONTRIBUTOR: "contributors"}


def table() -> str:
    """Return every sub-command in Markdown, in the order in which `help` lists them."""
    rows = [
        f"| `{f'{ids.ROADMAP} {one.typed}'.strip()}` | {WHO[one.role]} | {one.help.replace('|', ' ')} |\n"
        for one in COMMANDS.every
    ]
    return "".join(["| type | who | what it does |\n", "|---|---|---|\n", *rows])


def in_paper() -> str:
    """Return the table that stands in the paper."""
    return PAPER.read_text(encoding="utf-8").split(BEGIN)[1].split(END)[0]


if __name__ == "__main__":
    above, _, rest = PAPER.read_text(encoding="utf-8").partition(BEGIN)
    PAPER.write_text(above + BEGIN + table() + END + rest.partition(END)[2], encoding="utf-8")
