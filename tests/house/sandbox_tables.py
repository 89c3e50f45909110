"""The sandbox's tables of methods and events, from the code. Run it as a module to write them into the paper."""

from collections.abc import Iterable
from pathlib import Path

from bot.sandbox.event_types import EVENTS
from bot.sandbox.web_api.methods import EVERY_METHOD, METHODS

PAPER = Path(__file__).parents[2] / "docs" / "sandbox.md"
BEGIN, END = "compared by a test -->\n", "\n<!-- /tables -->"


def tables() -> str:
    """Return both tables in Markdown: a line for each method and for each event, by name."""
    methods = [
        f"| `{name}` | {_codes(method.scopes)} | {_codes(method.refuses.split())} | {method.pace} |"
        for name, method in METHODS.items()
    ]
    events = [
        f"| `{name}` | {_codes(filter(None, (event.scope, event.private_scope)))} | {event.cause} |"
        for name, event in EVENTS.items()
    ]
    lines = [
        f"Every method may also refuse with {_codes(EVERY_METHOD)}.",
        "",
        "| method | one of these scopes | refuses with | Slack's limit |",
        "|---|---|---|---|",
        *methods,
        "",
        "| event | scope, and in private channels | when |",
        "|---|---|---|",
        *events,
    ]
    return "\n".join(lines)


def in_paper() -> str:
    """Return the tables that stand in the paper."""
    return PAPER.read_text(encoding="utf-8").split(BEGIN)[1].split(END)[0]


def _codes(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in dict.fromkeys(names))


if __name__ == "__main__":
    above, _, rest = PAPER.read_text(encoding="utf-8").partition(BEGIN)
    PAPER.write_text(above + BEGIN + tables() + END + rest.partition(END)[2], encoding="utf-8")
